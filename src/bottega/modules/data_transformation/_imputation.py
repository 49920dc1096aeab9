"""Missing values from the other columns of their row: chained equations, or probabilistic PCA."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from bottega.modules.data_transformation._cleaning import Cleaning, put
from bottega.modules.data_transformation._matrix import Block, matrix
from bottega.modules.data_transformation._ppca import Ppca

# One seed for all, so that the same data give the same result.
_SEED = 0


class Model(Protocol):
    """What fills the gaps of a matrix of rows x columns, NaN where there is one."""

    def fill(self, matrix: Any) -> Any:
        """The matrix without gaps."""
        ...


@dataclass(frozen=True)
class Mice:
    """Multiple imputation by chained equations, as scikit-learn's IterativeImputer with seed 0 does it.

    One imputation is made, each value at its predictive mean.
    """

    imputer: Any

    @classmethod
    def learn(cls, matrix: Any, iterations: int) -> Mice:
        """Learn a Bayesian ridge regression of each column on the others."""
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - its import is what it does
        from sklearn.impute import IterativeImputer

        imputer = IterativeImputer(max_iter=iterations, random_state=_SEED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it stops after so many iterations is asked for
            imputer.fit(matrix)
        return cls(imputer)

    def fill(self, matrix: Any) -> Any:
        """The matrix without gaps."""
        return self.imputer.transform(matrix)


@dataclass(frozen=True)
class Imputation(Cleaning):
    """Fills the columns from one another by a model that stays as it was learned."""

    blocks: tuple[Block, ...]
    model: Model

    def clean(self, arrow: pa.Table) -> pa.Table:
        """The table without missing values in the columns. Raises `0033` for an infinite one."""
        values = [arrow.column(block.column.name) for block in self.blocks]
        if not arrow.num_rows or not any(column.null_count for column in values):
            return arrow
        gappy = matrix(self.blocks, values)
        rows = np.isnan(gappy).any(axis=1)
        gappy[rows] = self.model.fill(gappy[rows])
        start = 0
        for block, column in zip(self.blocks, values, strict=True):
            if column.null_count:
                place = arrow.schema.get_field_index(block.column.name)
                arrow = put(arrow, place, block.filled(column, gappy[:, start : start + block.width]))
            start += block.width
        return arrow

    def learned(self) -> dict[str, Any]:
        """Which model, and its size."""
        told: dict[str, Any] = {"model": type(self.model).__name__}
        if isinstance(self.model, Ppca):
            told["dimensions"] = self.model.dimensions
        return told
