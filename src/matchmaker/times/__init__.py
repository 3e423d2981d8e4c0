"""Everything about the week: slots, zones, starts, rhythm, and meetings on people's own clocks."""

from matchmaker.times.bits import (
    FULL_WEEK,
    NUM_SLOTS,
    NUM_WORDS,
    SLOT_MINUTES,
    count_bits,
    pack_slots,
    shift_to_utc,
    unpack_slots,
)
from matchmaker.times.clocks import ClockChange, Move, find_clock_changes, find_moves, format_time, local_time
from matchmaker.times.rhythm import (
    Rhythm,
    count_sessions,
    explain_shortfall,
    format_minutes,
    list_rhythms,
    nearest_rhythm,
    promised_minutes,
)
from matchmaker.times.slots import Parsed, format_slots, parse_slots
from matchmaker.times.starts import Grid, are_overlapping, find_mentor_starts, find_session_starts
from matchmaker.times.unreadable import Unreadable
from matchmaker.times.zones import Zone, explain_zone, find_zone, offset_minutes, read_zone, suggest_zones

__all__ = [
    "FULL_WEEK",
    "NUM_SLOTS",
    "NUM_WORDS",
    "SLOT_MINUTES",
    "ClockChange",
    "Grid",
    "Move",
    "Parsed",
    "Rhythm",
    "Unreadable",
    "Zone",
    "are_overlapping",
    "count_bits",
    "count_sessions",
    "explain_shortfall",
    "explain_zone",
    "find_clock_changes",
    "find_mentor_starts",
    "find_moves",
    "find_session_starts",
    "find_zone",
    "format_minutes",
    "format_slots",
    "format_time",
    "list_rhythms",
    "local_time",
    "nearest_rhythm",
    "offset_minutes",
    "pack_slots",
    "parse_slots",
    "promised_minutes",
    "read_zone",
    "shift_to_utc",
    "suggest_zones",
    "unpack_slots",
]
