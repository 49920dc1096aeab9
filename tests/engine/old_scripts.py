"""Scripts as people wrote them for the classic Studio, between 2014 and 2020: each with its file as it comes, and its result.

They are ours, in the spirit of what a survey of public ones found: removed names of libraries, inputs changed in place,
paths of Windows, files in other encodings, names of columns in other languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HEAD = "import pandas as pd\nimport numpy as np\n\n"


@dataclass(frozen=True)
class OldScript:
    """One of them.

    source   the file's bytes
    columns  of Result Dataset
    cells    values of it, by column and row
    bundle   files of its Script Bundle
    """

    source: bytes
    columns: tuple[str, ...] | None = None
    rows: int | None = None
    cells: Mapping[tuple[str, int], Any] = field(default_factory=dict)
    bundle: Mapping[str, bytes] = field(default_factory=dict)


def old(body: str, *columns: str, encoding: str = "utf-8", head: str = HEAD, rows: int | None = None, tuple_: bool = True,
        bundle: Mapping[str, bytes] | None = None, end: str = "\n", **cells: Any) -> OldScript:  # fmt: skip
    """A script whose body is indented by four blanks; a cell is `column__row`."""
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.strip("\n").splitlines())
    text = f"{head}def azureml_main(dataframe1 = None, dataframe2 = None):\n{lines}"
    text += "    return dataframe1,\n" if tuple_ else ""
    wanted = {(name.rpartition("__")[0], int(name.rpartition("__")[2])): value for name, value in cells.items()}
    return OldScript(text.replace("\n", end).encode(encoding), columns or None, rows, wanted, bundle or {})


ALL = ("city", "age", "income", "when")

SCRIPTS: Mapping[str, OldScript] = {
    "bare frame": old("return dataframe1", *ALL, tuple_=False, rows=4),
    "in place": old("dataframe1['age'].fillna(dataframe1['age'].mean(), inplace=True)\ndataframe1.drop('when', axis=1, inplace=True)",
                    "city", "age", "income", age__2=30.0),
    "chained assignment": old("dataframe1['income'][dataframe1['income'] > 2000] = 2000", *ALL, income__3=2000.0),
    "as_matrix": old("m = dataframe1[['age', 'income']].as_matrix()\nreturn pd.DataFrame(np.nan_to_num(m), columns=['a', 'b'])",
                     "a", "b", tuple_=False, a__2=0.0),
    "ix": old("dataframe1 = dataframe1.ix[1:2, ['city', 'age']]\ndataframe1 = dataframe1.ix[:, 0:1]", "city", rows=2, city__0="Łódź"),
    "append": old("dataframe1 = dataframe1.append({'city': 'Ulm', 'age': 1.0}, ignore_index=True)\n"
                  "dataframe1 = dataframe1.append(dataframe1[:1])", *ALL, rows=6, city__4="Ulm", city__5="Bonn"),
    "sort": old("dataframe1 = dataframe1.sort(['income'], ascending=[0])", *ALL, income__0=4000.5),
    "iteritems": old("names = []\nfor name, column in dataframe1.iteritems():\n    names.append(name)\n"
                     "return pd.DataFrame({'name': names})", "name", tuple_=False, rows=4),
    "convert_objects": old("d = pd.DataFrame({'x': ['1', '2', 'three']})\nreturn d.convert_objects(convert_numeric=True)",
                           "x", tuple_=False, x__1=2.0),
    "positional axis": old("dataframe1 = dataframe1.drop('when', 1).dropna(0)\ndataframe1 = dataframe1.mean(0).reset_index()\n"
                           "dataframe1.columns = ['what', 'mean']", "what", "mean"),
    "get_value and set_value": old("v = dataframe1.get_value(0, 'income')\ndataframe1.set_value(1, 'income', v)", *ALL, income__1=1000.0),
    "rolling mean": old("dataframe1['m'] = pd.rolling_mean(dataframe1['income'], 2)", *ALL, "m", m__1=1500.0),
    "old pandas modules": old("d = pd.DataFrame({'a': [1, 2, 3], 'b': [3, 2, 1]})\nplotting.scatter_matrix(d)\n"
                              "plt.savefig('scatter.png')", *ALL,
                              head=HEAD + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
                              "from pandas.tools import plotting\n\n"),
    "cross_validation": old("x = dataframe1[['income']].values\ny = np.array([0, 1, 0, 1])\n"
                            "a, b, c, d = train_test_split(x, y, test_size=0.5, random_state=0)\n"
                            "dataframe1 = pd.DataFrame({'n': [len(a), len(d)]})", "n", n__0=2,
                            head=HEAD + "from sklearn.cross_validation import train_test_split\n\n"),
    "grid search and joblib": old("m = GridSearchCV(LogisticRegression(), {'C': [1, 10]}, cv=2)\n"
                                  "m.fit(dataframe1[['income']], [0, 1, 0, 1])\njoblib.dump(m, 'm.pkl')\n"
                                  "dataframe1['p'] = joblib.load('m.pkl').predict(dataframe1[['income']])", *ALL, "p",
                                  head=HEAD + "from sklearn.grid_search import GridSearchCV\nfrom sklearn.externals import joblib\n"
                                  "from sklearn.linear_model import LogisticRegression\n\n"),
    "imputer": old("dataframe1[['age']] = Imputer(missing_values='NaN', strategy='mean', axis=0).fit_transform(dataframe1[['age']])",
                   *ALL, age__2=30.0, head=HEAD + "from sklearn.preprocessing import Imputer\n\n"),
    "numpy types": old("dataframe1['k'] = dataframe1['income'].astype(np.int)\ndataframe1['s'] = dataframe1['k'].astype(np.str)\n"
                       "dataframe1['f'] = np.array([1, 2, 3, 4], dtype=np.float)\nok = np.zeros(4, dtype=np.bool)\n"
                       "dataframe1['o'] = ok", *ALL, "k", "s", "f", "o", k__3=4000, s__0="1000"),
    "scipy": old("dataframe1['m'] = scipy.mean(dataframe1['income'])\ndataframe1['e'] = misc.logsumexp([0.0, 0.0])",
                 *ALL, "m", "e", head=HEAD + "import scipy\nfrom scipy import misc\n\n"),
    "windows path on sys.path": old(
        "dataframe1['n'] = helper.twice(21)", *ALL, "n", n__0=42,
        head="import sys\nsys.path.append('.\\\\Script Bundle')\n" + HEAD + "import helper\n\n",
        bundle={"helper.py": b"def twice(n):\r\n    return 2 * n\r\n"}),
    "windows path of a file": old(
        "cities = pd.read_csv('.\\\\Script Bundle\\\\cities.csv', encoding='latin-1', sep=';')\n"
        "dataframe1 = dataframe1.merge(cities, on='city', how='left')", *ALL, "land", land__0="Württemberg",
        bundle={"cities.csv": "city;land\r\nBonn;Württemberg\r\n".encode("latin-1")}),
    "raw windows path in a folder": old(
        "with open(r'Script Bundle\\data\\words.txt') as f:\n    words = f.read().split()\n"
        "return pd.DataFrame({'word': words})", "word", tuple_=False, rows=2, bundle={"data/words.txt": b"one two\n"}),
    "tabs": OldScript(b"import pandas as pd\ndef azureml_main(dataframe1 = None, dataframe2 = None):\n\tif dataframe1 is not None:\n"
                      b"\t\tdataframe1['t'] = 1\n\treturn dataframe1,\n", (*ALL, "t")),
    "mark of byte order and windows lines": old("dataframe1['t'] = u'ü'", *ALL, "t", encoding="utf-8-sig", end="\r\n", t__0="ü"),
    "utf-16": old("dataframe1['t'] = 'ü'", *ALL, "t", encoding="utf-16", end="\r\n", t__0="ü"),
    "latin-1 without a word": old("# für alle Städte\ndataframe1['t'] = 'ü'", *ALL, "t", encoding="latin-1", t__0="ü"),
    "cp949 with its declaration": old("dataframe1['이름'] = '값'", *ALL, "이름", encoding="cp949", 이름__0="값",
                                      head="# -*- coding: cp949 -*-\n" + HEAD),
    "cp949 without a word": old("# 모든 도시\ndataframe1['n'] = 1", *ALL, "n", encoding="cp949"),
    "columns in korean and chinese": old(
        "dataframe1 = dataframe1.rename(columns={'city': '도시', 'age': '年龄'})\ndataframe1['año'] = dataframe1['年龄'] + 1",
        "도시", "年龄", "income", "when", "año", 도시__0="Bonn"),
    "dates": old("dataframe1['when'] = pd.to_datetime(dataframe1['when'])\ndataframe1['y'] = dataframe1['when'].dt.year\n"
                 "dataframe1['w'] = dataframe1['when'].dt.weekofyear\ndataframe1 = dataframe1.set_index('when')",
                 "city", "age", "income", "y", "w", y__0=2015, w__0=1),
    "dummies and pivot": old("d = pd.get_dummies(dataframe1['city'])\np = pd.pivot_table(dataframe1, values='income', index='city', "
                             "aggfunc=np.sum).reset_index()\nreturn p", "city", "income", tuple_=False, rows=4),
    "two frames": old("return dataframe1, dataframe1.describe()", *ALL, tuple_=False),
    "group of many": old("g = dataframe1.groupby('city').agg({'income': ['mean', 'max']})\ng.columns = ['_'.join(c) for c in g.columns]\n"
                         "return g.reset_index()", "city", "income_mean", "income_max", tuple_=False, rows=4),
    "picture": old("plt.figure()\ndataframe1['income'].plot(kind='bar')\nplt.savefig('bar.png')\nplt.show()", *ALL,
                   head=HEAD + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nimport pylab\n\n"),
    "settings that have gone": old("pd.set_option('display.height', 100)\npd.options.display.mpl_style = 'default'", *ALL),
    "main below": OldScript(b"import pandas as pd\n\ndef azureml_main(df1 = None, df2 = None):\n    return df1\n\n\n"
                            b"if __name__ == '__main__':\n    azureml_main(pd.read_csv('nowhere.csv'))\n", ALL),
    "python's own library of then": old(
        "start = time.clock()\ndataframe1['s'] = isinstance([], collections.Sequence) and isinstance({}, Mapping)\n"
        "dataframe1['e'] = cgi.escape('<a>')\ndataframe1['g'] = fractions.gcd(4, 6)\n"
        "dataframe1['b'] = base64.decodestring(base64.encodestring(b'abc')).decode()\n"
        "dataframe1['j'] = json.loads('{\"a\": 1}', encoding='utf-8')['a']\n"
        "dataframe1['u'] = HTMLParser().unescape('&lt;')\ndataframe1['n'] = len(inspect.getargspec(azureml_main).args)",
        *ALL, "s", "e", "g", "b", "j", "u", "n", s__0=True, e__0="&lt;a&gt;", g__0=2, b__0="abc", j__0=1, u__0="<", n__0=2,
        head=HEAD + "import base64, cgi, collections, fractions, inspect, json, time\nfrom collections import Mapping\n"
        "from html.parser import HTMLParser\n\n"),
    "sample of an index": old("rows = random.sample(dataframe1.index, 2)\nrest = dataframe1.drop(rows)\n"
                              "order = list(dataframe1.index)\nrandom.shuffle(order, random.random)\n"
                              "dataframe1 = rest.append(dataframe1.ix[rows])", *ALL, rows=4, head=HEAD + "import random\n\n"),
    "flags inside a pattern": old("dataframe1['f'] = [re.sub(r'\\bBONN\\b(?i)', 'x', c) for c in dataframe1['city']]",
                                  *ALL, "f", f__0="x", f__3="Quito", head=HEAD + "import re\n\n"),
    "newlines of any kind": old("rows = open('.\\\\Script Bundle\\\\w.txt', 'rU').read().split('\\n')\n"
                                "return pd.DataFrame({'w': rows})", "w", tuple_=False, rows=2, bundle={"w.txt": b"a\r\nb"}),
    "groups of time": old("d = dataframe1.set_index(pd.DatetimeIndex(dataframe1['when']))\n"
                          "g = d.groupby(pd.TimeGrouper('M'))['income'].sum()\nreturn g.reset_index()",
                          "when", "income", tuple_=False, rows=4, income__0=1000.0),
    "levels": old("d = dataframe1.set_index(['city', 'when']).sortlevel('when', ascending=False)\nreturn d.reset_index()",
                  "city", "when", "age", "income", tuple_=False, city__0="Quito"),
    "label of the largest": old("d = dataframe1.set_index('city')\nreturn pd.DataFrame({'c': [d.income.argmax()]})", "c",
                                tuple_=False, c__0="Quito"),
    "any parameters": OldScript(b"import pandas as pd\ndef azureml_main(*frames):\n    return pd.DataFrame({'x': [1]})\n", ("x",)),
}  # fmt: skip
