"""Numbers of which a model tells how sure it is: the mean and the standard deviation of what a label may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from bottega.modules.machine_learning._scores import SCORED_DEVIATION, SCORED_MEAN
from bottega.modules.machine_learning._targets import Number


@dataclass(frozen=True)
class Distribution(Number):
    """A number, predicted as two: the mean and the deviation."""

    def blank(self, rows: int) -> np.ndarray[Any, Any]:
        """Two numbers for each row."""
        return np.zeros((rows, 2))

    def scores(self, predicted: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> Mapping[str, Any]:
        """Both, always Double."""
        return {
            name: pa.array(predicted[:, place], mask=~known)
            for place, name in enumerate((SCORED_MEAN, SCORED_DEVIATION))
        }
