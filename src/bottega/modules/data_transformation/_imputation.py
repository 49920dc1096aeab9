"""Missing values from the other columns of their row: chained equations, or probabilistic PCA."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from bottega.modules.data_transformation._cleaning import Cleaning, put
from bottega.modules.data_transformation._matrix import Block, matrix
from bottega.modules.data_transformation._ppca import Ppca
from bottega.sdk import BottegaError, Column

# One seed for all, so that the same data give the same result.
_SEED = 0
# Models work with sums of squares and their products; those of larger numbers could be no Doubles.
_LARGE = 1e100


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
        """Learn a Bayesian ridge regression of each column on the others. Raises `1000` where the library fails."""
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - its import is what it does
        from sklearn.impute import IterativeImputer

        imputer = IterativeImputer(max_iter=iterations, random_state=_SEED, keep_empty_features=True)
        with _told(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it stops after so many iterations is asked for
            imputer.fit(matrix)
        return cls(imputer)

    def fill(self, matrix: Any) -> Any:
        """The matrix without gaps. Raises `1000` where the library fails."""
        with _told():
            return self.imputer.transform(matrix)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise BottegaError("1000", library="scikit-learn", message=str(error)[:500]) from error


@dataclass(frozen=True)
class Imputation(Cleaning):
    """Fills the columns from one another by a model that stays as it was learned.

    scales  by column of the matrix, what the model has it divided by
    """

    blocks: tuple[Block, ...]
    scales: Any
    model: Model

    @classmethod
    def learn(
        cls,
        columns: tuple[Column, ...],
        removed: tuple[str, ...],
        arrays: Sequence[Any],
        learn: Callable[[Any, int], Model],
        iterations: int,
    ) -> Imputation:
        """Learn from the Arrow columns, of which none is all gaps. Raises `0014`, `0017`, `0033` or `1000`."""
        blocks = tuple(Block.of(column, array) for column, array in zip(columns, arrays, strict=True))
        numbers = matrix(blocks, arrays)
        scales = _scales(numbers)
        return cls(columns, removed, blocks, scales, learn(numbers / scales, iterations))

    def clean(self, arrow: pa.Table) -> pa.Table:
        """The table without missing values in the columns. Raises `0033` for an infinite one, also among those put in."""
        values = [arrow.column(block.column.name) for block in self.blocks]
        if not arrow.num_rows or not any(column.null_count for column in values):
            return arrow
        numbers = self._filled(matrix(self.blocks, values))
        start = 0
        for block, column in zip(self.blocks, values, strict=True):
            if column.null_count:
                place = arrow.schema.get_field_index(block.column.name)
                arrow = put(arrow, place, block.filled(column, numbers[:, start : start + block.width]))
            start += block.width
        return arrow

    def _filled(self, numbers: Any) -> Any:
        rows = np.flatnonzero(np.isnan(numbers).any(axis=1))
        with np.errstate(over="ignore", invalid="ignore"):
            filled = self.model.fill(numbers[rows] / self.scales) * self.scales
        for row, place in np.argwhere(~np.isfinite(filled))[:1]:
            names = [block.column.name for block in self.blocks for _ in range(block.width)]
            raise BottegaError("0033", column=names[place], row=int(rows[row]) + 1)
        numbers[rows] = filled
        return numbers

    def learned(self) -> dict[str, Any]:
        """Which model, and its size."""
        told: dict[str, Any] = {"model": type(self.model).__name__}
        if isinstance(self.model, Ppca):
            told["dimensions"] = self.model.dimensions
        return told


def _scales(numbers: Any) -> Any:
    """By column a power of two, which brings it near to 1 where it has a large number, else 1."""
    largest = np.nanmax(np.abs(numbers), axis=0)
    return np.where(largest > _LARGE, np.ldexp(1.0, np.frexp(largest)[1] - 1), 1.0)
