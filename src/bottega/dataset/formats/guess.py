"""What a column of text is: integers, doubles, or text after all.

The forms of numbers are those that pandas.read_csv takes: ASCII digits with an optional sign,
point and exponent, infinity by its names, blanks around them; no hexadecimal, no underscore,
no "nan" beyond the words for missing values (which are missing here already).
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# RE2's \s lacks the vertical tab, which pandas takes for a blank.
_BLANK = r"[\t-\r ]*"
_INTEGER = rf"\A{_BLANK}[+-]?[0-9]+{_BLANK}\z"
_NUMBER = rf"(?i)\A{_BLANK}[+-]?(?:inf|infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?){_BLANK}\z"


def guess(texts: Any) -> Any:
    """Return the text column as int64, as float64, or as it is; no value is lost.

    Integers of which one is beyond 64 bits stay text.
    """
    if _all(texts, _INTEGER):
        try:
            return _bare(texts).cast(pa.int64())
        except pa.ArrowInvalid:
            return texts
    if _all(texts, _NUMBER):
        return _bare(texts).cast(pa.float64())
    return texts


def may_be_number(value: str) -> bool:
    """Whether one value has the form of a number; a text column's first value tells most at once."""
    return bool(pc.match_substring_regex(pa.scalar(value), _NUMBER).as_py())


def _all(texts: Any, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern), min_count=0).as_py())


def _bare(texts: Any) -> Any:
    """Without the blanks and the plus sign, which Arrow's casts do not all take."""
    return pc.replace_substring_regex(texts, rf"\A{_BLANK}\+?|{_BLANK}\z", "")
