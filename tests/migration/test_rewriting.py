"""What libraries removed, before and after; what only a person can tell is left alone."""

from __future__ import annotations

import pytest

from bottega.migration import report
from bottega.migration.finding import Examination, Target
from bottega.migration.reading.rules import RULES
from bottega.sandbox.guest.compatibility.table import find

HEAD = "import pandas as pd\nimport numpy as np\n\ndef azureml_main(df, other=None):\n"

# Of frames: one line before and after.
SAFE = {
    "as_matrix": ("x = df.as_matrix()", "x = df.to_numpy()"),
    "as_matrix of columns": ('x = df.as_matrix(["a", "b"])', 'x = df[["a", "b"]].to_numpy()'),
    "as_matrix by name": ("x = df.as_matrix(columns=df.columns[1:])", None),
    "as_matrix of what nobody knows": ("x = unknown().as_matrix()  # told", "x = unknown().to_numpy()  # told"),
    "ix of a text": ('x = df.ix[:, "a"]', 'x = df.loc[:, "a"]'),
    "ix of texts": ('x = df.ix[:, ["a", "b"]]', 'x = df.loc[:, ["a", "b"]]'),
    "ix of a mask": ('x = df.ix[df["a"] > 1, "b"]', 'x = df.loc[df["a"] > 1, "b"]'),
    "ix of a mask by attribute": ("x = df.ix[df.a > 1]", "x = df.loc[df.a > 1]"),
    "ix of a row by its number": ("x = df.ix[0]", "x = df.loc[0]"),
    "ix of rows by their numbers": ("x = df.ix[1:3]", "x = df.loc[1:3]"),
    "ix of a column by its number": ("x = df.ix[:, 0]", "x = df.iloc[:, 0]"),
    "ix of a cell": ('df.ix[0, "a"] = 3', 'df.loc[0, "a"] = 3'),
    "ix of both by number": ("x = df.ix[0, 1]", None),
    "ix of an unknown frame's number": ("x = unknown().ix[0]", None),
    "ix of an unknown key": ("x = df.ix[key()]", None),
    "iteritems": ("for k, v in df.iteritems(): pass", "for k, v in df.items(): pass"),
    "append": ("df = df.append(other, ignore_index=True)", "df = pd.concat([df, other], ignore_index=True)"),
    "append of several": ("x = df.append([other, df])", "x = pd.concat([df, other, df])"),
    "append of a row": ('df = df.append({"a": 1}, ignore_index=True)', None),
    "append of what nobody knows": ("df = df.append(unknown())", None),
    "append to a list": ("x = []; x.append(df)", ""),
    "sort": ('x = df.sort("a")', 'x = df.sort_values("a")'),
    "sort by name": ('x = df.sort(columns=["a"], ascending=False)', 'x = df.sort_values(["a"], ascending=False)'),
    "sort by the index": ("x = df.sort(ascending=False)", "x = df.sort_index(ascending=False)"),
    "sort of a list": ("x = [2, 1]; x.sort()", ""),
    "sort_index by": ('x = df.sort_index(by="a")', 'x = df.sort_values("a")'),
    "order": ('x = df["a"].order(ascending=False)', 'x = df["a"].sort_values(ascending=False)'),
    "sort of a series": ('s = df["a"]; s.sort()', 's = df["a"]; s.sort_values(inplace=True)'),
    "positional axis": ('x = df.drop("a", 1)', 'x = df.drop("a", axis=1)'),
    "positional axis of dropna": ('x = df.dropna(1, "all")', 'x = df.dropna(axis=1, how="all")'),
    "positional axis of concat": ("x = pd.concat([df, df], 1)", "x = pd.concat([df, df], axis=1)"),
    "get_value": ('x = df.get_value(0, "a")', 'x = df.at[0, "a"]'),
    "set_value": ('df.set_value(0, "a", 3)', 'df.at[0, "a"] = 3'),
    "set_value that is used": ('x = df.set_value(0, "a", 3)', None),
    "icol": ("x = df.icol(0)", "x = df.iloc[:, 0]"),
    "irow": ("x = df.irow(0)", "x = df.iloc[0]"),
    "iget_value": ("x = df.iget_value(0, 1)", "x = df.iat[0, 1]"),
    "clip_lower": ('x = df["a"].clip_lower(0)', 'x = df["a"].clip(lower=0)'),
    "get_dtype_counts": ("x = df.get_dtype_counts()", "x = df.dtypes.value_counts()"),
    "fillna": ('df = df.fillna(method="ffill", limit=2)', "df = df.ffill(limit=2)"),
    "fillna in place": ('df.fillna(method="pad", inplace=True)', "df.ffill(inplace=True)"),
    "rolling": ('x = pd.rolling_mean(df["a"], 5)', 'x = df["a"].rolling(5).mean()'),
    "rolling with names": ("x = pd.rolling_std(df.a - 1, window=5, min_periods=1)", "x = (df.a - 1).rolling(5, min_periods=1).std()"),
    "rolling count": ('x = pd.rolling_count(df["a"], 3)', 'x = df["a"].rolling(3, min_periods=0).count()'),
    "rolling quantile": ('x = pd.rolling_quantile(df["a"], 3, 0.5)', 'x = df["a"].rolling(3).quantile(0.5)'),
    "rolling corr": ('x = pd.rolling_corr(df["a"], df["b"], 3)', 'x = df["a"].rolling(3).corr(df["b"])'),
    "rolling of what nobody knows": ("x = pd.rolling_mean(unknown(), 5)", None),
    "ewma": ('x = pd.ewma(df["a"], span=3)', 'x = df["a"].ewm(span=3).mean()'),
    "expanding": ('x = pd.expanding_sum(df["a"])', 'x = df["a"].expanding().sum()'),
    "nested": ("x = df.append(other.append(df)).as_matrix()", "x = pd.concat([df, pd.concat([other, df])]).to_numpy()"),
    "resample": ('x = df.resample("D", how="sum")', 'x = df.resample("D").sum()'),
    "resample by numpy": ('x = df.resample("D", how=np.mean)', 'x = df.resample("D").mean()'),
    "drop_duplicates": ('x = df.drop_duplicates(cols="a", take_last=True)', 'x = df.drop_duplicates(subset="a", keep="last")'),
    "read_excel": ('x = pd.read_excel("f", sheetname="s")', 'x = pd.read_excel("f", sheet_name="s")'),
    "read_csv": ('x = pd.read_csv("f", error_bad_lines=False)', 'x = pd.read_csv("f", on_bad_lines="skip")'),
    "squeeze": ('x = pd.read_csv("f", squeeze=True)', 'x = pd.read_csv("f").squeeze("columns")'),
    "to_datetime": ('x = pd.to_datetime(df["a"], coerce=True)', 'x = pd.to_datetime(df["a"], errors="coerce")'),
    "to_datetime that raises": ('x = pd.to_datetime(df["a"], errors="raise")', ""),
    "from_csv": ('x = pd.DataFrame.from_csv("f")', 'x = pd.read_csv("f", index_col=0, parse_dates=True)'),
    "convert_objects": ("df = df.convert_objects(convert_numeric=True)", None),
    "np.float": ("x = np.float(3) + np.int(4)", "x = float(3) + int(4)"),
    "np.bool as a type": ('x = df["a"].astype(np.bool)', 'x = df["a"].astype(bool)'),
    "np.float32": ("x = np.float32(3)", ""),
    "np.NaN": ("x = np.NaN", "x = np.nan"),
    "np.asscalar": ("x = np.asscalar(np.array([1]))", "x = np.array([1]).item()"),
    "random_integers": ("x = np.random.random_integers(1, 6, size=3)", "x = np.random.randint(1, 7, size=3)"),
    "random_integers up to": ("x = np.random.random_integers(len(df))", "x = np.random.randint(1, len(df) + 1)"),
    "in1d": ("x = np.in1d(df.a, [1])", None),
    "applymap": ("x = df.applymap(str)", "x = df.map(str)"),
    "str.split": ('x = df["a"].str.split(" ", 1)', 'x = df["a"].str.split(" ", n=1)'),
    "pd.np": ("x = pd.np.mean([1])", "x = np.mean([1])"),
    "xrange": ("for i in xrange(3): pass", "for i in range(3): pass"),
    "has_key": ('x = {}.has_key("a")', 'x = ("a" in {})'),
    "a name that is the script's own": ("unicode = str; x = unicode(3)", ""),
    "a frame that may be something else": ("df = df if df is None else unknown()\n    x = df.sort()", ""),
}  # fmt: skip
# Whole scripts.
IMPORTS = {
    "moved": ("from sklearn.cross_validation import train_test_split\n", "from sklearn.model_selection import train_test_split\n"),
    "moved, renamed": (
        "from sklearn.cross_validation import train_test_split as split, cross_val_score\n",
        "from sklearn.model_selection import train_test_split as split, cross_val_score\n",
    ),
    "in part": (
        "from sklearn.cross_validation import KFold, train_test_split\n",
        "from sklearn.cross_validation import KFold\nfrom sklearn.model_selection import train_test_split\n",
    ),
    "a module": (
        "from sklearn import cross_validation\nx = cross_validation.train_test_split([1])\n",
        "from sklearn import model_selection as cross_validation\nx = cross_validation.train_test_split([1])\n",
    ),
    "a module whose names changed": ("from sklearn import cross_validation\nx = cross_validation.KFold(3)\n", None),
    "by its whole name": (
        "import sklearn.grid_search\nx = sklearn.grid_search.GridSearchCV(1, {})\n",
        "import sklearn.model_selection\nx = sklearn.model_selection.GridSearchCV(1, {})\n",
    ),
    "plotting": ("from pandas.tools.plotting import scatter_matrix\n", "from pandas.plotting import scatter_matrix\n"),
    "pd.scatter_matrix": (
        "import pandas as pd\npd.scatter_matrix(1)\n", "import pandas as pd\npd.plotting.scatter_matrix(1)\n",
    ),
    "pandas by its own name": (
        "import pandas\ndef azureml_main(a, b):\n    return a.append(b)\n",
        "import pandas\ndef azureml_main(a, b):\n    return pandas.concat([a, b])\n",
    ),
    "an import that is missing": (
        '"""Doc."""\nimport os\n\ndef azureml_main(a, b):\n    return a.append(b)\n',
        '"""Doc."""\nimport os\nimport pandas as pd\n\ndef azureml_main(a, b):\n    return pd.concat([a, b])\n',
    ),
    "a name that is taken": ("pd = 3\ndef azureml_main(a, b):\n    return a.append(b)\n", None),
    "helpers": (
        'def first(frame, n):\n    return frame.sort("a").head(n)\n\ndef azureml_main(a):\n    return first(a, 3)\n',
        'def first(frame, n):\n    return frame.sort_values("a").head(n)\n\ndef azureml_main(a):\n    return first(a, 3)\n',
    ),
    "helpers of anybody": ('def first(frame):\n    return frame.sort("a")\n', ""),
    "scipy": ("from scipy.misc import comb, factorial\n", "from scipy.special import comb, factorial\n"),
    "scipy by its module": (
        "import scipy.misc\nx = scipy.misc.comb(3, 2)\n", "import scipy.misc\nimport scipy.special\nx = scipy.special.comb(3, 2)\n",
    ),
    "nanmean": (
        "from scipy import stats\nimport numpy as np\nx = stats.nanmean([1.0])\n",
        "from scipy import stats\nimport numpy as np\nx = np.nanmean([1.0], axis=0)\n",
    ),
    "joblib": ("from sklearn.externals import joblib\n", "import joblib\n"),
    "Imputer": ("from sklearn.preprocessing import Imputer\nx = Imputer(strategy='mean')\n", None),
    "Imputer of a module": ("from sklearn.preprocessing.imputation import Imputer\n", None),
    "hist": (
        "import matplotlib.pyplot as plt\nplt.hist([1], normed=True)\nplt.hold(True)\n",
        "import matplotlib.pyplot as plt\nplt.hist([1], density=True)\npass\n",
    ),
    "a forest": (
        "from sklearn.ensemble.forest import RandomForestClassifier as F\n",
        "from sklearn.ensemble import RandomForestClassifier as F\n",
    ),
    "cPickle": ("import cPickle\nx = cPickle.loads(b'')\n", "import pickle as cPickle\nx = cPickle.loads(b'')\n"),
    "either Python": ("try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\n", ""),
    "other letters": (
        'import pandas as pd\ndef azureml_main(df):\n    x = "한국어 😀"; y = df["열"].as_matrix(); return df\n',
        'import pandas as pd\ndef azureml_main(df):\n    x = "한국어 😀"; y = df["열"].to_numpy(); return df\n',
    ),
    "Windows' lines": (
        "import numpy as np\r\nx = np.float(1)\r\n# end\r\ny = np.int(2)\r\n",
        "import numpy as np\r\nx = float(1)\r\n# end\r\ny = int(2)\r\n",
    ),
    "over lines, with comments": (
        "def azureml_main(df):\n    return (df  # it\n            .as_matrix(  # all\n            ))\n", None,
    ),
}  # fmt: skip


def asked(scripts: dict[str, tuple[str, str | None]], head: str = "", indent: str = "") -> dict[str, Examination]:
    texts = [f"{head}{indent}{before}\n" if head else before for before, _ in scripts.values()]
    return dict(zip(scripts, report.rewritten(texts), strict=True))


@pytest.fixture(scope="module")
def lines() -> dict[str, Examination]:
    return asked(SAFE, HEAD, "    ")


@pytest.fixture(scope="module")
def scripts() -> dict[str, Examination]:
    return asked(IMPORTS)


def check(told: Examination, before: str, after: str | None, *, left: bool) -> None:
    """An empty `after` means that there is nothing to tell, None that a person has to."""
    assert told.text == (after or before)
    assert bool(told.fixed) is bool(after)
    assert bool(told.findings) is left


@pytest.mark.parametrize("name", SAFE)
def test_of_a_frame(name: str, lines: dict[str, Examination]) -> None:
    before, after = (each and f"{HEAD}    {each}\n" for each in SAFE[name])
    check(lines[name], str(before), after, left=after is None)


@pytest.mark.parametrize("name", IMPORTS)
def test_of_a_script(name: str, scripts: dict[str, Examination]) -> None:
    before, after = IMPORTS[name]
    check(scripts[name], before, after, left=after is None or "KFold" in before or "import scipy.misc" in before)


def test_every_rule_is_for_a_name_of_the_table() -> None:
    assert [names for names in RULES if find(*names) is None] == []


def test_findings_tell_place_name_and_what_to_write() -> None:
    (found,) = report.examine(f"{HEAD}    x = df.as_matrix()\n")
    assert (found.line, found.column, found.end_line, found.end_column) == (5, 11, 5, 20)
    assert (found.name, found.library, found.since, found.restored) == (
        "pandas.DataFrame.as_matrix",
        "pandas",
        "1.0",
        True,
    )
    assert ".to_numpy()" in found.message
    assert found.safe
    assert found.fix is not None
    assert [(each.line, each.column, each.text) for each in found.fix.edits] == [(5, 10, ".to_numpy()")]


def test_a_fix_that_may_mean_something_else_is_offered_and_not_made() -> None:
    text = f'{HEAD}    x = df["a"].convert_objects(convert_numeric=True)\n'
    (told,) = report.rewritten([text])
    assert told.text == text
    assert told.findings[0].fix is not None
    assert not told.findings[0].safe


def test_what_the_target_still_has_stays() -> None:
    text = f"{HEAD}    x = df.append(other); y = df.as_matrix()\n"
    names = [each.name for each in report.examine(text, Target({"pandas": "1.5.3"}))]
    assert names == ["pandas.DataFrame.as_matrix"]
    assert report.examine(text, Target({"pandas": "1.5.3"}, old_names=True)) == []
    assert len(report.examine(text, Target({"pandas": "3.1.1"}))) == 2


@pytest.mark.parametrize(
    "test",
    [
        "df.a.dtype == object",
        'df.dtypes["a"] != "O"',
        "np.object_ is df.a.dtype",
        'x.dtype in ("a", "b") or x.dtype == "object"',
    ],
)
def test_text_that_is_known_by_its_dtype_is_told(test: str) -> None:
    text = f"{HEAD}    x = {test}\n"
    assert [each.name for each in report.examine(text, Target({"pandas": "3.1.1"}))] == ["pandas.dtype.object"]
    assert report.examine(text, Target({"pandas": "2.3.3"})) == []
    assert report.examine(text, Target({"pandas": "3.1.1"}, old_names=True)) == []


def test_dtypes_that_are_no_text_are_not_told() -> None:
    assert (
        report.examine(f'{HEAD}    x = df.a.dtype == "float64" or kind == object\n', Target({"pandas": "3.1.1"})) == []
    )


@pytest.mark.parametrize(
    "text", ["def f(:\n", "x = (\n", "\0", "print 1", "x = " + "(" * 1000, "x = " + "-" * 100_000 + "1"]
)
def test_what_cannot_be_read_is_one_finding(text: str) -> None:
    (found,) = report.examine(text)
    assert found.name == "syntax"
    (told,) = report.rewritten([text])
    assert (told.text, [each.name for each in told.findings]) == (text, ["syntax"])


@pytest.mark.parametrize("sum_", ["+".join(["a"] * 5000), "a" + ".b()" * 3000, "a" + ".b" * 3000, "[" * 90 + "]" * 90])
def test_long_expressions_are_read_or_refused(sum_: str) -> None:
    assert all(each.name == "syntax" for each in report.examine(f"x = {sum_}\n"))
