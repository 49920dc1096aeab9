"""Sample data that scikit-learn brings along, as tables: nothing is fetched.

Features keep the names and units of scikit-learn's own description of each set. The column
that is usually predicted is marked as the label; classes have their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from bottega.sdk import BottegaError, Role, Table

TITLES: Mapping[str, str] = {
    "breast-cancer": "Breast cancer, Wisconsin: 569 tumours, 30 measures of their cells, malignant or benign",
    "diabetes": "Diabetes: 442 patients, 10 measures, progression of the disease after a year",
    "digits": "Handwritten digits: 1,797 pictures of 8 by 8 pixels",
    "iris": "Iris: 150 flowers, 4 measures, 3 species",
    "linnerud": "Linnerud: 20 men, 3 exercises and 3 measures of the body",
    "wine": "Wine: 178 wines, 13 chemical measures, 3 cultivars",
}
NAMES: tuple[str, ...] = tuple(TITLES)


def load(name: str) -> Table:
    """The sample of that name. Raises `usage` where there is none."""
    loader = _LOADERS.get(name)
    if loader is None:
        raise BottegaError("usage", reason=f"There is no sample {name}; the samples are {', '.join(NAMES)}")
    return loader()


def _classes(loader: str, label: str) -> Table:
    """Features as Double, the class by its name."""
    bunch = _bunch(loader)
    labels = pa.array([str(bunch.target_names[number]) for number in bunch.target])
    return _table(_features(bunch), {label: labels})


def _diabetes() -> Table:
    bunch = _bunch("load_diabetes", scaled=False)
    columns = _features(bunch)
    # `sex` is 1 or 2 in the data, and no measure.
    columns["sex"] = pa.array(bunch.data[:, bunch.feature_names.index("sex")].astype(int)).dictionary_encode()
    return _table(columns, {"progression": pa.array(bunch.target)})


def _digits() -> Table:
    bunch = _bunch("load_digits")
    # Pixels are counts from 0 to 16.
    columns = {name: values.cast(pa.int64()) for name, values in _features(bunch).items()}
    return _table(columns, {"digit": pa.array(bunch.target)})


def _linnerud() -> Table:
    bunch = _bunch("load_linnerud")
    return _table(_features(bunch) | _columns(bunch.target, bunch.target_names), {})


def _bunch(loader: str, **options: Any) -> Any:
    from sklearn import datasets

    return getattr(datasets, loader)(**options)


def _features(bunch: Any) -> dict[str, Any]:
    return _columns(bunch.data, bunch.feature_names)


def _columns(values: Any, names: Any) -> dict[str, Any]:
    return {str(name): pa.array(values[:, place]) for place, name in enumerate(names)}


def _table(features: dict[str, Any], label: dict[str, Any]) -> Table:
    return Table(pa.table(features | label), roles=dict.fromkeys(label, Role.LABEL))


_LOADERS: Mapping[str, Callable[[], Table]] = {
    "breast-cancer": lambda: _classes("load_breast_cancer", "diagnosis"),
    "diabetes": _diabetes,
    "digits": _digits,
    "iris": lambda: _classes("load_iris", "species"),
    "linnerud": _linnerud,
    "wine": lambda: _classes("load_wine", "cultivar"),
}
