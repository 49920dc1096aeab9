"""Every name that old scripts may use and libraries have no more: plain data, for the guest, the editor and the docs."""

from __future__ import annotations

from .gone import Gone, Kind
from .names_matplotlib import MATPLOTLIB
from .names_models import MODELS
from .names_numpy import NUMPY
from .names_pandas import PANDAS
from .names_scipy import SCIPY
from .names_sklearn import SKLEARN

__all__ = ["NAMES", "Gone", "Kind", "find"]

NAMES: tuple[Gone, ...] = (*PANDAS, *NUMPY, *SKLEARN, *SCIPY, *MATPLOTLIB, *MODELS)


def find(library: str, name: str) -> Gone | None:
    """The entry of a library's dotted name."""
    return _BY_NAME.get((library, name))


_BY_NAME = {(gone.library, gone.name): gone for gone in NAMES}
