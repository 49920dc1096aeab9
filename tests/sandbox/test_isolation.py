"""Nothing of one run reaches another: inputs, modules, environment, files, random state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.pool import Pool
from tests.conftest import PRELOAD
from tests.sandbox.helpers import Columns, Runner, sealed

MIXED: Columns = {
    "number": [1, 2, 3],
    "real": [1.5, None, 2.5],
    "text": ["a", None, "c"],
    "flag": [True, False, None],
    "bytes": [b"1", b"2", None],
}

SPOIL = """
def azureml_main(dataframe1):
    dataframe1.loc[0, "number"] = -1
    dataframe1.loc[1, "real"] = 99.0
    dataframe1.loc[:, "text"] = "spoilt"
    dataframe1.drop(columns="flag", inplace=True)
    dataframe1["new"] = 1
    return dataframe1,
"""
RETURN = "def azureml_main(dataframe1): return dataframe1,"


def test_a_change_in_place_harms_nobody(run: Runner) -> None:
    """One memory file given to many runs: each has a writable copy of its own."""
    with sealed(MIXED) as memory:
        before = memory.read()
        spoilt = run(SPOIL, dataset1=memory)
        assert spoilt.columns["number"] == [-1, 2, 3]
        assert spoilt.columns["text"] == ["spoilt"] * 3
        assert run(RETURN, dataset1=memory).columns == MIXED
        assert memory.read() == before


def test_a_large_table_is_a_copy_too(run: Runner) -> None:
    """Tables that stay where they are mapped are still the run's own to change."""
    rows = 1 << 20
    large: Columns = {f"c{place}": list(range(rows)) for place in range(5)}
    with sealed(large) as memory:
        source = """
            import pandas as pd
            def azureml_main(dataframe1):
                {}
                return pd.DataFrame({{"sum": [int(dataframe1.to_numpy().sum())]}})
        """
        expected = 5 * rows * (rows - 1) // 2
        changed = run(source.format("dataframe1['c0'] += 1; dataframe1.iloc[0, 1] = 7"), dataset1=memory)
        assert changed.value == expected + rows + 7
        assert run(source.format("pass"), dataset1=memory).value == expected


def test_the_same_table_on_both_ports(run: Runner) -> None:
    """A change of the first argument does not show in the second."""
    with sealed(MIXED) as memory:
        source = "def azureml_main(a, b):\n    a['number'] = 0\n    a.loc[0, 'real'] = -1.0\n    return b,\n"
        assert run(source, dataset1=memory, dataset2=memory).columns == MIXED


LEAVE = """
import builtins, decimal, json, locale, os, pathlib, random, sys, tempfile, warnings
import numpy as np
import pandas as pd
import xml.dom.minidom

def azureml_main():
    os.environ["LEFT"] = "1"
    builtins.left = sys.left = pd.left = json.left = 1
    sys.path.insert(0, "left")
    pd.set_option("display.max_rows", 7)
    np.set_printoptions(precision=1)
    decimal.getcontext().prec = 3
    os.umask(0)
    sys.setrecursionlimit(500)
    warnings.simplefilter("error")
    for folder in (".", pathlib.Path.home(), tempfile.gettempdir(), "/dev/shm", "/tmp"):
        pathlib.Path(folder, "left.txt").write_text("left")
    os.chdir("/")
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'LEFT' in __import__('os').environ", False),
        ("[hasattr(__import__(each), 'left') for each in ('builtins', 'sys', 'pandas', 'json')]", [False] * 4),
        ("'left' in __import__('sys').path", False),
        ("'xml.dom.minidom' in __import__('sys').modules", False),
        ("pd.get_option('display.max_rows')", 60),
        ("__import__('numpy').get_printoptions()['precision']", 8),
        ("__import__('decimal').getcontext().prec", 28),
        ("__import__('sys').getrecursionlimit()", 1000),
        ("any(each[0] == 'error' for each in __import__('warnings').filters)", False),
        ("__import__('os').listdir('.')", []),
        ("'left.txt' in __import__('os').listdir(__import__('pathlib').Path.home())", False),
        ("[__import__('os').listdir(each) for each in ('/tmp', '/dev/shm')]", [[], []]),
    ],
)
def test_nothing_is_left_for_the_next(run: Runner, expression: str, value: object) -> None:
    """Modules, options, environment, working folder, home, temporary folders: all as at first."""
    assert run(LEAVE).failure is None
    assert run.value(expression) == value


RANDOM = {
    "random": "__import__('random').random()",
    "numpy": "float(__import__('numpy').random.rand())",
    "default_rng": "float(__import__('numpy').random.default_rng().random())",
    "uuid4": "str(__import__('uuid').uuid4())",
    "uuid1": "str(__import__('uuid').uuid1())",
    "secrets": "__import__('secrets').token_hex(8)",
    "tempfile": "__import__('tempfile').mktemp()",
    "sample": "list(pd.Series(range(1000)).sample(10))",
    "scipy": "float(__import__('scipy.stats').stats.norm.rvs())",
    "sklearn": "list(__import__('sklearn.utils').utils.shuffle(range(1000), n_samples=9))",
    "arrow": "__import__('pyarrow.compute').compute.random(1).to_pylist()",
}


@pytest.mark.parametrize("source", RANDOM.values(), ids=RANDOM)
def test_unseeded_runs_differ(run: Runner, source: str) -> None:
    """Children of one parent do not share a random sequence."""
    values = [run.value(source) for _ in range(3)]
    assert len({repr(value) for value in values}) == 3


SEEDED = """
import random
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

random.seed(1)
np.random.seed(2)

def azureml_main():
    words = {f"word {number}" for number in range(200)}
    X = np.random.rand(60, 3)
    forest = RandomForestClassifier(5).fit(X, X[:, 0] > 0.5)
    return pd.DataFrame({
        "random": [random.random() for _ in range(200)],
        "numpy": np.random.rand(200),
        "rng": np.random.default_rng(3).normal(size=200),
        "words": list(words),
        "hashes": [hash(word) for word in words],
        "forest": np.resize(forest.feature_importances_, 200),
    })
"""


@pytest.fixture
def other(environment: Environment) -> Iterator[Runner]:
    """Runs scripts in the jails of another pool, whose zygote is another process."""
    with Pool(layer=Layer.NAMESPACES, spares=0) as pool:
        yield Runner(pool, environment, PRELOAD)


def digest(run: Runner) -> str:
    """The result's digest, of a script that seeds itself."""
    ended = run(SEEDED)
    assert ended.failure is None, ended.failure
    assert ended.result is not None
    return ended.result.digest


def test_seeded_runs_are_equal(run: Runner, other: Runner) -> None:
    """A script that seeds itself gives the same table in each run, in each zygote; sets of text keep their order."""
    assert len({digest(each) for each in (run, run, run, other, other)}) == 1
