"""What NumPy has no more."""

from __future__ import annotations

from .gone import Gone, entries

_ATTRIBUTES = """
float | 1.24 | float | float
int | 1.24 | int | int
bool | 1.24 | bool | bool
object | 1.24 | object | object
str | 1.24 | str | str
complex | 1.24 | complex | complex
long | 1.24 | int | int
unicode | 1.24 | str | str
typeDict | 1.24 | np.sctypeDict
NaN | 2.0 | np.nan | numpy.nan
NAN | 2.0 | np.nan | numpy.nan
Inf | 2.0 | np.inf | numpy.inf
Infinity | 2.0 | np.inf | numpy.inf
infty | 2.0 | np.inf | numpy.inf
PINF | 2.0 | np.inf | numpy.inf
NINF | 2.0 | -np.inf
PZERO | 2.0 | 0.0
NZERO | 2.0 | -0.0
float_ | 2.0 | np.float64 | numpy.float64
complex_ | 2.0 | np.complex128 | numpy.complex128
cfloat | 2.0 | np.complex128 | numpy.complex128
clongfloat | 2.0 | np.clongdouble | numpy.clongdouble
longfloat | 2.0 | np.longdouble | numpy.longdouble
longcomplex | 2.0 | np.clongdouble | numpy.clongdouble
singlecomplex | 2.0 | np.complex64 | numpy.complex64
string_ | 2.0 | np.bytes_ | numpy.bytes_
unicode_ | 2.0 | np.str_ | numpy.str_
bool8 | 2.0 | np.bool_ | numpy.bool_
int0 | 2.0 | np.intp | numpy.intp
uint0 | 2.0 | np.uintp | numpy.uintp
str0 | 2.0 | np.str_ | numpy.str_
bytes0 | 2.0 | np.bytes_ | numpy.bytes_
object0 | 2.0 | np.object_ | numpy.object_
void0 | 2.0 | np.void | numpy.void
mat | 2.0 | np.asmatrix | numpy.asmatrix
row_stack | 2.0 | np.vstack | numpy.vstack
chararray | 2.5 | np.char.chararray | numpy.char.chararray
sctypes | 2.0 | the types by name
ComplexWarning | 2.0 | np.exceptions.ComplexWarning | numpy.exceptions.ComplexWarning
RankWarning | 2.0 | np.exceptions.RankWarning | numpy.exceptions.RankWarning
VisibleDeprecationWarning | 2.0 | np.exceptions.VisibleDeprecationWarning | numpy.exceptions.VisibleDeprecationWarning
ModuleDeprecationWarning | 2.0 | np.exceptions.ModuleDeprecationWarning | numpy.exceptions.ModuleDeprecationWarning
TooHardError | 2.0 | np.exceptions.TooHardError | numpy.exceptions.TooHardError
AxisError | 2.0 | np.exceptions.AxisError | numpy.exceptions.AxisError
"""

_FUNCTIONS = """
product | 2.0 | np.prod | numpy.prod
cumproduct | 2.0 | np.cumprod | numpy.cumprod
sometrue | 2.0 | np.any | numpy.any
alltrue | 2.0 | np.all | numpy.all
round_ | 2.0 | np.round | numpy.round
in1d | 2.4 | np.isin | numpy.isin
trapz | 2.4 | np.trapezoid
asscalar | 1.23 | .item()
rank | 1.18 | np.ndim | numpy.ndim
msort | 2.0 | np.sort(values, axis=0)
asfarray | 2.0 | np.asarray(values, dtype=float)
cast | 2.0 | np.asarray(values, dtype=type)
find_common_type | 2.0 | np.result_type
issctype | 2.0 | issubclass(type, np.generic)
obj2sctype | 2.0 | np.dtype(value).type
sctype2char | 2.0 | np.dtype(type).char
issubsctype | 2.0 | np.issubdtype | numpy.issubdtype
issubclass_ | 2.0 | issubclass | issubclass
source | 2.0 | inspect.getsource
lookfor | 2.0 | the documentation
who | 2.0 | dir()
disp | 2.0 | print | print
safe_eval | 2.0 | ast.literal_eval
deprecate | 2.0 | warnings.warn
byte_bounds | 2.0 | np.lib.array_utils.byte_bounds
compare_chararrays | 2.0 | np.char.compare_chararrays
loads | 1.20 | pickle.loads
fastCopyAndTranspose | 1.24 | .T.copy()
alen | 1.23 | len | len
random.random_integers | 2.4 | np.random.randint(low, high + 1)
irr | 1.20 | the package numpy-financial
npv | 1.20 | the package numpy-financial
pmt | 1.20 | the package numpy-financial
pv | 1.20 | the package numpy-financial
fv | 1.20 | the package numpy-financial
"""

_MEANINGS = """
array | 1.24 | dtype=object for rows of different lengths
asarray | 1.24 | dtype=object for rows of different lengths
fromstring | 2.3 | np.frombuffer(data, dtype)
linspace | 1.18 | a whole number for how many: int(n)
ndarray.ptp | 2.0 | np.ptp(values)
ndarray.itemset | 2.0 | values[place] = value
ndarray.newbyteorder | 2.0 | values.view(values.dtype.newbyteorder(order))
"""

_MODULES = """
testing.utils | 2.0 | from numpy.testing import ... | numpy.testing
testing.decorators | 2.0 | the marks of pytest
lib.index_tricks | 2.5 | from numpy import ... | numpy
lib.function_base | 2.0 | from numpy import ... | numpy
lib.arraysetops | 2.0 | from numpy import ... | numpy
lib.shape_base | 2.0 | from numpy import ... | numpy
lib.twodim_base | 2.0 | from numpy import ... | numpy
lib.type_check | 2.0 | from numpy import ... | numpy
lib.nanfunctions | 2.0 | from numpy import ... | numpy
lib.polynomial | 2.0 | from numpy import ... | numpy
lib.utils | 2.0 | from numpy import ... | numpy
lib.ufunclike | 2.0 | from numpy import ... | numpy
lib.arraypad | 2.0 | from numpy import pad | numpy
lib.histograms | 2.0 | from numpy import histogram | numpy
lib.npyio | 2.5 | from numpy import load, save | numpy
lib.financial | 1.20 | the package numpy-financial
compat | 2.0 | Python's own names
oldnumeric | 1.9 | numpy | numpy
matrixlib.defmatrix | 2.5 | from numpy import matrix | numpy
"""

NUMPY: tuple[Gone, ...] = (
    *entries("numpy", "attribute", _ATTRIBUTES),
    *entries("numpy", "function", _FUNCTIONS),
    *(Gone("numpy", each.name, each.kind, each.since, each.today, None, restored=not each.name.startswith("ndarray."))
      for each in entries("numpy", "meaning", _MEANINGS)),
    *entries("numpy", "module", _MODULES),
)  # fmt: skip
