"""The roster: everyone, in columns, checked once."""
