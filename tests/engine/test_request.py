"""What a script's text tells of its imports, without parsing it."""

from __future__ import annotations

import pytest

from bottega.engine.request import imports, preload

MODULES = frozenset({"numpy", "pandas", "pyarrow", "matplotlib", "sklearn"})


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (b"import pandas as pd", ["pandas"]),
        (b"import numpy, sklearn.tree as t", ["numpy", "sklearn.tree"]),
        (b"from sklearn import svm, tree as t", ["sklearn", "sklearn.svm", "sklearn.tree"]),
        (b"from sklearn.svm import (SVC,\n    SVR)", ["sklearn.svm", "sklearn.svm.SVC"]),
        (b"  import matplotlib.pyplot as plt\n", ["matplotlib.pyplot"]),
        (b"from . import x", []),
        (b"important = 1\nfromage = 2\n# import os\n'''\nimport re\n'''", ["re"]),
        (b"\xff\xfe\x00import", []),
        (b"", []),
    ],
)
def test_imports_by_lines(source: bytes, names: list[str]) -> None:
    assert imports(source) == names


def test_hostile_text_is_no_harm() -> None:
    assert imports(b"import " + b"a" * 5_000_000) != [""]
    assert len(imports(b"import x%d\n" * 100_000)) <= 100


def test_one_run_preloads_what_it_names_and_a_pool_whole_families() -> None:
    source = b"from sklearn.svm import SVC\nimport xgboost\n"
    assert preload(source, MODULES, shared=False) == ("numpy", "pandas", "pyarrow", "sklearn.svm", "sklearn.svm.SVC")
    shared = preload(source, MODULES, shared=True)
    assert shared == preload(b"import sklearn.tree", MODULES, shared=True)
    assert "sklearn.ensemble" in shared
