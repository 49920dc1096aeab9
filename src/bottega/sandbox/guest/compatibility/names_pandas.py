"""What pandas has no more."""

from __future__ import annotations

from .gone import Gone, entries

_METHODS = """
DataFrame.as_matrix | 1.0 | .to_numpy() | .to_numpy
Series.as_matrix | 1.0 | .to_numpy() | .to_numpy
DataFrame.append | 2.0 | pd.concat([frame, other])
Series.append | 2.0 | pd.concat([series, other])
DataFrame.sort | 0.20 | .sort_values(columns), or .sort_index()
Series.sort | 0.20 | .sort_values(inplace=True)
Series.order | 0.20 | .sort_values() | .sort_values
Index.order | 0.20 | .sort_values() | .sort_values
DataFrame.iteritems | 2.0 | .items() | .items
Series.iteritems | 2.0 | .items() | .items
DataFrame.iterkv | 0.18 | .items() | .items
Series.iterkv | 0.18 | .items() | .items
DataFrame.convert_objects | 1.0 | pd.to_numeric(column, errors='coerce'), pd.to_datetime or .infer_objects()
Series.convert_objects | 1.0 | pd.to_numeric(series, errors='coerce'), pd.to_datetime or .infer_objects()
DataFrame.get_value | 1.0 | .at[row, column]
DataFrame.set_value | 1.0 | .at[row, column] = value
Series.get_value | 1.0 | .at[label]
Series.set_value | 1.0 | .at[label] = value
DataFrame.from_csv | 1.0 | pd.read_csv(path, index_col=0, parse_dates=True)
Series.from_csv | 1.0 | pd.read_csv(path, index_col=0, parse_dates=True, header=None)
DataFrame.from_items | 1.0 | pd.DataFrame(dict(items))
DataFrame.irow | 0.19 | .iloc[i]
DataFrame.icol | 0.19 | .iloc[:, i]
DataFrame.iget_value | 0.19 | .iat[i, j]
Series.irow | 0.19 | .iloc[i]
Series.iget | 0.19 | .iloc[i]
Series.iget_value | 0.19 | .iloc[i]
DataFrame.lookup | 2.0 | frame.to_numpy()[frame.index.get_indexer(rows), frame.columns.get_indexer(columns)]
DataFrame.mad | 2.0 | (frame - frame.mean()).abs().mean()
Series.mad | 2.0 | (series - series.mean()).abs().mean()
DataFrame.select | 1.0 | .loc[[f(label) for label in frame.index]]
Series.select | 1.0 | .loc[[f(label) for label in series.index]]
DataFrame.as_blocks | 1.0 | .select_dtypes(type)
DataFrame.sortlevel | 1.0 | .sort_index(level=0)
Series.sortlevel | 1.0 | .sort_index(level=0)
DataFrame.get_dtype_counts | 1.0 | .dtypes.value_counts()
Series.get_dtype_counts | 1.0 | .dtype
DataFrame.get_ftype_counts | 1.0 | .dtypes.value_counts()
DataFrame.get_values | 1.0 | .to_numpy() | .to_numpy
Series.get_values | 1.0 | .to_numpy() | .to_numpy
Index.get_values | 1.0 | .to_numpy() | .to_numpy
DataFrame.clip_lower | 1.0 | .clip(lower=threshold)
DataFrame.clip_upper | 1.0 | .clip(upper=threshold)
Series.clip_lower | 1.0 | .clip(lower=threshold)
Series.clip_upper | 1.0 | .clip(upper=threshold)
DataFrame.compound | 1.0 | (1 + frame).prod() - 1
Series.compound | 1.0 | (1 + series).prod() - 1
DataFrame.pad | 3.0 | .ffill() | .ffill
Series.pad | 3.0 | .ffill() | .ffill
DataFrame.backfill | 3.0 | .bfill() | .bfill
Series.backfill | 3.0 | .bfill() | .bfill
DataFrame.reindex_axis | 1.0 | .reindex(labels, axis=axis)
Series.reindex_axis | 1.0 | .reindex(labels)
DataFrame.groupby.fillna | 3.0 | .ffill() or .bfill() of the groups
Series.groupby.fillna | 3.0 | .ffill() or .bfill() of the groups
DataFrame.swapaxes | 3.0 | .T
DataFrame.applymap | 3.0 | .map(function) | .map
DataFrame.combineAdd | 0.19 | .add(other, fill_value=0)
DataFrame.combineMult | 0.19 | .mul(other, fill_value=1)
DataFrame.tshift | 2.0 | .shift(periods, freq='infer')
Series.tshift | 2.0 | .shift(periods, freq='infer')
DataFrame.slice_shift | 2.0 | .shift(periods)
Series.slice_shift | 2.0 | .shift(periods)
DataFrame.first | 3.0 | .loc[: frame.index[0] + offset]
Series.first | 3.0 | .loc[: series.index[0] + offset]
DataFrame.last | 3.0 | .loc[frame.index[-1] - offset :]
Series.last | 3.0 | .loc[series.index[-1] - offset :]
DataFrame.bool | 3.0 | .item()
Series.bool | 3.0 | .item() | .item
DataFrame.consolidate | 1.0 | .copy() | .copy
DataFrame.to_dense | 1.0 | the frame itself
Series.to_dense | 1.0 | the series itself
Series.reshape | 0.25 | .to_numpy().reshape(shape)
Series.valid | 1.0 | .dropna() | .dropna
Series.nonzero | 1.0 | .to_numpy().nonzero()
Series.ravel | 3.0 | .to_numpy() | .to_numpy
Series.ptp | 1.0 | .max() - .min()
Series.put | 1.0 | .iloc[places] = values
Series.compress | 1.0 | [condition]
Series.view | 3.0 | .astype(type) | .astype
Index.get_duplicates | 1.0 | [index.duplicated()].unique()
Index.is_numeric | 3.0 | pd.api.types.is_any_real_numeric_dtype(index)
Index.is_integer | 3.0 | pd.api.types.is_integer_dtype(index)
Index.is_floating | 3.0 | pd.api.types.is_float_dtype(index)
Index.is_boolean | 3.0 | pd.api.types.is_bool_dtype(index)
Index.is_object | 3.0 | pd.api.types.is_object_dtype(index)
Index.is_categorical | 3.0 | isinstance(index.dtype, pd.CategoricalDtype)
Index.sym_diff | 0.19 | .symmetric_difference(other) | .symmetric_difference
Index.to_native_types | 2.0 | .astype(str)
Index.format | 3.0 | .astype(str).tolist()
Categorical.from_array | 0.25 | pd.Categorical(values)
Timestamp.to_datetime | 0.23 | .to_pydatetime() | .to_pydatetime
ExcelWriter.save | 2.0 | .close() | .close
DataFrame.to_panel | 1.0 | frames with an index of two levels | -
DataFrame.to_sparse | 1.0 | .astype(pd.SparseDtype(float)) | -
Series.to_sparse | 1.0 | .astype(pd.SparseDtype(float)) | -
DataFrame.to_msgpack | 1.0 | .to_pickle(path) or .to_parquet(path) | -
DataFrame.to_gbq | 3.0 | the package pandas-gbq | -
"""

_PROPERTIES = """
DataFrame.ix | 1.0 | .loc for labels, .iloc for positions
Series.ix | 1.0 | .loc for labels, .iloc for positions
DataFrame.blocks | 1.0 | .select_dtypes(type)
DataFrame.ftypes | 1.0 | .dtypes | .dtypes
Series.ftype | 1.0 | .dtype | .dtype
DataFrame.is_copy | 1.0 | nothing: copies are told apart by themselves
Series.is_copy | 1.0 | nothing: copies are told apart by themselves
Series.base | 1.0 | .to_numpy().base
Series.data | 1.0 | .to_numpy().data
Series.itemsize | 1.0 | .dtype.itemsize
Series.strides | 1.0 | .to_numpy().strides
Series.real | 1.0 | .to_numpy().real
Series.imag | 1.0 | .to_numpy().imag
Series.asobject | 1.0 | .astype(object)
Series.is_monotonic | 2.0 | .is_monotonic_increasing | .is_monotonic_increasing
Index.is_monotonic | 2.0 | .is_monotonic_increasing | .is_monotonic_increasing
Index.asi8 | 3.0 | .astype('int64').to_numpy()
MultiIndex.labels | 1.0 | .codes | .codes
Categorical.labels | 0.19 | .codes | .codes
Categorical.levels | 0.19 | .categories | .categories
Series.dt.week | 2.0 | .dt.isocalendar().week
Series.dt.weekofyear | 2.0 | .dt.isocalendar().week
Series.dt.weekday_name | 1.0 | .dt.day_name()
DatetimeIndex.week | 2.0 | .isocalendar().week
DatetimeIndex.weekofyear | 2.0 | .isocalendar().week
DatetimeIndex.weekday_name | 1.0 | .day_name()
Timestamp.weekday_name | 1.0 | .day_name()
Timestamp.freq | 2.0 | nothing: a moment has no frequency
Timestamp.freqstr | 2.0 | nothing: a moment has no frequency
"""

_ARGUMENTS = """
DataFrame.sort_index.by | 0.20 | .sort_values(by=...)
DataFrame.fillna.method | 3.0 | .ffill() or .bfill()
Series.fillna.method | 3.0 | .ffill() or .bfill()
DataFrame.replace.method | 3.0 | .ffill() or .bfill() after .mask()
DataFrame.interpolate.method | 3.0 | .ffill() or .bfill()
DataFrame.pct_change.fill_method | 3.0 | .ffill().pct_change()
DataFrame.sum.level | 2.0 | .groupby(level=...).sum()
DataFrame.apply.broadcast | 1.0 | result_type='broadcast'
DataFrame.apply.reduce | 1.0 | result_type='reduce'
Series.apply.convert_dtype | 3.0 | nothing in its place
DataFrame.astype.raise_on_error | 1.0 | errors='ignore'
DataFrame.drop_duplicates.cols | 0.19 | subset=... | subset
DataFrame.drop_duplicates.take_last | 0.19 | keep='last'
DataFrame.groupby.axis | 3.0 | .T.groupby(...)
DataFrame.groupby.squeeze | 2.0 | nothing in its place
DataFrame.info.null_counts | 2.0 | show_counts=... | show_counts
DataFrame.resample.how | 0.25 | .resample(rule).mean() and its like
DataFrame.resample.fill_method | 0.25 | .resample(rule).ffill() and its like
DataFrame.resample.loffset | 2.0 | adding it to the result's index
DataFrame.resample.base | 2.0 | offset=...
DataFrame.to_csv.line_terminator | 2.0 | lineterminator=... | lineterminator
DataFrame.to_csv.cols | 0.19 | columns=... | columns
DataFrame.to_dict.orient | 2.0 | its whole word: 'records'
DataFrame.to_excel.encoding | 2.0 | nothing in its place
DataFrame.to_excel.cols | 0.19 | columns=... | columns
DataFrame.to_sql.flavor | 0.23 | nothing in its place
DataFrame.set_axis.inplace | 2.0 | assigning the result
DataFrame.describe.percentile_width | 0.19 | percentiles=[...]
DataFrame.describe.datetime_is_numeric | 2.0 | nothing in its place
DataFrame.pivot_table.rows | 0.19 | index=... | index
DataFrame.pivot_table.cols | 0.19 | columns=... | columns
pivot_table.rows | 0.19 | index=... | index
pivot_table.cols | 0.19 | columns=... | columns
crosstab.rows | 0.19 | index=... | index
crosstab.cols | 0.19 | columns=... | columns
concat.join_axes | 1.0 | .reindex(...) of the result
Series.str.replace.regex | 2.0 | regex=True where the pattern is one
read_csv.error_bad_lines | 2.0 | on_bad_lines='skip'
read_csv.warn_bad_lines | 2.0 | on_bad_lines='warn'
read_csv.squeeze | 2.0 | .squeeze('columns')
read_csv.prefix | 2.0 | .add_prefix(...)
read_csv.mangle_dupe_cols | 2.0 | nothing in its place
read_csv.as_recarray | 0.25 | .to_records(index=False)
read_csv.date_parser | 3.0 | date_format=..., or pd.to_datetime afterwards
read_csv.delim_whitespace | 3.0 | sep=r'\\s+'
read_csv.skip_footer | 1.0 | skipfooter=... | skipfooter
read_csv.infer_datetime_format | 3.0 | nothing in its place
read_csv.keep_date_col | 3.0 | pd.to_datetime afterwards
read_csv.tupleize_cols | 1.0 | nothing in its place
read_csv.verbose | 3.0 | nothing in its place
read_csv.parse_dates | 3.0 | a plain list; pd.to_datetime joins columns
read_excel.sheetname | 1.0 | sheet_name=... | sheet_name
read_excel.parse_cols | 1.0 | usecols=... | usecols
read_excel.parsecols | 1.0 | usecols=... | usecols
read_excel.skip_footer | 1.0 | skipfooter=... | skipfooter
read_excel.squeeze | 2.0 | .squeeze('columns')
read_excel.convert_float | 2.0 | nothing in its place
read_excel.date_parser | 3.0 | date_format=...
ExcelFile.parse.sheetname | 1.0 | sheet_name=... | sheet_name
to_datetime.coerce | 0.20 | errors='coerce'
to_datetime.infer_datetime_format | 3.0 | nothing in its place
to_datetime.box | 1.0 | .to_numpy()
to_datetime.errors | 3.0 | try and except around it
to_numeric.errors | 3.0 | try and except around it
to_timedelta.errors | 3.0 | try and except around it
MultiIndex.__init__.labels | 1.0 | codes=... | codes
Categorical.__init__.levels | 0.19 | categories=... | categories
"""

_MEANINGS = """
DataFrame.groupby.agg | 1.0 | agg(new=('column', 'mean')), for a dict of dicts no longer names columns
DataFrame.groupby.apply | 3.0 | the grouping columns into the result by .reset_index(); a function no longer gets them
DataFrame.groupby.__getitem__ | 2.0 | [['a', 'b']], a list, for several columns
DataFrame.groupby.__iter__ | 2.0 | for (key,), group in ..., where the keys are a list
DataFrame.groupby.mean | 2.0 | numeric_only=True to leave columns of text out
DataFrame.groupby.aggregate | 3.0 | .agg('std'), the name of the method and not NumPy's function
DataFrame.groupby.group_keys | 2.0 | .groupby(keys, group_keys=False) where the labels shall stay as they are
DataFrame.mean | 2.0 | numeric_only=True to leave columns of text out
DataFrame.corr | 2.0 | numeric_only=True to leave columns of text out
DataFrame.loc | 1.0 | .reindex(labels) where some labels may be missing
DataFrame.__getitem__ | 2.0 | .loc['2015'] for the rows of a span of time
DataFrame.__setitem__ | 3.0 | frame.loc[rows, 'column'] = value, in one step
Series.__setitem__ | 3.0 | .astype(object) before a value of another type is set
DataFrame.values | 3.0 | .to_numpy(copy=True) to write into it
Series.__getitem__ | 3.0 | .iloc[i] for positions
Series.argmax | 1.0 | .idxmax() for the label
DataFrame.stack | 3.0 | .stack().dropna()
Rolling.apply | 1.0 | .rolling(window).apply(function, raw=True), for a function that gets an array
Index.values | 3.0 | frame.rename(columns={'old': 'new'}), for a name
Series.astype | 2.0 | .dt.total_seconds() of spans of time; .astype('datetime64[ns]') before moments become numbers
Series.value_counts | 2.0 | .rename(name).rename_axis(None), or names as they are: the column's, and 'count'
get_dummies | 2.0 | dtype='uint8' to get numbers
resample.frequency | 3.0 | the alias of today: 'ME', 'QE', 'YE', 'h', 'min', 's'
to_datetime.format | 2.0 | format='mixed' for texts in several forms
Index.__and__ | 2.0 | .intersection(other)
Index.__or__ | 2.0 | .union(other)
set_option | 3.0 | nothing: the option is gone
"""

_FUNCTIONS = """
value_counts | 3.0 | pd.Series(values).value_counts()
scatter_matrix | 0.25 | pd.plotting.scatter_matrix | pandas.plotting.scatter_matrix
plot_params | 0.25 | pd.plotting.plot_params | pandas.plotting.plot_params
rolling_count | 0.23 | .rolling(window).count()
rolling_sum | 0.23 | .rolling(window).sum()
rolling_mean | 0.23 | .rolling(window).mean()
rolling_median | 0.23 | .rolling(window).median()
rolling_min | 0.23 | .rolling(window).min()
rolling_max | 0.23 | .rolling(window).max()
rolling_std | 0.23 | .rolling(window).std()
rolling_var | 0.23 | .rolling(window).var()
rolling_skew | 0.23 | .rolling(window).skew()
rolling_kurt | 0.23 | .rolling(window).kurt()
rolling_quantile | 0.23 | .rolling(window).quantile(q)
rolling_apply | 0.23 | .rolling(window).apply(function, raw=True)
rolling_corr | 0.23 | .rolling(window).corr(other)
rolling_cov | 0.23 | .rolling(window).cov(other)
rolling_window | 0.23 | .rolling(window, win_type=...).mean()
expanding_count | 0.23 | .expanding().count()
expanding_sum | 0.23 | .expanding().sum()
expanding_mean | 0.23 | .expanding().mean()
expanding_median | 0.23 | .expanding().median()
expanding_min | 0.23 | .expanding().min()
expanding_max | 0.23 | .expanding().max()
expanding_std | 0.23 | .expanding().std()
expanding_var | 0.23 | .expanding().var()
expanding_skew | 0.23 | .expanding().skew()
expanding_kurt | 0.23 | .expanding().kurt()
expanding_quantile | 0.23 | .expanding().quantile(q)
expanding_apply | 0.23 | .expanding().apply(function, raw=True)
expanding_corr | 0.23 | .expanding().corr(other)
expanding_cov | 0.23 | .expanding().cov(other)
ewma | 0.23 | .ewm(span=...).mean()
ewmstd | 0.23 | .ewm(span=...).std()
ewmvar | 0.23 | .ewm(span=...).var()
ewmvol | 0.23 | .ewm(span=...).std()
ewmcorr | 0.23 | .ewm(span=...).corr(other)
ewmcov | 0.23 | .ewm(span=...).cov(other)
match | 1.0 | pd.Index(values).get_indexer(to_match)
pnow | 1.0 | pd.Period.now(freq)
TimeGrouper | 1.0 | pd.Grouper(freq=freq)
groupby | 0.25 | frame.groupby(...)
ols | 0.20 | statsmodels.api.OLS | -
fama_macbeth | 0.20 | the package linearmodels | -
read_msgpack | 1.0 | pd.read_pickle or pd.read_parquet | -
read_gbq | 3.0 | the package pandas-gbq | -
"""

_ATTRIBUTES = """
datetime | 2.0 | import datetime
np | 2.0 | import numpy as np | numpy
TimeSeries | 0.25 | pd.Series | pandas.Series
Int64Index | 2.0 | pd.Index(values, dtype='int64')
UInt64Index | 2.0 | pd.Index(values, dtype='uint64')
Float64Index | 2.0 | pd.Index(values, dtype='float64')
datetools | 0.25 | pd.tseries.offsets
lib | 1.0 | pd.api.types
tslib | 1.0 | pd.Timestamp, pd.NaT
tools | 0.23 | pd.plotting, pd.concat, pd.merge
stats | 0.23 | .rolling(window)
Panel | 1.0 | frames with an index of two levels | -
WidePanel | 1.0 | frames with an index of two levels | -
Panel4D | 1.0 | frames with an index of several levels | -
SparseDataFrame | 1.0 | pd.DataFrame with pd.SparseDtype | -
SparseSeries | 1.0 | pd.Series with pd.SparseDtype | -
Term | 1.0 | a text: where="index > 5" | -
rpy | 0.20 | the package rpy2 | -
"""

_MODULES = """
tools.plotting | 0.25 | from pandas.plotting import ... | pandas.plotting
tools.merge | 0.23 | from pandas import concat, merge | pandas
tools.pivot | 0.23 | from pandas import pivot_table, crosstab | pandas
tools.tile | 0.23 | from pandas import cut, qcut | pandas
tools.util | 0.23 | from itertools import product
tools.tests | 0.23 | from pandas.testing import ...
stats.moments | 0.23 | .rolling(window), .expanding() and .ewm()
core.datetools | 0.25 | from pandas.tseries.offsets import ... | pandas.tseries.offsets
core.index | 2.0 | from pandas import Index, MultiIndex | pandas
core.categorical | 1.0 | from pandas import Categorical | pandas
core.format | 0.20 | pd.set_option
formats.style | 0.23 | from pandas.io.formats.style import Styler | pandas.io.formats.style
formats.format | 0.23 | pd.set_option
types.common | 0.23 | from pandas.api.types import ... | pandas.api.types
types.api | 0.23 | from pandas.api.types import ... | pandas.api.types
types.dtypes | 0.23 | from pandas.api.types import ... | pandas.api.types
types.concat | 0.23 | from pandas.api.types import union_categoricals | pandas.api.types
computation.api | 0.23 | pd.eval
json | 0.23 | pd.read_json
parser | 0.23 | pd.read_csv
hashtable | 0.23 | pd.factorize
sparse.api | 1.0 | pd.SparseDtype
tseries.tools | 1.0 | from pandas import to_datetime | pandas
tseries.index | 0.20 | from pandas import DatetimeIndex | pandas
tseries.period | 0.20 | from pandas import Period, PeriodIndex | pandas
tseries.resample | 0.20 | frame.resample(...)
tseries.tdi | 0.20 | from pandas import TimedeltaIndex | pandas
tseries.plotting | 1.0 | frame.plot()
tseries.converter | 1.0 | from pandas.plotting import register_matplotlib_converters | pandas.plotting
util.testing | 2.0 | from pandas.testing import ... | pandas.testing
io.data | 0.19 | the package pandas-datareader, where a network is allowed | -
io.wb | 0.19 | the package pandas-datareader, where a network is allowed | -
io.ga | 0.20 | a client of that service | -
io.gbq | 3.0 | the package pandas-gbq | -
rpy.common | 0.20 | the package rpy2 | -
stats.api | 0.20 | statsmodels.api | -
stats.ols | 0.20 | statsmodels.api.OLS | -
sandbox.qtpandas | 0.20 | nothing: there is no screen | -
"""

# Arguments that may only be given by name now: the first of them, which scripts gave by place.
_POSITIONAL = """
DataFrame.drop.axis | 2.0 | .drop(labels, axis=1)
Series.drop.axis | 2.0 | .drop(labels, axis=0)
DataFrame.dropna.axis | 2.0 | .dropna(axis=0)
DataFrame.any.axis | 2.0 | .any(axis=1)
DataFrame.all.axis | 2.0 | .all(axis=1)
DataFrame.fillna.axis | 2.0 | .fillna(value, axis=0)
DataFrame.set_index.drop | 2.0 | .set_index(keys, drop=False)
DataFrame.reset_index.drop | 2.0 | .reset_index(drop=True)
DataFrame.sort_values.axis | 2.0 | .sort_values(by, axis=0, ascending=True)
DataFrame.sort_index.axis | 2.0 | .sort_index(axis=0)
DataFrame.drop_duplicates.keep | 2.0 | .drop_duplicates(subset, keep='last')
DataFrame.clip.axis | 2.0 | .clip(lower, upper, axis=0)
DataFrame.replace.inplace | 2.0 | .replace(old, new, inplace=True)
DataFrame.where.inplace | 2.0 | .where(condition, other, inplace=True)
DataFrame.mask.inplace | 2.0 | .mask(condition, other, inplace=True)
DataFrame.rename.index | 1.0 | .rename(index=..., columns=...)
DataFrame.pivot.index | 2.0 | .pivot(index=..., columns=..., values=...)
DataFrame.set_axis.axis | 1.0 | .set_axis(labels, axis=1)
DataFrame.rename_axis.axis | 1.0 | .rename({...}, axis=1)
DataFrame.groupby.axis_place | 3.0 | .groupby(by, level=...)
DataFrame.join.suffixes | 2.0 | .join(other, lsuffix=..., rsuffix=...)
DataFrame.to_csv.sep | 3.0 | .to_csv(path, sep=',')
concat.axis | 2.0 | pd.concat(frames, axis=1)
read_csv.sep | 2.0 | pd.read_csv(path, sep=',')
read_table.sep | 2.0 | pd.read_table(path, sep=',')
read_excel.header | 2.0 | pd.read_excel(path, sheet, header=0)
pivot.index | 2.0 | pd.pivot(frame, index=..., columns=..., values=...)
Series.str.split.n | 2.0 | .str.split(pattern, n=1, expand=True)
Series.str.cat.sep | 2.0 | .str.cat(others, sep=' ')
"""

PANDAS: tuple[Gone, ...] = (
    *entries("pandas", "method", _METHODS),
    *entries("pandas", "property", _PROPERTIES),
    *entries("pandas", "argument", _ARGUMENTS),
    *entries("pandas", "positional", _POSITIONAL),
    *entries("pandas", "meaning", _MEANINGS),
    *entries("pandas", "function", _FUNCTIONS),
    *entries("pandas", "attribute", _ATTRIBUTES),
    *entries("pandas", "module", _MODULES),
)
