"""All cases, and what each gives.

`expected.json` has one line a case, in their order. The values were compared with those of pandas 0.22, NumPy 1.14,
scikit-learn 0.19, SciPy 1.0 and matplotlib 2.2 where those have the name; where later versions before its removal
did otherwise, with those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sandbox.compatibility import cases_others, cases_pandas

_FOLDER = Path(__file__).parent
JOB = (_FOLDER / "job.py").read_bytes()


@dataclass(frozen=True, eq=False)
class Case:
    """Code for the names of a library, and what it assigns to `r`, as JSON."""

    library: str
    names: tuple[str, ...]
    code: str
    expected: Any


def _cases() -> tuple[Case, ...]:
    expected = json.loads((_FOLDER / "expected.json").read_text())
    pandas = [("pandas", *line.split(" || ", 1)) for line in cases_pandas.CASES.strip().splitlines()]
    others = [tuple(line.split(" || ", 2)) for line in cases_others.CASES.strip().splitlines()]
    given = [*zip(pandas, expected["pandas"], strict=True), *zip(others, expected["others"], strict=True)]
    return tuple(Case(library, tuple(names.split(",")), code, value) for (library, names, code), value in given)


CASES = _cases()
