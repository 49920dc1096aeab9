"""What scripts are likely to do, done once before any script is there: libraries load much of themselves late."""

from __future__ import annotations

import contextlib
import sys
import warnings
from typing import Any


def rehearse() -> None:
    """Compute a little with pandas, and with scikit-learn where that is imported; whatever fails is passed over."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for part in (_frames, _texts, _models):
            with contextlib.suppress(Exception):
                part()


def _frame() -> Any:
    import pandas as pd

    return pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, None, 3.0], "c": [1, 2, 3], "d": ["x", "y", None]})


def _frames() -> None:
    import numpy as np
    import pandas as pd

    frame = _frame()
    numbers = frame[["a", "b", "c"]].copy()
    numbers["sum"] = numbers.sum(axis=1)
    numbers["more"] = numbers["a"] * 2 + numbers["c"] - np.exp(numbers["a"])
    numbers.loc[numbers["a"] > 1, "c"] = 0
    numbers = numbers.fillna(0).astype(float).drop(columns=["more"]).rename(columns={"sum": "total"})
    numbers.apply(lambda row: row["a"], axis=1)
    pd.concat([numbers, frame], axis=1).reset_index(drop=True)
    _ = (
        numbers.values,
        numbers.to_numpy(),
        numbers.iloc[0],
        numbers.mean(),
        numbers.isna().any(),
        numbers[numbers["a"] > 1],
    )
    pd.DataFrame(numbers.to_numpy(), columns=list(numbers.columns)).assign(label=np.where(numbers["a"] > 1, "x", "y"))


def _texts() -> None:
    frame = _frame()
    frame["d"] = frame["d"].str.upper().fillna("").map(lambda text: text + "!")
    _ = frame["d"].astype("category"), frame["d"].tolist(), frame.to_dict("records")


def _models() -> None:
    if "sklearn.linear_model" not in sys.modules:
        return
    from sklearn.linear_model import LogisticRegression

    numbers = _frame()[["a", "c"]]
    model = LogisticRegression().fit(numbers, [0, 1, 1])
    model.predict_proba(numbers)
    model.predict(numbers.to_numpy())
