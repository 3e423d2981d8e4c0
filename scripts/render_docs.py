"""Write the pages of the documentation that are made from lists in the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

from matchmaker.kinds import render_kinds
from matchmaker.program.keys import render_keys
from matchmaker.service.app import describe_service
from matchmaker.service.openapi import render_routes
from matchmaker.service.problems import render_problems
from matchmaker.service.settings import render_settings
from matchmaker.tables.fields import render_fields

DOCS = Path(__file__).resolve().parent.parent / "docs"

COLUMNS = """# Columns

What a spreadsheet's columns can mean. A heading that is a field's own name, or one of the headings in
the last column below, is taken without being mapped; it may begin with the side's own word, as in "Mentor
name" in the mentors' file. So is a heading that the program names as an attribute or a trait. Every other
column is mapped in the program, or it is not read, and a notice says so:

```toml
[columns.mentors]
"How many people could you mentor?" = "capacity"
"How confident are you in Excel?" = { field = "skill Excel", words = { "Not confident" = 1, "Confident" = 4 } }
"Topics" = { field = "skills", separator = ",", level = 3 }
"Comments" = "ignore"
```

One file for both roles needs a column `role` (mentor, mentee or both) and `[columns.people]`. "Mentor, mentee" and
"mentor and mentee" are both. One workbook can hold a sheet `mentors` and a sheet `mentees`; it is then given for
both sides.

A file of former pairs has the columns `mentor` and `mentee` with their ids or e-mails and, if there is one, `outcome`.

"""

COLUMNS_END = """

## How cells are read

- A blank cell means that the person did not say. `none` in the free times means no free time at all.
- A spreadsheet's error such as `#N/A` is a fault of its person where the column is read, and no matter elsewhere.
  A row that holds nothing but such errors in columns that are not read is blank.
- A tick is one of yes, y, true, x, 1 or ✓. In a grid of subjects it stands for the column's `level`, or
  for `[levels]` of the program; but a number in such a grid is a level, also 1. `words` can say what other words
  stand for: a number, or 1 and 0 for yes and no.
- Numbers may be written `1.5` or `1,5`. `1,500` is refused, since it may be one and a half; with
  `decimal_comma = true` it is one and a half.
- An id that a spreadsheet made a number of, `123.0`, is `123`. Leading zeros stay, also those that
  only a cell's format shows: `007` and `7` are two people, and a
  notice says so where both are there.
- Several values in one cell are parted by semicolons or line breaks (languages and ids by commas too), or by the
  column's `separator`. Known values stay whole although they contain the separator: the column's `options`, the
  program's `synonyms` for subjects, and its `orders` for attributes. A notice speaks of cells whose commas
  part nothing.
- An attribute holds one value, unless the column has a `separator` or `options`, or `several` in the program names it.
- `Python: 4` is a subject with its level; the level may be one of the column's `words`. A subject without a
  level has the column's `level`, or that of the program.
- A goal is written `Python (skill) 1->3 !5 #Keep clients`: subject, kind, current and target level,
  importance, theme. Before `!` and `#` stands a space, so `C#` is a subject.
- People who answered twice, by id or e-mail, are a fault, unless `duplicates` in `[columns]` is `"first"` or
  `"last"`; then a notice names each row that does not count.
- Free times: `Mon 18:00-20:00; Fri 12:00-13:00`, days as `Mon-Fri` or `Mon,Wed`, times with am and pm,
  across midnight and the week's end. Morning is 09:00 to 12:00, afternoon 12:00 to 17:00, evening 17:00
  to 21:00; a notice says when one of these was read. Under a heading such as `Availability [Monday]` the
  cells hold the times of that day.
- Rows count as in the spreadsheet: the headings of a plain file are row 1.
"""

PROGRAM = """# The program file

What the organiser decides, in TOML. Every key has a default, so an empty file is a program. Unknown keys
are refused with the key that was probably meant, and all faults of a file are told at once. `matchmaker
init` proposes a file from your headings.

Presets set the rhythm; keys stated beside them win: `youth` 52 weeks of one hour, `school` 36 weeks of
one hour, `workplace` 40 weeks with an hour every four, `internship` 12 weeks of five hours (as one session
of five hours; state `session_minutes` where they are spread), `speed` half an hour once.

Weights and importances have at most three decimal places, so that points can be exact.

"""

PROGRAM_END = """

A condition is a relation, or `any` or `all` of several:

```toml
[[rules]]
name = "near enough to meet"
any = [
    { relation = "same", attribute = "office" },
    { relation = "within_hours", hours = 3 },
]
```
"""

FAULTS = """# Faults and notices

A fault stops a run; a notice does not. Both say where they were found: file, sheet, row (as the
spreadsheet counts), column, and the value; then what is wrong and what would be right. All faults are told
at once, up to 1,000 of them, then a count by kind. `--set-aside-faulty` goes on without the people who have
faults and lists them among those left over. `--json` gives the same as data.

"""


PART = re.compile(r"(<!-- made: (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)
"""A part of a page that is made, between two marks; the rest of the page is written by hand."""


def fill_parts(text: str, parts: dict[str, str]) -> str:
    """Return a page with its parts made anew."""
    return PART.sub(lambda found: f"{found[1]}\n{parts[found[2]]}\n{found[3]}", text)


def render_pages() -> dict[str, str]:
    """Return each page by its name."""
    description = describe_service()
    service = {
        "routes": render_routes(description),
        "problems": render_problems(),
        "settings": render_settings(),
    }
    return {
        "columns.md": f"{COLUMNS}{render_fields()}{COLUMNS_END}",
        "program.md": f"{PROGRAM}{render_keys()}{PROGRAM_END}",
        "faults.md": f"{FAULTS}{render_kinds()}",
        "service.md": fill_parts((DOCS / "service.md").read_text(encoding="utf-8"), service),
        "openapi.json": json.dumps(description, indent=1),
    }


def main() -> None:
    """Write the pages."""
    for name, text in render_pages().items():
        (DOCS / name).write_text(text.rstrip() + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
