"""Each name that libraries have removed does what it did, and says what to write today: every case of `cases.py`, in one jail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from bottega.sandbox.guest.compatibility.table import NAMES, Gone, find
from bottega.sandbox.host import build
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Task
from tests.conftest import PRELOAD
from tests.sandbox.compatibility import page
from tests.sandbox.compatibility.cases import CASES, JOB, Case
from tests.sandbox.helpers import _ended, sealed

Told = tuple[Any, list[str]]
_LIMITS = Limits(wall_seconds=240)
_PANDAS = tuple(case for case in CASES if case.library == "pandas")
_OTHERS = tuple(case for case in CASES if case.library != "pandas")
# Of these there is nothing to say: values can be written to, columns of text are objects, and SciPy has these modules still.
_SILENT = frozenset({"DataFrame.values", "Index.values", "DataFrame.ftypes", "ndimage.filters"})


def _shown(case: Case) -> str:
    return f"{case.library}.{case.names[0]}"


def _run(pool: Pool, environment: Environment, cases: Sequence[Case]) -> dict[Case, Told]:
    with sealed({"code": [case.code for case in cases]}) as memory:
        outcome = pool.run(
            Task(environment, "cases.py", JOB, {"dataset1": memory}, limits=_LIMITS, preload=PRELOAD, old_names=True)
        )
    columns = _ended(outcome).columns
    given = zip(cases, columns["result"], columns["told"], strict=True)
    return {case: (json.loads(result), json.loads(told)) for case, result, told in given}


@pytest.fixture(scope="session")
def with_pandas(pool: Pool, environment: Environment) -> dict[Case, Told]:
    """What the cases of pandas gave, and the notes that they left."""
    return _run(pool, environment, _PANDAS)


@pytest.fixture(scope="session")
def with_others(pool: Pool, environment: Environment) -> dict[Case, Told]:
    """The same of the other libraries."""
    return _run(pool, environment, _OTHERS)


@pytest.fixture(scope="session")
def in_classic() -> dict[Case, Told]:
    """The same of all in the environment of the oldest packages."""
    with Pool(spares=0) as pool:
        return _run(pool, build.ensure("classic", lambda _: None), CASES)


@pytest.mark.parametrize("case", _PANDAS, ids=_shown)
def test_a_name_of_pandas_does_what_it_did(with_pandas: dict[Case, Told], case: Case) -> None:
    assert with_pandas[case][0] == case.expected
    _check_notes(case, _PANDAS, with_pandas[case][1])


@pytest.mark.slow
@pytest.mark.parametrize("case", _OTHERS, ids=_shown)
def test_a_name_of_another_library_does_what_it_did(with_others: dict[Case, Told], case: Case) -> None:
    assert with_others[case][0] == case.expected
    _check_notes(case, _OTHERS, with_others[case][1])


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=_shown)
def test_it_does_so_with_old_packages(in_classic: dict[Case, Told], case: Case) -> None:
    assert in_classic[case][0] == case.expected


def _check_notes(case: Case, cases: Sequence[Case], told: list[str]) -> None:
    """Each line tells the case's own line, and at least one is of its names."""
    line = 1000 * (cases.index(case) + 1) + 1
    assert all(each.startswith(f"line {line}: ") for each in told), told
    entries = [find(case.library, name) for name in case.names]
    sentences = {each.partition(": ")[2] for each in told}
    assert sentences & {entry.sentence() for entry in entries if entry is not None} or case.names[0] in _SILENT, told


def test_every_name_that_is_restored_has_a_case() -> None:
    named = {(case.library, name) for case in CASES for name in case.names}
    assert [f"{library}.{name}" for library, name in sorted(named) if find(library, name) is None] == []
    missing = [
        gone for gone in NAMES if gone.restored and (gone.library, gone.name) not in named and not _is_alike(gone)
    ]
    assert [f"{gone.library}.{gone.name}" for gone in missing] == []


def _is_alike(gone: Gone) -> bool:
    """Whether it is nothing but another name, which one piece of code gives for all of its kind."""
    is_alias = gone.rewrite is not None and gone.kind in {"attribute", "function"}
    return is_alias and (gone.library in {"numpy", "scipy"})


@pytest.mark.slow
def test_other_names_for_the_same_thing_are_that(pool: Pool, environment: Environment) -> None:
    alike = [gone for gone in NAMES if _is_alike(gone) and "." in str(gone.rewrite)]
    script = (
        "import importlib, numpy, pandas as pd\nimport scipy.signal, scipy.integrate, scipy.linalg, scipy.misc, scipy.stats\n"
        "import numpy.random\n\n\ndef found(path):\n    parts = path.split('.')\n    thing = importlib.import_module(parts[0])\n"
        "    for part in parts[1:]:\n        thing = getattr(thing, part, None) if part != 'windows' else scipy.signal.windows\n"
        "    return thing\n\n\ndef azureml_main(d=None):\n"
        "    same = lambda a, b: a is b or getattr(a, '__wrapped__', 0) is b or a == b or (a != a and b != b)\n"
        "    return pd.DataFrame({'same': [bool(same(found(a), found(b))) for a, b in zip(d.old, d.new)]})\n"
    )
    with sealed(
        {"old": [f"{gone.library}.{gone.name}" for gone in alike], "new": [str(gone.rewrite) for gone in alike]}
    ) as names:
        outcome = pool.run(
            Task(environment, "alike.py", script.encode(), {"dataset1": names}, preload=PRELOAD, old_names=True)
        )
    same = _ended(outcome).columns["same"]
    strange = [f"{gone.library}.{gone.name}" for gone, is_same in zip(alike, same, strict=True) if not is_same]
    # What NumPy itself has no more, and so cannot be compared by the new name.
    assert set(strange) <= {"scipy.mat", "scipy.round_", "scipy.trapz", "numpy.chararray", "numpy.row_stack"}


def test_the_page_has_every_name() -> None:
    text = page.PAGE.read_text()
    assert text == page.written(text), "python -m tests.sandbox.compatibility.page writes it anew"
