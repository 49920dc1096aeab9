"""Excel workbooks (.xlsx): one worksheet, its first row that is not empty the header.

Read: types from the cells - Integer (a number without fraction), Double, Boolean, DateTime,
TimeSpan (a time of day also) and String; a column of several is String. pandas' words for
missing are missing, as in pandas.read_excel; so are formulas without a stored result and errors
like #DIV/0!. A header without text is "Col" and its position. Rows at the end in which all is missing are
left out.

Written to a sheet "Sheet1". What a workbook cannot hold is an error (0018): more than 1,048,576
rows, header included, or 16,384 columns, texts beyond 32,767 characters, control characters.
What it holds otherwise:

- texts are texts, also those that look like formulas; an empty one is no cell, and comes back
  as missing; Excel reads a carriage return as a line feed;
- Doubles without a fraction come back as Integer; infinity is the text "inf"; Excel itself
  shows 15 digits of a number;
- times come back to the millisecond; those with a zone, before March 1900 or after 9999 are
  ISO text; Bytes are base64; categories and roles are not kept.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from bottega.dataset.formats.excel_cells import sheet_table
from bottega.dataset.formats.excel_rows import check, rows
from bottega.dataset.formats.source import mapped
from bottega.dataset.formats.target import target
from bottega.dataset.table import Table
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def read(path: Path, *, sheet: str | None = None) -> Table:
    """Return the table in a worksheet, the first or that of the name.

    Raises `0048`, `0018`, and `usage` where there is no such sheet.
    """
    data = mapped(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of what a table has no use for: styles, extensions
            return Table(_arrow(data, sheet))
    except BottegaError:
        raise
    except Exception as error:  # openpyxl checks little: a damaged file raises nearly anything
        reason = str(error) or type(error).__name__
        raise BottegaError("0018", path=str(path), reason=reason) from error


def write(table: Table, path: Path) -> None:
    """Write a table as a workbook of one sheet.

    Raises `0048`, and `0018` where the table is beyond what a sheet can hold.
    """
    from openpyxl import Workbook

    # openpyxl leaves temporary files behind where it is stopped half-way: all is checked before.
    check(table, path)
    with target(path) as file:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Sheet1")
        for row in rows(table, sheet):
            sheet.append(row)
        book.save(file)


def _arrow(data: memoryview, name: str | None) -> pa.Table:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        names = [sheet.title for sheet in book.worksheets]
        if name is not None and name not in names:
            raise BottegaError("usage", reason=f"there is no worksheet {name}; the sheets are {', '.join(names)}")
        if not names:
            raise ValueError("the workbook has no worksheet")
        sheet = book.worksheets[names.index(name) if name is not None else 0]
        sheet.reset_dimensions()  # what a file says of its size need not be so
        return sheet_table(sheet.iter_rows())
    finally:
        book.close()
