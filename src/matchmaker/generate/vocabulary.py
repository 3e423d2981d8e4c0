"""The words of generated rosters: subjects in topics, zones, grades, offices, free times, names."""

from __future__ import annotations

TOPICS: dict[str, tuple[str, ...]] = {
    "Software": (
        "Python",
        "Testing",
        "Cloud operations",
        "Security reviews",
        "Data modelling",
        "Code review",
    ),
    "Data": ("Statistics", "Dashboards", "Forecasting", "Experiment design", "Machine learning", "SQL"),
    "Delivery": (
        "Project planning",
        "Risk registers",
        "Agile practice",
        "Supplier contracts",
        "Roadmaps",
        "Scoping",
    ),
    "Leading": ("Delegation", "Feedback", "Hiring", "Coaching", "Conflict", "Managing up"),
    "Communication": (
        "Public speaking",
        "Writing",
        "Negotiation",
        "Facilitation",
        "Storytelling",
        "Listening",
    ),
    "Commerce": ("Pricing", "Key accounts", "Bids", "Market research", "Sales", "Product strategy"),
    "Finance": ("Budgets", "Business cases", "Forecast reviews", "Audit", "Procurement", "Grants"),
    "Policy": ("Regulation", "Impact assessment", "Consultation", "Legislation", "Public affairs", "Ethics"),
    "Operations": (
        "Process design",
        "Quality",
        "Safety",
        "Logistics",
        "Incident reviews",
        "Capacity planning",
    ),
    "People": ("Inclusion", "Wellbeing", "Career planning", "Onboarding", "Learning design", "Change"),
}
"""Topic to its subjects, the commonest first: skills are the odd ones, knowledge the even ones."""

THEMES = ("Keep clients", "Build capability", "Manage risk", "Grow")

TRAITS = ("listens", "patient", "open", "direct", "structured")
"""The first three are qualities, the other two styles."""

QUALITIES = TRAITS[:3]

ZONES = (
    ("Europe/London", 34),
    ("Europe/Paris", 22),
    ("America/New_York", 14),
    ("America/Los_Angeles", 6),
    ("Asia/Kolkata", 12),
    ("Asia/Singapore", 6),
    ("Australia/Adelaide", 3),
    ("Africa/Nairobi", 3),
)
"""Zone and its share in per cent: one large home region, a long tail, two half-hour offsets."""

OFFICES = ("London", "Paris", "New York", "Los Angeles", "Bengaluru", "Singapore", "Adelaide", "Nairobi")
"""The office of each zone."""

GRADES = ("Graduate", "Officer", "Senior", "Lead", "Head")

MENTEE_GRADES = (38, 34, 20, 8, 0)
MENTOR_GRADES = (0, 6, 34, 36, 24)
"""Share of each grade in per cent."""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
DAY_SHARES = (21, 21, 21, 20, 13, 4)

BEGINNINGS = (
    ("08:00", 8),
    ("09:00", 8),
    ("12:00", 26),
    ("12:30", 8),
    ("16:00", 12),
    ("17:00", 18),
    ("18:00", 20),
)
"""When a free time begins, on the person's own clock, and its share in per cent: lunch and evening."""

LENGTHS = ((60, 55), (90, 20), (120, 25))
"""Minutes of a free time and their share in per cent."""

CAPACITIES = ((1, 48), (2, 31), (3, 14), (4, 4), (5, 3))
"""Mentees a mentor takes, and the share in per cent: most take one or two."""

FIRST_NAMES = (
    *("Ada", "Bo", "Chen", "Dara", "Emil", "Fatou", "Goran", "Hana", "Ivo", "Jaya", "Kofi", "Lena", "Mio"),
    *("Nils", "Oya", "Pia", "Quinn", "Rosa", "Sami", "Tara", "Uma", "Vera", "Wim", "Xena", "Yuki", "Zoe"),
)
LAST_NAMES = (
    *("Abe", "Berg", "Cole", "Diaz", "Eze", "Falk", "Gupta", "Horn", "Ito", "Juric", "Khan", "Lund", "Meyer"),
    *("Ngata", "Okoro", "Perez", "Quist", "Rossi", "Silva", "Toure", "Ueda", "Vidal", "Wong", "Xu", "Yilmaz"),
)
