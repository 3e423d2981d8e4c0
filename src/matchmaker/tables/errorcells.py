"""Cells that hold a spreadsheet's error instead of a value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.tables.refusal import shorten
from matchmaker.tables.sheet import CodedColumn, Flaw

MARK = "\0"
"""Begins the text of an error cell while a workbook is read; no text of a file can hold it."""

NO_VALUE = f"{MARK}="
"""A formula that was never computed."""

ERROR_TEXTS = frozenset(
    (
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"),
        *("#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!"),
        "#ERROR!",
    )
)
"""How a text file shows errors of the spreadsheet it was saved from: of any program, Excel, Google Sheets."""

FIRST_SIGNS = (MARK, "#")
"""What the text of every error begins with; almost no other text does."""


def mark_error(text: str) -> str:
    """Return the text that an error cell has while a workbook is read."""
    return f"{MARK}{text}"


def is_error(text: str) -> bool:
    """Return whether a cell's text is an error instead of a value."""
    return text.startswith(MARK) or text in ERROR_TEXTS


def blank_errors(column: CodedColumn, heading: str, rows: NDArray[np.int64]) -> tuple[CodedColumn, list[Flaw]]:
    """Return a column with its error cells blank, and what is wrong with them.

    Parameters
    ----------
    column : CodedColumn
    heading : str
    rows : array of int64, shape (num_rows,)
        The spreadsheet's row numbers.
    """
    errors = [code for code, text in enumerate(column.values) if text.startswith(FIRST_SIGNS) and is_error(text)]
    if not errors:
        return column, []
    flaws = [_describe(column.values[code], heading, rows[column.codes == code]) for code in errors]
    values = ["" if is_error(text) else text for text in column.values]
    known = {text: code for code, text in enumerate(dict.fromkeys(values))}
    table = np.array([known[text] for text in values], np.int32)
    return CodedColumn(table[column.codes], list(known)), flaws


def _describe(text: str, heading: str, rows: NDArray[np.int64]) -> Flaw:
    """Return what is wrong with cells that hold an error."""
    if text == NO_VALUE:
        problem = "the cell has a formula whose result was never saved"
        remedy = "Open the workbook in a spreadsheet program and save it"
        return Flaw("formula-without-result", problem, remedy, None, heading, rows)
    problem = "the cell holds an error of the spreadsheet instead of a value"
    remedy = "Correct the formula, or leave the cell blank"
    return Flaw("error-cell", problem, remedy, shorten(text.removeprefix(MARK)), heading, rows)
