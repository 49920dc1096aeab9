"""Tables from files and into files, each format a module that is imported when it is first used.

>>> write(read(Path("patients.csv")), Path("patients.parquet"))
"""

from bottega.dataset.formats.registry import FORMATS, format_of, is_archive, read, write

__all__ = ["FORMATS", "format_of", "is_archive", "read", "write"]
