"""Old scripts about models, statistics, graphs and pictures, run under `classic` as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.engine.old_scripts import ALL, HEAD, OldScript, old
from tests.engine.test_old_scripts import Classic, classic

__all__ = ["classic"]
pytestmark = pytest.mark.slow  # an environment of its own

_PLOT = HEAD + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
_DAYS = "s = pd.Series(np.arange(60) + np.sin(np.arange(60)), index=pd.date_range('2015-01-01', periods=60))\n"

SCRIPTS: Mapping[str, OldScript] = {
    "forecast": old(
        _DAYS + "history = list(s[:-2])\nfor t in range(2):\n    fit = ARIMA(history, order=(2, 1, 0)).fit(disp=0)\n"
        "    history.append(fit.forecast()[0][0])\nprint(fit.summary())\n"
        "results = ARIMA(s, order=(1, 1, 1)).fit(disp=-1)\nrss = sum((results.fittedvalues - s.diff().dropna()) ** 2)\n"
        "values, errors, interval = results.forecast(steps=5)\nresults.plot_predict(50, 65)\nplt.savefig('forecast.png')\n"
        "p = results.predict(start='2015-02-20', end='2015-03-10', typ='levels')\n"
        "return pd.DataFrame({'value': values, 'error': errors, 'n': len(p), 'near': abs(np.array(history[-2:]) - s[-2:]).max() < 2})",
        "value", "error", "n", "near", tuple_=False, rows=5, n__0=19, near__0=True,
        head=_PLOT + "from statsmodels.tsa.arima_model import ARIMA\n\n"),
    "seasons": old(
        "s = pd.Series([float(i % 7) for i in range(70)])\nd = seasonal_decompose(s.values, freq=7)\nd.plot()\nplt.savefig('d.png')\n"
        "model = AR(s[:-7].values).fit()\np = model.predict(start=63, end=69, dynamic=False)\n"
        "return pd.DataFrame({'p': p.round(3), 'lag': model.k_ar})", "p", "lag", tuple_=False, rows=7, p__3=3.0, lag__0=11,
        head=_PLOT + "from statsmodels.tsa.seasonal import seasonal_decompose\nfrom statsmodels.tsa.ar_model import AR\n\n"),
    "regression of formula.api": old(
        "X = np.append(arr=np.ones((4, 1)).astype(int), values=dataframe1[['income']].values, axis=1)\n"
        "r = sm.OLS(endog=[1.0, 2.0, 3.0, 4.0005], exog=X[:, [0, 1]]).fit()\nprint(r.summary())\n"
        "dataframe1['fit'] = r.fittedvalues.round(2)", *ALL, "fit", fit__0=1.0,
        head=HEAD + "import statsmodels.formula.api as sm\n\n"),
    "topics": old(
        "docs = ['good price', 'bad price', 'good service', 'bad service late']\nv = TfidfVectorizer()\nt = v.fit_transform(docs)\n"
        "n = NMF(n_components=2, random_state=1, alpha=.1, l1_ratio=.5).fit(t)\nnames = v.get_feature_names()\n"
        "lda = LatentDirichletAllocation(n_topics=2, max_iter=2, random_state=0).fit(t)\n"
        "return pd.DataFrame({'word': [names[each.argmax()] for each in n.components_]})", "word", tuple_=False, rows=2,
        head=HEAD + "from sklearn.feature_extraction.text import TfidfVectorizer\n"
        "from sklearn.decomposition import NMF, LatentDirichletAllocation\n\n"),
    "models are pickled": old(
        "X = dataframe1[['income']]\nm = LinearRegression(normalize=True).fit(X, [1, 2, 3, 4])\n"
        "i = Imputer(strategy='mean').fit(dataframe1[['age']])\ne = OneHotEncoder(categorical_features=[0]).fit([[0, 1], [1, 2]])\n"
        "m, i, e = pickle.loads(pickle.dumps([m, i, e]))\njoblib.dump(GMM(1).fit(X), 'g.pkl')\n"
        "dataframe1['g'] = joblib.load('g.pkl').predict(X)\ndataframe1['age'] = i.transform(dataframe1[['age']])\n"
        "dataframe1['p'] = m.predict(X).round(1)\ndataframe1['e'] = e.transform([[1, 5]]).toarray()[0, 1]",
        *ALL, "g", "p", "e", age__2=30.0, g__0=0, p__0=1.0, e__0=1.0,
        head=HEAD + "import pickle\nfrom sklearn.externals import joblib\nfrom sklearn.linear_model import LinearRegression\n"
        "from sklearn.preprocessing import Imputer, OneHotEncoder\nfrom sklearn.mixture import GMM\n\n"),
    "forest and outliers": old(
        "X, y = dataframe1[['income']], [0, 1, 0, 1]\nf = RandomForestClassifier(n_estimators=3, max_features='auto').fit(X, y)\n"
        "IsolationForest(behaviour='new', n_estimators=3).fit(X)\nOneClassSVM(gamma=0.1, random_state=3).fit(X)\n"
        "dataframe1['n'] = f.n_features_", *ALL, "n", n__0=1,
        head=HEAD + "from sklearn.ensemble import RandomForestClassifier, IsolationForest\nfrom sklearn.svm import OneClassSVM\n\n"),
    "graph": old(
        "edges = pd.DataFrame({'from': ['a', 'b', 'c'], 'to': ['b', 'c', 'a']})\n"
        "G = nx.from_pandas_dataframe(edges, 'from', 'to')\nG.add_edge('c', 'd')\nnx.set_node_attributes(G, 'rank', nx.pagerank(G))\n"
        "print(nx.info(G))\nnx.draw(G, with_labels=True)\nplt.savefig('graph.png')\n"
        "first = G.nodes()[0]\nlargest = max(nx.connected_component_subgraphs(G), key=len)\n"
        "return pd.DataFrame({'node': G.nodes(), 'degree': G.degree().values(), 'near': len(G.neighbors(first)), "
        "'size': len(largest), 'ranked': ['rank' in G.node[n] for n in G.nodes_iter()]})",
        "node", "degree", "near", "size", "ranked", tuple_=False, rows=4, degree__2=3, near__0=2, size__0=4, ranked__3=True,
        head=_PLOT + "import networkx as nx\n\n"),
    "seaborn": old(
        "d = pd.DataFrame({'g': ['x', 'x', 'y', 'y'], 'a': [1.0, 2, 3, 5], 'b': [2.0, 1, 4, 6]})\n"
        "sns.jointplot('a', 'b', data=d, stat_func=None, size=4)\nplt.savefig('j.png')\n"
        "sns.FacetGrid(d, col='g', size=3).map(plt.hist, 'a', normed=True)\nplt.savefig('f.png')\n"
        "plt.rcParams['axes.color_cycle'] = ['r', 'b']\nplt.figure()\nplt.plot([1, 2])\nplt.savefig('c.png')",
        *ALL, head=_PLOT + "import seaborn as sns\n\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_runs(classic: Classic, tmp_path: Path, name: str) -> None:
    each = SCRIPTS[name]
    report, found = classic.run(each, tmp_path)
    assert report.error is None, report.error
    assert tuple(found) == each.columns
    if each.rows is not None:
        assert len(next(iter(found.values()))) == each.rows
    for (column, row), value in each.cells.items():
        assert found[column][row] == value, (column, row)
