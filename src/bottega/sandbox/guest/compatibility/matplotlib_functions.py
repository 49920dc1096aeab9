"""Functions of matplotlib that have no other name: written anew, as they were documented."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np


def pyplot_hold(*_arguments: Any) -> None:
    """What is drawn stays."""


def pyplot_ishold() -> bool:
    """What is drawn stays."""
    return True


def cm_get_cmap(name: Any = None, lut: Any = None) -> Any:
    """A map of colours by its name."""
    pyplot = importlib.import_module("matplotlib.pyplot")
    return pyplot.get_cmap(name, lut)


def cm_register_cmap(name: Any = None, cmap: Any = None, **_options: Any) -> None:
    """Give a map of colours a name."""
    importlib.import_module("matplotlib").colormaps.register(cmap, name=name, force=True)


def mlab_bivariate_normal(X: Any, Y: Any, sigmax: float = 1.0, sigmay: float = 1.0, mux: float = 0.0, muy: float = 0.0,
                          sigmaxy: float = 0.0) -> Any:  # fmt: skip
    """The density of two normal variables."""
    across, up = (np.asarray(X) - mux) / sigmax, (np.asarray(Y) - muy) / sigmay
    rho = sigmaxy / (sigmax * sigmay)
    distance = across**2 + up**2 - 2 * rho * across * up
    return np.exp(-distance / (2 * (1 - rho**2))) / (2 * np.pi * sigmax * sigmay * np.sqrt(1 - rho**2))


class mlab_PCA:  # noqa: N801 - found by this name
    """Principal components: `Y` the rows on them, `Wt` the components, `fracs` their parts of the variance."""

    def __init__(self, a: Any, standardize: bool = True) -> None:
        values = np.asarray(a, dtype=float)
        self.numrows, self.numcols = values.shape
        if self.numrows < self.numcols:
            raise RuntimeError("we assume data in a is organized with numrows>numcols")
        self.mu, self.sigma, self.standardize = values.mean(axis=0), values.std(axis=0), standardize
        self.a = self.center(values)
        _, singular, self.Wt = np.linalg.svd(self.a, full_matrices=False)
        self.Y = np.dot(self.Wt, self.a.T).T
        self.s = singular**2
        variances = self.s / float(len(singular))
        self.fracs = variances / variances.sum()

    def center(self, x: Any) -> Any:
        """Less the mean, and in deviations where that was asked for."""
        return (x - self.mu) / self.sigma if self.standardize else x - self.mu

    def project(self, x: Any, minfrac: float = 0.0) -> Any:
        """Rows on the components that have so much of the variance."""
        found = np.dot(self.Wt, self.center(np.asarray(x)).T).T
        return found[..., self.fracs >= minfrac]


def mlab_csv2rec(fname: Any, delimiter: str = ",", **_options: Any) -> Any:
    """A file as an array of records, whose names are in small letters without blanks."""
    frame = importlib.import_module("pandas").read_csv(fname, sep=delimiter)
    frame.columns = ["".join(letter for letter in str(name).strip().lower().replace(" ", "_") if letter.isalnum() or letter == "_")
                     for name in frame.columns]  # fmt: skip
    return frame.to_records(index=False)


def mlab_griddata(x: Any, y: Any, z: Any, xi: Any, yi: Any, interp: str = "nn") -> Any:
    """Values between, on a grid."""
    grid = np.meshgrid(xi, yi) if np.ndim(xi) == 1 else (xi, yi)
    del interp
    return importlib.import_module("scipy.interpolate").griddata((x, y), z, tuple(grid), method="linear")


def mlab_movavg(x: Any, n: int) -> Any:
    """The mean of each `n` in a row."""
    return np.convolve(x, np.ones(n) / n, mode="valid")


def mlab_rms_flat(a: Any) -> Any:
    """The root of the mean square."""
    return np.sqrt(np.mean(np.abs(a) ** 2))


def mlab_frange(xini: Any, xfin: Any = None, delta: Any = None, **options: Any) -> Any:
    """Numbers from one to another, that one, too."""
    first, last = (0.0, xini) if xfin is None else (xini, xfin)
    step = delta or 1.0
    count = options.get("npts") or round((last - first) / step) + 1
    return first + np.arange(count) * step


def mlab_entropy(y: Any, bins: Any) -> float:
    """The entropy of values in ranges, with the ranges' width."""
    counts, edges = np.histogram(y, bins)
    shares = counts[counts > 0] / len(y)
    return float(-(shares * np.log(shares)).sum() + np.log(edges[1] - edges[0]))


def cbook_is_string_like(obj: Any) -> bool:
    """Whether it is text."""
    return isinstance(obj, str)
