"""Rhythms of common kinds of programmes."""

from __future__ import annotations

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    "youth": {"weeks": 52, "every_weeks": 1, "session_minutes": 60, "minimum_hours": 52},
    "school": {"weeks": 36, "every_weeks": 1, "session_minutes": 60, "minimum_hours": 36},
    "workplace": {"weeks": 40, "every_weeks": 4, "session_minutes": 60, "minimum_hours": 10},
    "internship": {"weeks": 12, "every_weeks": 1, "session_minutes": 300, "minimum_hours": 60},
    "speed": {"weeks": 1, "every_weeks": 1, "session_minutes": 30, "minimum_hours": 0},
}
"""Preset to the keys it sets; keys stated beside it win.

An internship's five hours a week are one session of five hours; state ``session_minutes`` where they
are spread.
"""
