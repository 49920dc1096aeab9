"""What SciPy has no more."""

from __future__ import annotations

from .gone import Gone, entries

_FUNCTIONS = """
misc.factorial | 1.3 | scipy.special.factorial | scipy.special.factorial
misc.factorial2 | 1.3 | scipy.special.factorial2 | scipy.special.factorial2
misc.factorialk | 1.3 | scipy.special.factorialk | scipy.special.factorialk
misc.comb | 1.3 | scipy.special.comb | scipy.special.comb
misc.logsumexp | 1.3 | scipy.special.logsumexp | scipy.special.logsumexp
misc.derivative | 1.12 | the package numdifftools, or the two differences
misc.central_diff_weights | 1.12 | numpy.gradient
misc.pade | 1.3 | scipy.interpolate.pade | scipy.interpolate.pade
misc.who | 1.3 | dir()
misc.source | 1.3 | inspect.getsource
misc.info | 1.3 | help
misc.face | 1.12 | scipy.datasets.face, where a network is allowed | -
misc.ascent | 1.12 | scipy.datasets.ascent, where a network is allowed | -
misc.electrocardiogram | 1.12 | scipy.datasets.electrocardiogram, where a network is allowed | -
misc.imread | 1.2 | matplotlib.pyplot.imread, or PIL.Image.open
misc.imsave | 1.2 | PIL.Image.fromarray(values).save(path)
misc.imresize | 1.3 | PIL.Image.resize
misc.imrotate | 1.2 | scipy.ndimage.rotate
misc.toimage | 1.2 | PIL.Image.fromarray
misc.fromimage | 1.2 | numpy.asarray(image)
misc.bytescale | 1.2 | arithmetic
integrate.simps | 1.14 | scipy.integrate.simpson | scipy.integrate.simpson
integrate.trapz | 1.14 | scipy.integrate.trapezoid | scipy.integrate.trapezoid
integrate.cumtrapz | 1.14 | scipy.integrate.cumulative_trapezoid | scipy.integrate.cumulative_trapezoid
integrate.romberg | 1.15 | scipy.integrate.quad
stats.nanmean | 0.18 | numpy.nanmean | numpy.nanmean
stats.nanstd | 0.18 | numpy.nanstd(values, ddof=1)
stats.nanmedian | 0.18 | numpy.nanmedian | numpy.nanmedian
stats.binom_test | 1.12 | scipy.stats.binomtest(k, n, p).pvalue
stats.itemfreq | 1.7 | numpy.unique(values, return_counts=True)
stats.chisqprob | 1.0 | scipy.stats.chi2.sf
stats.betai | 1.0 | scipy.special.betainc
stats.ss | 1.0 | (values ** 2).sum()
stats.square_of_sums | 1.0 | values.sum() ** 2
stats.fastsort | 1.0 | numpy.sort and numpy.argsort
stats.histogram | 1.0 | numpy.histogram
stats.signaltonoise | 1.0 | values.mean() / values.std()
stats.threshold | 1.0 | numpy.clip
stats.median_absolute_deviation | 1.7 | scipy.stats.median_abs_deviation
interpolate.interp2d | 1.14 | scipy.interpolate.RegularGridInterpolator | -
interpolate.spline | 1.2 | scipy.interpolate.make_interp_spline
linalg.solve_lyapunov | 1.3 | scipy.linalg.solve_continuous_lyapunov | scipy.linalg.solve_continuous_lyapunov
linalg.pinv2 | 1.9 | scipy.linalg.pinv | scipy.linalg.pinv
linalg.tri | 1.13 | numpy.tri | numpy.tri
linalg.triu | 1.13 | numpy.triu | numpy.triu
linalg.tril | 1.13 | numpy.tril | numpy.tril
linalg.kron | 1.17 | numpy.kron | numpy.kron
"""

_WINDOWS = ("barthann", "bartlett", "blackman", "blackmanharris", "bohman", "boxcar", "chebwin", "cosine", "exponential", "flattop",
            "gaussian", "general_gaussian", "hamming", "hann", "kaiser", "nuttall", "parzen", "triang", "tukey")  # fmt: skip

_FROM_NUMPY = (
    "abs", "all", "angle", "any", "append", "arange", "arccos", "arcsin", "arctan", "arctan2", "argmax", "argmin", "argsort",
    "array", "asarray", "average", "ceil", "clip", "concatenate", "conj", "copy", "corrcoef", "cos", "cosh", "cov", "cross",
    "cumprod", "cumsum", "deg2rad", "diag", "diff", "divide", "dot", "dtype", "e", "empty", "exp", "expand_dims", "eye", "float64",
    "floor", "full", "gradient", "hstack", "identity", "imag", "inf", "int32", "int64", "interp", "isfinite", "isinf", "isnan",
    "linspace", "loadtxt", "log", "log10", "log1p", "log2", "logspace", "mat", "matrix", "max", "maximum", "mean", "median",
    "meshgrid", "min", "minimum", "mod", "nan", "nan_to_num", "nanmax", "nanmean", "nanmin", "ndarray", "newaxis", "nonzero", "ones",
    "ones_like", "outer", "percentile", "pi", "poly1d", "polyfit", "polyval", "power", "prod", "ptp", "rad2deg", "ravel", "real",
    "repeat", "reshape", "roots", "roll", "round", "round_", "savetxt", "shape", "sign", "sin", "sinh", "size", "sort", "split",
    "sqrt", "square", "squeeze", "stack", "std", "sum", "tan", "tanh", "tile", "trace", "transpose", "trapz", "unique", "var",
    "vectorize", "vstack", "where", "zeros", "zeros_like", "rand", "randn",
)  # fmt: skip

_MODULES = """
misc | 2.0 | scipy.special, scipy.datasets or the package pillow
misc.common | 1.3 | scipy.special
stats.stats | 2.0 | from scipy.stats import ... | scipy.stats
weave | 0.19 | the package numba, or Cython | -
ndimage.filters | 2.0 | from scipy.ndimage import ... | scipy.ndimage
ndimage.interpolation | 2.0 | from scipy.ndimage import ... | scipy.ndimage
ndimage.measurements | 2.0 | from scipy.ndimage import ... | scipy.ndimage
ndimage.morphology | 2.0 | from scipy.ndimage import ... | scipy.ndimage
sparse.csr | 2.0 | from scipy.sparse import ... | scipy.sparse
sparse.csc | 2.0 | from scipy.sparse import ... | scipy.sparse
sparse.coo | 2.0 | from scipy.sparse import ... | scipy.sparse
linalg.basic | 2.0 | from scipy.linalg import ... | scipy.linalg
optimize.optimize | 2.0 | from scipy.optimize import ... | scipy.optimize
optimize.minpack | 2.0 | from scipy.optimize import ... | scipy.optimize
interpolate.interpolate | 2.0 | from scipy.interpolate import ... | scipy.interpolate
signal.signaltools | 2.0 | from scipy.signal import ... | scipy.signal
spatial.kdtree | 2.0 | from scipy.spatial import ... | scipy.spatial
special.basic | 2.0 | from scipy.special import ... | scipy.special
"""

SCIPY: tuple[Gone, ...] = (
    *entries("scipy", "function", _FUNCTIONS),
    *entries("scipy", "module", _MODULES),
    *(Gone("scipy", f"signal.{name}", "function", "1.13", f"scipy.signal.windows.{name}", f"scipy.signal.windows.{name}")
      for name in _WINDOWS),
    *(Gone("scipy", name, "function", "1.12", f"numpy.{'random.' if name[:4] == 'rand' else ''}{name}",
           f"numpy.{'random.' if name[:4] == 'rand' else ''}{name}") for name in _FROM_NUMPY),
    Gone("scipy", "stats.mode", "meaning", "1.11", "stats.mode(values, keepdims=True), or Series.mode() for text"),
    Gone("scipy", "sparse.linalg.cg.tol", "argument", "1.14", "rtol=...", "rtol"),
)  # fmt: skip
