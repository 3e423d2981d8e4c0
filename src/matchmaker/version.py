"""The version of matchmaker, read by the build and by every document it writes."""

__version__ = "0.1.0"
