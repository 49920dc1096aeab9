"""Functions of SciPy that have no other name: written anew, as they were documented."""

from __future__ import annotations

import importlib
import inspect
from typing import Any, NamedTuple

import numpy as np


def misc_derivative(func: Any, x0: Any, dx: float = 1.0, n: int = 1, args: Any = (), order: int = 3) -> Any:
    """The n-th derivative at a place, by `order` points so far apart."""
    if order < n + 1 or order % 2 == 0:
        raise ValueError(
            "'order' (the number of points used to compute the derivative) must be odd and at least n + 1."
        )
    weights = misc_central_diff_weights(order, n)
    middle = order // 2
    return sum(weight * func(x0 + (place - middle) * dx, *args) for place, weight in enumerate(weights)) / dx**n


def misc_central_diff_weights(Np: int, ndiv: int = 1) -> Any:
    """The weights of so many points for a derivative."""
    if Np < ndiv + 1 or Np % 2 == 0:
        raise ValueError("Number of points must be odd and at least the derivative order + 1.")
    places = np.arange(-(Np // 2), Np // 2 + 1.0)
    powers = places[:, np.newaxis] ** np.arange(Np)
    return np.prod(np.arange(1, ndiv + 1)) * np.linalg.inv(powers)[ndiv]


def misc_who(*_arguments: Any) -> None:
    """It printed something."""


def misc_source(thing: Any) -> None:
    """Print its source."""
    print(inspect.getsource(thing))  # noqa: T201 - what it is for


def misc_info(*arguments: Any, **_options: Any) -> None:
    """Print its documentation."""
    print(inspect.getdoc(arguments[0]) if arguments else "")  # noqa: T201 - what it is for


def _image() -> Any:
    return importlib.import_module("PIL.Image")


def misc_imread(name: Any, flatten: bool = False, mode: Any = None) -> Any:
    """A picture as an array."""
    picture = _image().open(name)
    picture = picture.convert(mode) if mode is not None else picture.convert("RGB") if picture.mode == "P" else picture
    return np.asarray(picture.convert("F") if flatten else picture)


def misc_bytescale(data: Any, cmin: Any = None, cmax: Any = None, high: int = 255, low: int = 0) -> Any:
    """Numbers as bytes between two."""
    data = np.asarray(data)
    if data.dtype == np.uint8:
        return data
    cmin, cmax = data.min() if cmin is None else cmin, data.max() if cmax is None else cmax
    scaled = (data - cmin) * (float(high - low) / ((cmax - cmin) or 1)) + low
    return (scaled.clip(low, high) + 0.5).astype(np.uint8)


def misc_toimage(arr: Any, high: int = 255, low: int = 0, cmin: Any = None, cmax: Any = None, mode: Any = None,
                 **_options: Any) -> Any:  # fmt: skip
    """An array as a picture."""
    values = np.asarray(arr)
    if values.ndim == 3 and values.shape[0] in {3, 4} and values.shape[2] not in {3, 4}:
        values = values.transpose(1, 2, 0)
    return _image().fromarray(misc_bytescale(values, cmin, cmax, high, low), mode=mode)


def misc_fromimage(im: Any, flatten: bool = False, mode: Any = None) -> Any:
    """A picture as an array."""
    im = im.convert(mode) if mode is not None else im
    return np.asarray(im.convert("F") if flatten else im)


def misc_imsave(name: Any, arr: Any, format: Any = None) -> None:
    """An array into a file of a picture."""
    misc_toimage(arr).save(name, format)


def misc_imresize(arr: Any, size: Any, interp: str = "bilinear", mode: Any = None) -> Any:
    """A picture in another size: a percentage, a fraction or rows and columns."""
    picture = misc_toimage(arr, mode=mode)
    if isinstance(size, (int, np.integer)):
        wanted = tuple((np.array(picture.size) * size / 100).astype(int))
    elif isinstance(size, float):
        wanted = tuple((np.array(picture.size) * size).astype(int))
    else:
        wanted = (size[1], size[0])
    ways = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "cubic": 3}
    return np.asarray(picture.resize(wanted, resample=ways[interp]))


def misc_imrotate(arr: Any, angle: float, interp: str = "bilinear") -> Any:
    """A picture turned."""
    return np.asarray(
        misc_toimage(arr).rotate(angle, resample={"nearest": 0, "bilinear": 2, "bicubic": 3, "cubic": 3}[interp])
    )


def integrate_romberg(function: Any, a: float, b: float, args: Any = (), tol: float = 1.48e-8, rtol: float = 1.48e-8,
                      divmax: int = 10, **_options: Any) -> Any:  # fmt: skip
    """The area below a function, by Romberg's method."""
    rows = [[(b - a) * (function(a, *args) + function(b, *args)) / 2]]
    for level in range(1, divmax + 1):
        step = (b - a) / 2**level
        between = sum(function(a + step * each, *args) for each in range(1, 2**level, 2))
        row = [rows[-1][0] / 2 + step * between]
        for each in range(level):
            row.append(row[-1] + (row[-1] - rows[-1][each]) / (4 ** (each + 1) - 1))
        error = abs(row[-1] - rows[-1][-1])
        rows.append(row)
        if error < tol or error < rtol * abs(row[-1]):
            break
    return rows[-1][-1]


def stats_nanstd(x: Any, axis: Any = 0, bias: bool = False) -> Any:
    """The standard deviation without what is missing."""
    return np.nanstd(x, axis=axis, ddof=0 if bias else 1)


def stats_binom_test(x: Any, n: Any = None, p: float = 0.5, alternative: str = "two-sided") -> float:
    """How likely so many of so many are, or fewer likely ones."""
    from scipy.stats import binomtest

    if np.ndim(x) == 1 and len(x) == 2:
        x, n = int(x[0]), int(x[0] + x[1])
    return float(binomtest(int(x), int(n), p, alternative=alternative).pvalue)


def stats_itemfreq(a: Any) -> Any:
    """Each value and how often it is there, in two columns."""
    return np.array(np.unique(a, return_counts=True)).T


def stats_chisqprob(chisq: Any, df: Any) -> Any:
    """The chance of more."""
    from scipy.special import chdtrc

    return chdtrc(df, chisq)


def stats_betai(a: Any, b: Any, x: Any) -> Any:
    """The incomplete beta function."""
    from scipy.special import betainc

    return betainc(a, b, np.where(np.asarray(x) < 1, x, 1.0))


def stats_ss(a: Any, axis: Any = 0) -> Any:
    """The sum of squares."""
    return (np.asarray(a) ** 2).sum(axis=axis)


def stats_square_of_sums(a: Any, axis: Any = 0) -> Any:
    """The square of the sum."""
    return np.asarray(a).sum(axis=axis) ** 2


def stats_fastsort(a: Any) -> Any:
    """The values in order, and where they were."""
    return np.sort(a), np.argsort(a)


def stats_histogram(a: Any, numbins: int = 10, defaultlimits: Any = None, weights: Any = None, **_options: Any) -> Any:
    """How many are in each range; the lowest limit, the width, and how many are outside."""
    values = np.ravel(a)
    if defaultlimits is None:
        margin = (values.max() - values.min()) / (2.0 * (numbins - 1.0))
        defaultlimits = (values.min() - margin, values.max() + margin)
    counts, edges = np.histogram(values, bins=numbins, range=defaultlimits, weights=weights)
    outside = int(((values < defaultlimits[0]) | (values > defaultlimits[1])).sum())
    return counts.astype(float), defaultlimits[0], edges[1] - edges[0], outside


def stats_signaltonoise(a: Any, axis: Any = 0, ddof: int = 0) -> Any:
    """The mean in standard deviations."""
    mean, deviation = np.mean(a, axis), np.std(a, axis=axis, ddof=ddof)
    return np.where(deviation == 0, 0, mean / np.where(deviation == 0, 1, deviation))


def stats_threshold(a: Any, threshmin: Any = None, threshmax: Any = None, newval: Any = 0) -> Any:
    """What is outside becomes another value."""
    values = np.array(a)
    outside = np.zeros(values.shape, dtype=bool)
    if threshmin is not None:
        outside |= values < threshmin
    if threshmax is not None:
        outside |= values > threshmax
    values[outside] = newval
    return values


def stats_median_absolute_deviation(x: Any, axis: Any = 0, center: Any = np.median, scale: float = 1.4826,
                                    nan_policy: str = "propagate") -> Any:  # fmt: skip
    """The median distance from the median, scaled to that of a normal distribution."""
    from scipy.stats import median_abs_deviation

    return scale * median_abs_deviation(x, axis=axis, center=center, nan_policy=nan_policy)


def interpolate_spline(xk: Any, yk: Any, xnew: Any, order: int = 3, **_options: Any) -> Any:
    """Values between, by a smooth curve."""
    from scipy.interpolate import make_interp_spline

    return make_interp_spline(xk, yk, k=order)(xnew)


class _Mode(NamedTuple):
    mode: Any
    count: Any


def mode_of_objects(values: Any) -> Any:
    """The most frequent one of a column of texts or other objects, the smallest of several, and how often it is there."""
    found, counts = np.unique(values.astype(str) if values.dtype.kind != "O" else values, return_counts=True)
    first = int(np.argmax(counts))
    return _Mode(found[first : first + 1], counts[first : first + 1])
