"""Old names of a run: on, off, and what is said of them."""

from __future__ import annotations

import pytest

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Outcome, Task
from tests.conftest import PRELOAD
from tests.sandbox.helpers import _ended, sealed, zipped
from tests.sandbox.services import columns, inline, started

_FRAME = "import pandas as pd\nimport numpy as np\n\n\ndef azureml_main(d=None):\n    d = pd.DataFrame({'a': [1, 2]})\n"


class _Runs:
    def __init__(self, pool: Pool, environment: Environment) -> None:
        self._pool, self._environment = pool, environment

    def __call__(self, source: str, *, on: bool = True, bundle: bytes | None = None) -> Outcome:
        inputs = {} if bundle is None else {"bundle": Memory.of("bundle", bundle)}
        task = Task(self._environment, "old.py", source.encode(), inputs, preload=PRELOAD, old_names=on)
        outcome = self._pool.run(task)
        for memory in inputs.values():
            memory.close()
        return outcome


@pytest.fixture
def runs(pool: Pool, environment: Environment) -> _Runs:
    return _Runs(pool, environment)


def test_a_name_is_told_once_with_the_line_of_its_first_use(runs: _Runs) -> None:
    ended = _ended(runs(_FRAME + "    d.as_matrix()\n    d.as_matrix()\n    return d,\n"))
    assert ended.notes == ("line 7: DataFrame.as_matrix was removed in pandas 1.0; write .to_numpy()",)


def test_a_file_of_the_bundle_is_named(runs: _Runs) -> None:
    bundle = zipped({"mine.py": "def values(d):\n    return d.as_matrix()\n"})
    ended = _ended(runs(_FRAME + "    import mine\n    mine.values(d)\n    return d,\n", bundle=bundle))
    assert ended.notes == (
        "Script Bundle/mine.py, line 2: DataFrame.as_matrix was removed in pandas 1.0; write .to_numpy()",
    )


def test_what_a_library_uses_is_not_told(runs: _Runs) -> None:
    assert _ended(runs(_FRAME + "    d.pipe(pd.DataFrame.as_matrix)\n    return d,\n")).notes == ()


def test_without_old_names_all_is_as_the_libraries_are(runs: _Runs) -> None:
    ended = _ended(
        runs(_FRAME + "    return pd.DataFrame({'has': [hasattr(d, 'ix'), hasattr(np, 'float')]}),\n", on=False)
    )
    assert ended.columns == {"has": [False, False]}
    assert ended.notes == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("d.as_matrix()", "DataFrame.as_matrix was removed in pandas 1.0; write .to_numpy()"),
        ("d['a'].order()", "Series.order was removed in pandas 0.20; write .sort_values()"),
        ("d.ix[0]", "DataFrame.ix was removed in pandas 1.0; write .loc for labels, .iloc for positions"),
        ("d.drop('a', 1)", "DataFrame.drop takes axis only by name since pandas 2.0; write .drop(labels, axis=1)"),
        (
            "pd.concat([d, d], 1)",
            "pandas.concat takes axis only by name since pandas 2.0; write pd.concat(frames, axis=1)",
        ),
        ("pd.rolling_mean(d, 2)", "pandas.rolling_mean was removed in pandas 0.23; write .rolling(window).mean()"),
        ("np.float(1)", "numpy.float was removed in numpy 1.24; write float"),
        ("np.asscalar(np.array(1))", "numpy.asscalar was removed in numpy 1.23; write .item()"),
        (
            "from pandas.tools.plotting import x",
            "pandas.tools was removed in pandas 0.23; write pd.plotting, pd.concat, pd.merge",
        ),
        ("d.to_csv(line_terminator='x')", "the argument line_terminator of DataFrame.to_csv was removed in pandas 2.0"),
    ],
)
def test_an_error_says_what_to_write_and_what_restores_it(runs: _Runs, line: str, told: str) -> None:
    failure = _ended(runs(f"{_FRAME}    {line}\n", on=False)).failure
    assert failure is not None
    assert failure.line == 7
    assert told in failure.message
    assert "--old-names" in failure.message


def test_what_nothing_restores_is_told_clearly(runs: _Runs) -> None:
    for on in (True, False):
        failure = _ended(runs(f"{_FRAME}    pd.Panel()\n", on=on)).failure
        assert failure is not None
        assert "pandas.Panel was removed in pandas 1.0; write frames with an index of two levels" in failure.message
        assert "--old-names" not in failure.message


def test_other_errors_are_as_they_were(runs: _Runs) -> None:
    for on in (True, False):
        failure = _ended(runs(f"{_FRAME}    d.nothing_like_it\n", on=on)).failure
        assert failure is not None
        assert failure.message == "'DataFrame' object has no attribute 'nothing_like_it'"


def test_an_error_behind_a_restored_name_is_the_users(runs: _Runs) -> None:
    failure = _ended(runs(f"{_FRAME}    return d.append({{'a': 1}}),\n")).failure
    assert failure is not None
    assert (failure.line, failure.type) == (7, "TypeError")
    assert failure.message == "Can only append a dict if ignore_index=True"
    assert "compatibility" not in failure.traceback


def test_an_exception_that_fails_when_it_is_looked_at_harms_nothing(runs: _Runs) -> None:
    source = (
        "class Odd(AttributeError):\n    @property\n    def obj(self):\n        raise ValueError('x')\n\n\n"
        "def azureml_main(d=None):\n    raise Odd('a', name='ix')\n"
    )
    failure = _ended(runs(source, on=False)).failure
    assert failure is not None
    assert (failure.type, failure.message) == ("Odd", "a")


def test_tabs_and_spaces_are_read_as_python_2_read_them(runs: _Runs) -> None:
    source = "import pandas as pd\ndef azureml_main(d=None):\n        a = 1\n\tb = 2\n\treturn pd.DataFrame({'s': [a + b]}),\n"
    ended = _ended(runs(source))
    assert ended.columns == {"s": [3]}
    assert ended.notes[0].startswith("line 4: tabs and spaces are mixed; a tab was read as up to eight spaces")
    failure = _ended(runs(source, on=False)).failure
    assert failure is not None
    assert failure.type == "TabError"


def test_text_comes_in_columns_of_objects(pool: Pool, environment: Environment) -> None:
    source = (
        b"import pandas as pd\ndef azureml_main(d):\n    return pd.DataFrame({'kind': [str(d.t.dtype), str(d.columns.dtype)], "
        b"'chosen': d.select_dtypes(['object']).shape[1]}),\n"
    )
    for on, kinds, count in ((True, ["object", "object"], 1), (False, ["str", "str"], None)):
        with sealed({"t": ["a", None]}) as memory:
            outcome = pool.run(Task(environment, "old.py", source, {"dataset1": memory}, preload=PRELOAD, old_names=on))
        found = _ended(outcome).columns
        assert found["kind"] == kinds
        assert count is None or found["chosen"] == [count, count]


def test_nothing_of_it_is_left_for_the_next_run(runs: _Runs) -> None:
    _ended(runs(_FRAME + "    d.ix[0]\n    return d,\n"))
    ended = _ended(runs(_FRAME + "    return pd.DataFrame({'has': [hasattr(d, 'ix')]}),\n", on=False))
    assert ended.columns == {"has": [False]}


def test_a_service_has_them_too_and_tells_them_with_its_first_call(pool: Pool, environment: Environment) -> None:
    source = "import pandas as pd\n\n\ndef azureml_main(d):\n    return pd.DataFrame({'v': d.as_matrix()[:, 0]}),\n"
    told = []
    with started(pool, environment) as serve:
        workers = serve(source, reuse=True, old_names=True)
        for _ in range(2):
            outcome = workers.call({"dataset1": inline({"a": [1.5]})})
            told.append(outcome.notes)
            assert columns(outcome) == {"v": [1.5]}
    assert told == [("line 5: DataFrame.as_matrix was removed in pandas 1.0; write .to_numpy()",), ()]
