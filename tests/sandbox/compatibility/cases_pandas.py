"""What names of pandas did: the names, code, and what it gives, as pandas of the time and its documentation have it."""

# ruff: noqa: E501
CASES = r"""
DataFrame.ix || d = pd.DataFrame(NUMBERS, index=list("pqr")); r = d.ix["p", "a"], d.ix[0, "a"], d.ix[1:, "a"], d.ix["q":, 0], d.ix[d.a > 1, "b"], d.ix[0], d.ix[["p", "r"], ["a"]], d.ix[:, 1]
DataFrame.ix || d = pd.DataFrame(NUMBERS); r = d.ix[0:1, "a"], d.ix[2, 0], d.ix[:, "a":"b"], d.ix[[0, 2]], d.ix[d.c.isnull()]
DataFrame.ix || d = pd.DataFrame(NUMBERS); d.ix[0:1, "z"] = 5; d.ix[2, "a"] = 9; d.ix[d.a > 8, "b"] = "big"; r = d
DataFrame.ix || d = pd.DataFrame({"a": [1, 2]}, index=[5, 7]); d.ix[9] = 4; r = d.ix[5, "a"], d.ix[5:7], d
Series.ix || s = pd.Series([1, 2, 3], index=list("abc")); s.ix[0] = 10; s.ix["c"] = 30; r = s, s.ix[1], s.ix["b":], s.ix[[0, 2]], s.ix[0:2]
DataFrame.ix || d = pd.DataFrame({"a": [1, 2]}, index=["x", "y"]); r = d.ix[["x", "nope"]]
DataFrame.as_matrix || d = pd.DataFrame(NUMBERS); r = d.as_matrix(["a", "c"]), d.as_matrix().shape
Series.as_matrix || r = pd.Series([1, 2]).as_matrix()
DataFrame.get_values,Series.get_values,Index.get_values || r = pd.DataFrame({"a": [1]}).get_values(), pd.Series([1]).get_values(), pd.Index([1]).get_values()
DataFrame.append || d = pd.DataFrame({"a": [1, 2]}); r = d.append(d), d.append({"a": 3}, ignore_index=True), d.append(pd.Series([9], index=["a"], name="n")), d.append([d, d], ignore_index=True)
DataFrame.append || d = pd.DataFrame(columns=["a", "b"]); d = d.append({"a": 1, "b": "x"}, ignore_index=True); d = d.append([{"a": 2, "b": "y"}], ignore_index=True); r = d
DataFrame.append || d = pd.DataFrame(); d = d.append(pd.DataFrame({"a": [1, 2]})); r = d, str(d.a.dtype)
Series.append || s = pd.Series([1, 2]); r = s.append(s), s.append([s, s], ignore_index=True)
DataFrame.sort || d = pd.DataFrame(NUMBERS); r = d.sort("a"), d.sort(["c"], ascending=False), d.sort(ascending=False); d.sort("b", ascending=False, inplace=True); r = r + (d,)
Series.sort || s = pd.Series([3, 1, 2]); s.sort(); r = s; s.sort(ascending=False); r = r, s
Series.order,Index.order || s = pd.Series([3, None, 2]); r = s.order(), s.order(ascending=False, na_position="first"), pd.Index([2, 1]).order()
DataFrame.sort_index.by || d = pd.DataFrame(NUMBERS); r = d.sort_index(by="a"), d.sort_index(by=["c", "a"], ascending=[False, True])
DataFrame.iteritems,DataFrame.iterkv || d = pd.DataFrame({"a": [1], "b": [2]}); r = [(k, v.tolist()) for k, v in d.iteritems()], [k for k, v in d.iterkv()]
Series.iteritems,Series.iterkv || s = pd.Series([5], index=["k"]); r = list(s.iteritems()), list(s.iterkv())
DataFrame.convert_objects || d = pd.DataFrame({"a": ["1", "2", "x"], "b": ["q", "r", "s"], "c": [1, 2, 3]}).convert_objects(convert_numeric=True); r = d, [str(k) for k in d.dtypes]
Series.convert_objects || s = pd.Series(["1", "x"]); r = s.convert_objects(convert_numeric=True), pd.Series([1, 2], dtype=object).convert_objects(), s.convert_objects()
DataFrame.get_value,DataFrame.set_value || d = pd.DataFrame(NUMBERS); r = d.get_value(1, "b"), d.set_value(0, "a", 7).a.tolist(), d.get_value(1, 0, takeable=True), d.set_value(5, "a", 8).shape
Series.get_value,Series.set_value || s = pd.Series([1, 2], index=["a", "b"]); r = s.get_value("a"), s.set_value("b", 5), s.set_value("c", 6)
DataFrame.from_csv || r = pd.DataFrame.from_csv(io.StringIO("i,a\n1,2\n3,4"), parse_dates=False), pd.DataFrame.from_csv(io.StringIO("a,b\n1,2"), index_col=None)
Series.from_csv || r = pd.Series.from_csv(io.StringIO("1,2\n3,4"), parse_dates=False)
DataFrame.from_items || r = pd.DataFrame.from_items([("b", [1, 2]), ("a", [3, 4])]), pd.DataFrame.from_items([("x", [1, 2])], orient="index", columns=["p", "q"])
DataFrame.irow,DataFrame.icol,DataFrame.iget_value || d = pd.DataFrame(NUMBERS); r = d.irow(0), d.icol(0), d.iget_value(1, 1)
Series.irow,Series.iget,Series.iget_value || s = pd.Series([5, 6], index=["a", "b"]); r = s.irow(0), s.iget(1), s.iget_value(0)
DataFrame.lookup || d = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["x", "y"]); r = d.lookup(["x", "y"], ["b", "a"])
DataFrame.mad,Series.mad || d = pd.DataFrame({"a": [1.0, 2, 6], "b": [2, 2, 5]}); r = d.mad(), d.a.mad(), d.mad(axis=1)
DataFrame.select,Series.select || d = pd.DataFrame(NUMBERS); r = d.select(lambda i: i > 0), d.select(lambda c: c == "a", axis=1), pd.Series([1, 2]).select(lambda i: i == 0)
DataFrame.as_blocks,DataFrame.blocks || d = pd.DataFrame({"a": [1], "b": [2.5], "c": [3]}); r = sorted(d.as_blocks()), list(d.blocks["int64"].columns)
DataFrame.get_dtype_counts,DataFrame.get_ftype_counts,Series.get_dtype_counts || d = pd.DataFrame(NUMBERS); r = d.get_dtype_counts(), d.get_ftype_counts(), pd.Series([1]).get_dtype_counts()
DataFrame.ftypes,Series.ftype || d = pd.DataFrame(NUMBERS); r = d.ftypes, d.a.ftype
DataFrame.is_copy,Series.is_copy || r = pd.DataFrame().is_copy is None, pd.Series([1]).is_copy is None
DataFrame.clip_lower,DataFrame.clip_upper,Series.clip_lower,Series.clip_upper || d = pd.DataFrame({"a": [1, 5]}); r = d.clip_lower(3), d.clip_upper(3), d.a.clip_lower(3), d.a.clip_upper(3)
DataFrame.compound,Series.compound || d = pd.DataFrame({"a": [0.1, 0.2]}); r = d.compound(), d.a.compound()
DataFrame.pad,Series.pad,DataFrame.backfill,Series.backfill || d = pd.DataFrame({"a": [1, None, 3]}); r = d.pad(), d.a.pad(), d.backfill(), d.a.backfill()
DataFrame.reindex_axis,Series.reindex_axis || d = pd.DataFrame(NUMBERS); r = d.reindex_axis(["c", "z"], axis=1), d.reindex_axis([2, 9]), d.a.reindex_axis([2, 9])
DataFrame.swapaxes || d = pd.DataFrame({"a": [1, 2]}); r = d.swapaxes(0, 1), d.swapaxes("index", "columns")
DataFrame.applymap || r = pd.DataFrame({"a": [1, 2]}).applymap(lambda v: v * 10)
DataFrame.combineAdd,DataFrame.combineMult || a = pd.DataFrame({"x": [1.0, None]}); b = pd.DataFrame({"x": [2.0, 3.0]}); r = a.combineAdd(b), a.combineMult(b)
DataFrame.tshift,Series.tshift || d = pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2020-01-01", periods=2)); r = [str(i)[:10] for i in d.tshift(1).index], [str(i)[:10] for i in d.a.tshift(1).index]
DataFrame.slice_shift,Series.slice_shift || d = pd.DataFrame({"a": [1, 2, 3]}); r = d.slice_shift(1), d.a.slice_shift(-1)
DataFrame.first,Series.first,DataFrame.last,Series.last || d = pd.DataFrame({"a": range(6)}, index=pd.date_range("2020-01-01", periods=6)); r = d.first("3D").a.tolist(), d.a.first("2D").tolist(), d.last("2D").a.tolist(), d.a.last("3D").tolist()
DataFrame.bool,Series.bool || r = pd.DataFrame({"a": [True]}).bool(), pd.Series([False]).bool()
DataFrame.consolidate,DataFrame.to_dense,Series.to_dense || d = pd.DataFrame({"a": [1]}); r = d.consolidate(), d.to_dense(), d.a.to_dense()
Series.reshape,Series.valid,Series.nonzero,Series.ravel || s = pd.Series([1, 0, None, 4.0]); r = s.reshape(2, 2), s.valid(), [each.tolist() for each in pd.Series([1, 0, 4]).nonzero()], s.ravel()
Series.ptp,Series.put,Series.compress,Series.view || s = pd.Series([3, 1, 8]); r = s.ptp(), s.compress(s > 2), s.view("uint64").tolist(); s.put(0, 7); r = r + (s,)
Index.get_duplicates,Index.sym_diff,Index.to_native_types,Index.format || i = pd.Index(["b", "a", "b"]); r = list(i.get_duplicates()), pd.Index([1, 2]).sym_diff(pd.Index([2, 3])), pd.Index([1, 2]).to_native_types(), pd.Index([1, 2]).format()
Index.is_numeric,Index.is_integer,Index.is_floating,Index.is_boolean,Index.is_object,Index.is_categorical || i, f, s = pd.Index([1]), pd.Index([1.5]), pd.Index(["a"]); r = i.is_numeric(), f.is_numeric(), s.is_numeric(), i.is_integer(), f.is_floating(), s.is_boolean(), s.is_object(), i.is_object(), pd.Index(pd.Categorical(["a"])).is_categorical()
Categorical.from_array,Categorical.labels,Categorical.levels || c = pd.Categorical.from_array(["b", "a", "b"]); r = c.labels, list(c.levels)
Timestamp.to_datetime,Timestamp.weekday_name,Timestamp.freq,Timestamp.freqstr || t = pd.Timestamp("2020-01-01"); r = str(t.to_datetime()), t.weekday_name, t.freq, t.freqstr
Series.dt.week,Series.dt.weekofyear,Series.dt.weekday_name || s = pd.Series(pd.to_datetime(["2020-01-01", "2020-06-15"])); r = s.dt.week, s.dt.weekofyear, s.dt.weekday_name
DatetimeIndex.week,DatetimeIndex.weekofyear,DatetimeIndex.weekday_name || i = pd.to_datetime(["2020-01-01"]); r = list(i.week), list(i.weekofyear), list(i.weekday_name)
Series.base,Series.data,Series.itemsize,Series.strides,Series.real,Series.imag,Series.asobject || s = pd.Series([1.5, 2]); s.base, s.data; r = s.itemsize, list(s.strides), list(s.real), list(s.imag), list(s.asobject)
Series.is_monotonic,Index.is_monotonic,Index.asi8 || r = pd.Series([1, 2]).is_monotonic, pd.Index([2, 1]).is_monotonic, list(pd.Index([1, 2]).asi8)
MultiIndex.labels || r = [list(each) for each in pd.MultiIndex.from_product([["a"], [1, 2]]).labels]
DataFrame.fillna.method,Series.fillna.method || d = pd.DataFrame({"a": [1, None, 3, None]}); r = d.fillna(method="ffill"), d.a.fillna(method="pad", limit=1), d.fillna(method="bfill"), d.fillna(0, None, 0)
DataFrame.replace.method || r = pd.Series([1, 2, 3]).replace(2, method="pad"), pd.Series([1, 2, 3]).replace([2], method="bfill")
DataFrame.interpolate.method || r = pd.Series([1, None, 3]).interpolate(method="pad")
DataFrame.pct_change.fill_method || r = pd.Series([1, None, 4.0]).pct_change(fill_method="pad")
DataFrame.sum.level || s = pd.Series([1, 2, 3], index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)])); r = s.sum(level=0), s.mean(level=0), pd.DataFrame({"v": s}).sum(level=0)
DataFrame.apply.broadcast,DataFrame.apply.reduce || d = pd.DataFrame({"a": [1, 2], "b": [3, 4]}); r = d.apply(lambda c: c.sum(), broadcast=True), d.apply(lambda c: c.sum(), reduce=True)
DataFrame.astype.raise_on_error || r = pd.Series(["x"]).astype(float, raise_on_error=False)
DataFrame.drop_duplicates.cols,DataFrame.drop_duplicates.take_last || d = pd.DataFrame({"a": [1, 1, 2], "b": [1, 2, 3]}); r = d.drop_duplicates(cols="a", take_last=True)
DataFrame.groupby.axis,DataFrame.groupby.squeeze,DataFrame.groupby.axis_place || d = pd.DataFrame({"a": [1, 2], "b": [3, 4], "c": [5, 6]}); r = d.groupby({"a": "p", "b": "p", "c": "q"}, axis=1).sum(), d.groupby("a", 0).sum(), d.groupby("a", squeeze=True).b.sum()
DataFrame.info.null_counts || t = io.StringIO(); pd.DataFrame({"a": [1]}).info(buf=t, null_counts=True); r = "non-null" in t.getvalue()
DataFrame.resample.how,DataFrame.resample.fill_method,resample.frequency || s = pd.Series(range(40), index=pd.date_range("2020-01-01", periods=40)); r = s.resample("M", how="sum").tolist(), pd.DataFrame({"a": s}).resample("M", how={"a": "max"}).a.tolist(), s[:2].resample("12H", fill_method="ffill").tolist(), [str(i)[:10] for i in s.resample("M").mean().index]
DataFrame.resample.loffset,DataFrame.resample.base || s = pd.Series(range(4), index=pd.date_range("2020-01-01", periods=4, freq="H")); r = [str(i) for i in s.resample("2H", loffset="1H").sum().index], s.resample("2H", base=1).sum().tolist()
resample.frequency || r = [str(i) for i in pd.date_range("2020-01-01", periods=2, freq="Q")], [str(i) for i in pd.date_range("2020-01-01", periods=2, freq="90T")], str(pd.Series(pd.to_datetime(["2020-01-01 10:40"])).dt.floor("H")[0]), str(pd.date_range("2019", periods=1, freq="A")[0]), str(pd.Timestamp("2020-01-01 10:40").floor("H"))
resample.frequency || s = pd.Series(range(3), index=pd.date_range("2020-01-01", periods=3)); r = s.groupby(pd.Grouper(freq="M")).sum().tolist(), [str(i) for i in s.shift(1, freq="H").index][:1], s.asfreq("12H").shape
DataFrame.to_csv.line_terminator,DataFrame.to_csv.cols || d = pd.DataFrame({"a": [1], "b": [2]}); r = d.to_csv(line_terminator="\r\n", index=False), d.to_csv(cols=["b"], index=False)
DataFrame.to_dict.orient || r = pd.DataFrame({"a": [1, 2]}).to_dict("r")
DataFrame.set_axis.inplace,DataFrame.set_axis.axis || d = pd.DataFrame({"a": [1]}); d.set_axis(["z"], axis=1, inplace=True); e = pd.DataFrame({"a": [1]}); r = list(d.columns), list(e.set_axis(1, ["y"], inplace=False).columns)
DataFrame.describe.percentile_width,DataFrame.describe.datetime_is_numeric || r = pd.DataFrame({"a": [1, 2]}).describe(percentile_width=50).shape, pd.Series([1, 2]).to_frame().describe(datetime_is_numeric=True).shape
DataFrame.pivot_table.rows,DataFrame.pivot_table.cols,pivot_table.rows,pivot_table.cols || d = pd.DataFrame({"a": ["x", "y"], "b": ["p", "p"], "v": [1, 2]}); r = d.pivot_table(values="v", rows="a", cols="b"), pd.pivot_table(d, values="v", rows="a", cols="b").shape
crosstab.rows,crosstab.cols || r = pd.crosstab(rows=pd.Series([1, 1], name="a"), cols=pd.Series([2, 3], name="b"))
concat.join_axes || a = pd.DataFrame({"x": [1, 2]}); b = pd.DataFrame({"y": [3]}, index=[1]); r = pd.concat([a, b], axis=1, join_axes=[b.index])
Series.str.replace.regex || s = pd.Series(["a.b", "c+d"]); r = s.str.replace(".", "-"), s.str.replace(r"[.+]", "_"), s.str.replace("b|d", ""), s.str.replace(r"(\w)\.", lambda m: m.group(1).upper())
read_csv.error_bad_lines,read_csv.warn_bad_lines,read_csv.squeeze,read_csv.prefix || r = pd.read_csv(io.StringIO("a,b\n1,2\n1,2,3\n"), error_bad_lines=False, warn_bad_lines=False), pd.read_csv(io.StringIO("a\n1\n"), squeeze=True), list(pd.read_csv(io.StringIO("1,2"), header=None, prefix="X").columns)
read_csv.mangle_dupe_cols,read_csv.as_recarray,read_csv.delim_whitespace,read_csv.skip_footer,read_csv.tupleize_cols,read_csv.verbose,read_csv.infer_datetime_format || r = list(pd.read_csv(io.StringIO("a,a\n1,2"), mangle_dupe_cols=True, tupleize_cols=False, verbose=False, infer_datetime_format=True).columns), pd.read_csv(io.StringIO("a b\n1 2"), delim_whitespace=True), len(pd.read_csv(io.StringIO("a\n1\n2"), skip_footer=1, engine="python"))
read_csv.as_recarray || r = pd.read_csv(io.StringIO("a\n1\n2"), as_recarray=True)["a"]
read_csv.date_parser,read_csv.parse_dates,read_csv.keep_date_col || import datetime; r = pd.read_csv(io.StringIO("d,v\n01/02/2020,1"), parse_dates=["d"], date_parser=lambda x: pd.to_datetime(x, format="%d/%m/%Y")).d.astype(str).tolist(), pd.read_csv(io.StringIO("d,t,v\n2020-01-02,10:00,1"), parse_dates=[["d", "t"]]).columns.tolist(), pd.read_csv(io.StringIO("d,t,v\n2020-01-02,10:00,1"), parse_dates={"w": ["d", "t"]}).w.astype(str).tolist(), pd.read_csv(io.StringIO("d,t,v\n2020-01-02,10:00,1"), parse_dates={"w": ["d", "t"]}, keep_date_col=True).columns.tolist()
to_datetime.coerce,to_datetime.infer_datetime_format,to_datetime.box,to_datetime.errors,to_datetime.format || r = pd.to_datetime(pd.Series(["2020-01-01", "x"]), coerce=True).isnull(), str(pd.to_datetime("2020-01-01", infer_datetime_format=True)), pd.to_datetime(["2020-01-01"], box=False).dtype.kind, pd.to_datetime(pd.Series(["x"]), errors="ignore"), [str(t) for t in pd.to_datetime(["2020-01-02", "01/03/2020", "Feb 3 2020"])]
to_numeric.errors,to_timedelta.errors || r = pd.to_numeric(pd.Series(["1", "x"]), errors="ignore"), pd.to_numeric(pd.Series(["1", "2"]), errors="ignore"), pd.to_timedelta(pd.Series(["x"]), errors="ignore")
DataFrame.drop.axis,Series.drop.axis || d = pd.DataFrame(NUMBERS); r = d.drop("a", 1), d.drop(["b", "c"], 1), d.drop(0, 0), d.drop([0, 1]), d.a.drop(0, 0)
DataFrame.dropna.axis,DataFrame.any.axis,DataFrame.all.axis || d = pd.DataFrame({"a": [1, None], "b": [1, 2]}); r = d.dropna(0), d.dropna(1), d.dropna(0, "all"), (d > 1).any(1), (d > 0).all(1), (d > 1).any(0)
DataFrame.set_index.drop,DataFrame.reset_index.drop || d = pd.DataFrame(NUMBERS); r = d.set_index("a", False), d[1:].reset_index(0, True)
DataFrame.sort_values.axis,DataFrame.sort_index.axis,DataFrame.drop_duplicates.keep || d = pd.DataFrame({"b": [2, 1, 1], "a": [3, 4, 4]}); r = d.sort_values("b", 0, False).b.tolist(), d.sort_index(1), d.drop_duplicates("b", "last")
DataFrame.clip.axis,DataFrame.replace.inplace,DataFrame.where.inplace,DataFrame.mask.inplace || d = pd.DataFrame({"a": [1, 5]}); r = d.clip(2, 3, 0), d.a.replace(1, 9, False), d.where(d > 1, 0, False), d.mask(d > 1, 0, False)
DataFrame.rename.index,DataFrame.fillna.axis || d = pd.DataFrame({"a": [1, None]}); r = d.rename({0: "z"}), d.rename(columns={"a": "q"}), d.fillna(0, None, 0)
DataFrame.pivot.index,pivot.index || d = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "y", "x"], "v": [5, 6, 7]}); r = d.pivot("a", "b", "v"), pd.pivot(d, "a", "b", "v").shape
DataFrame.rename_axis.axis || d = pd.DataFrame({"a": [1]}); r = d.rename_axis({"a": "q"}, axis=1), d.rename_axis({0: "z"}, axis=0), d.rename_axis("n").index.name
concat.axis,read_csv.sep,read_table.sep,DataFrame.to_csv.sep,DataFrame.join.suffixes || d = pd.DataFrame({"a": [1]}); r = pd.concat([d, d], 1), pd.read_csv(io.StringIO("a;b\n1;2"), ";"), pd.read_table(io.StringIO("a,b\n1,2"), ","), d.to_csv(None, ";", index=False), d.join(pd.DataFrame({"b": [2]}), None, "left")
Series.str.split.n,Series.str.cat.sep || s = pd.Series(["a b c"]); r = s.str.split(" ", 1), s.str.cat(["x"], sep="-")
DataFrame.groupby.agg || d = pd.DataFrame({"k": ["u", "u", "v"], "x": [1, 2, 3]}); a = d.groupby("k").agg({"x": {"m": "mean", "s": "sum"}}); r = [list(c) for c in a.columns], a.values, d.groupby("k").x.agg({"top": "max"})
DataFrame.groupby.apply || d = pd.DataFrame({"k": ["u", "u", "v"], "x": [1, 2, 3]}); r = d.groupby("k").apply(lambda g: g["k"].iloc[0] + str(g.x.sum())), d.groupby("k").apply(lambda g: g.x.max())
DataFrame.groupby.__getitem__,DataFrame.groupby.__iter__ || d = pd.DataFrame({"k": ["u", "v"], "x": [1, 2], "y": [3, 4]}); r = d.groupby("k")["x", "y"].sum(), [k for k, g in d.groupby(["k"])], d.groupby(["k"]).get_group("u").shape
DataFrame.groupby.mean,DataFrame.mean,DataFrame.corr || d = pd.DataFrame({"k": ["u", "u", "v"], "x": [1, 2, 3], "t": ["a", "b", "c"], "y": [3.0, 2, 2]}); r = d.groupby("k").mean(), d.groupby("k").std(), d.groupby("k").sum(), d.mean(), d.std(), d.corr(), d.median()
DataFrame.groupby.fillna,Series.groupby.fillna || d = pd.DataFrame({"k": [1, 1, 2], "x": [1, None, None]}); r = d.groupby("k").x.fillna(method="ffill"), d.groupby("k").fillna(0).x
DataFrame.loc || d = pd.DataFrame({"a": [1, 2]}); r = d.loc[[0, 7]], d.loc[:, ["a", "z"]], d.a.loc[[1, 9]]
DataFrame.__setitem__ || d = pd.DataFrame({"a": [1.0, None, 3], "b": [1, 2, 3]}); d["a"].fillna(0, inplace=True); d["b"][0] = 9; d.b[d.b == 2] = 7; d["a"].loc[2] = 5; d["a"].iloc[0] = 8; r = d
DataFrame.__setitem__ || d = pd.DataFrame({"a": [1, 2], "b": ["u", "v"]}); d["n"] = 0; d["n"][d["b"] == "v"] = 4; d.b.replace("u", "w", inplace=True); d["b"][0] = d["b"][0] + "!"; r = d
Series.__setitem__ || d = pd.DataFrame({"a": [1, 2], "b": [True, False], "s": ["x", "y"]}); d.loc[0, "a"] = "t"; d.loc[1, "b"] = "u"; d.loc[0, "s"] = 5; r = d
Series.__setitem__ || d = pd.DataFrame({"a": [1, 2]}); d.loc[0, "a"] = 1.5; s = pd.Series([1, 2]); s[0] = "x"; q = pd.Series([1, 2]); q[1] = 2.5; r = d, str(d.a.dtype), s, q
Series.__getitem__ || d = pd.DataFrame({"a": [1, 2], "b": [3, 4]}); s = pd.Series([5, 6], index=["x", "y"]); s[0] = 7; r = d.iloc[0][1], d.apply(lambda row: row[0] + row[1], axis=1), [row[0] for i, row in d.iterrows()], s, s[-1], s[[0, 1]]
DataFrame.values || X = pd.DataFrame({"a": ["u", "v"], "b": [1, 2]}).values; X[:, 0] = [5, 6]; d = pd.DataFrame({"a": [1.0, 2]}); d.values[0] = 7; e = d.copy(); d["a"].values[1] = 9; r = X, d, e
get_dummies || d = pd.get_dummies(pd.DataFrame({"a": ["x", "y"]})); r = d, [str(k) for k in d.dtypes], (d["a_x"] - 0).tolist()
Index.__and__,Index.__or__ || i = pd.Index(["a", "b"]); r = list(i & pd.Index(["b"])), list(i | pd.Index(["z"]))
value_counts,groupby,match || r = pd.value_counts(["a", "b", "a"]), pd.groupby(pd.DataFrame({"k": [1, 1]}), by="k").size(), pd.match(["b", "z"], ["a", "b"])
rolling_count,rolling_sum,rolling_mean,rolling_median,rolling_min,rolling_max,rolling_std,rolling_var,rolling_skew,rolling_kurt || s = pd.Series([1.0, 2, 4, 7, 11]); r = pd.rolling_count(s, 2), pd.rolling_sum(s, 2), pd.rolling_mean(s, 2, min_periods=1), pd.rolling_median(s, 3), pd.rolling_min(s, 2), pd.rolling_max(s, 2), pd.rolling_std(s, 3), pd.rolling_var(s, 3), pd.rolling_skew(s, 3), pd.rolling_kurt(s, 4), pd.rolling_mean(s.values, 2)
rolling_quantile,rolling_apply,rolling_corr,rolling_cov,rolling_window || s = pd.Series([1.0, 2, 4, 7]); t = pd.Series([2.0, 1, 5, 6]); r = pd.rolling_quantile(s, 2, 0.5), pd.rolling_apply(s, 2, lambda x: x[0] * x[1]), pd.rolling_corr(s, t, 3), pd.rolling_cov(s, t, 3)
expanding_count,expanding_sum,expanding_mean,expanding_median,expanding_min,expanding_max,expanding_std,expanding_var,expanding_skew,expanding_kurt || s = pd.Series([1.0, 2, 4, 7]); r = pd.expanding_count(s), pd.expanding_sum(s), pd.expanding_mean(s), pd.expanding_median(s), pd.expanding_min(s), pd.expanding_max(s), pd.expanding_std(s), pd.expanding_var(s), pd.expanding_skew(s), pd.expanding_kurt(s)
expanding_quantile,expanding_apply,expanding_corr,expanding_cov || s = pd.Series([1.0, 2, 4]); t = pd.Series([2.0, 1, 5]); r = pd.expanding_quantile(s, 0.5), pd.expanding_apply(s, lambda x: x.sum()), pd.expanding_corr(s, t), pd.expanding_cov(s, t)
ewma,ewmstd,ewmvar,ewmvol,ewmcorr,ewmcov || s = pd.Series([1.0, 2, 4]); t = pd.Series([2.0, 1, 5]); r = pd.ewma(s, span=2), pd.ewma(s, com=1), pd.ewmstd(s, span=2), pd.ewmvar(s, span=2), pd.ewmvol(s, span=2), pd.ewmcorr(s, t, span=2), pd.ewmcov(s, t, span=2)
datetime,np,TimeSeries,Int64Index,UInt64Index,Float64Index || r = str(pd.datetime(2020, 1, 2)), pd.np.sum([1, 2]), pd.TimeSeries is pd.Series, isinstance(pd.Index([1]), pd.Int64Index), isinstance(pd.Index([1.5]), pd.Float64Index), list(pd.Int64Index([3])), str(pd.UInt64Index([1]).dtype)
datetools,lib,tslib,tools,stats,core.datetools || from pandas.core.datetools import BDay; r = pd.datetools.BDay is BDay, pd.lib.infer_dtype([1, 2]), pd.tslib.NaT is pd.NaT, pd.tools.plotting.scatter_matrix.__name__, pd.stats.moments.rolling_mean(pd.Series([1, 3]), 2)
tools.plotting,tools.merge,tools.pivot,tools.tile,tools.util,stats.moments || from pandas.tools.plotting import scatter_matrix; from pandas.tools.merge import concat; from pandas.tools.pivot import pivot_table; from pandas.tools.tile import cut, qcut; from pandas.tools.util import cartesian_product; from pandas.stats.moments import rolling_mean; r = scatter_matrix.__name__, concat is pd.concat, pivot_table.__name__, cut is pd.cut, [list(each) for each in cartesian_product([[1, 2], [3]])]
core.index,core.categorical,formats.style,formats.format,types.common,types.api,types.dtypes,types.concat,computation.api,json,parser,hashtable,sparse.api || from pandas.core.index import MultiIndex; from pandas.core.categorical import Categorical; from pandas.types.common import is_numeric_dtype; from pandas.types.concat import union_categoricals; from pandas.computation.api import eval; import pandas.json, pandas.parser, pandas.hashtable, pandas.sparse.api, pandas.formats.format, pandas.types.api, pandas.types.dtypes; r = MultiIndex is pd.MultiIndex, Categorical is pd.Categorical, is_numeric_dtype(np.dtype(int))
tseries.tools,tseries.index,tseries.period,tseries.resample,tseries.tdi,tseries.plotting,tseries.converter,util.testing,tools.tests,core.format || from pandas.tseries.tools import to_datetime; from pandas.tseries.index import DatetimeIndex; from pandas.tseries.period import Period; from pandas.tseries.resample import TimeGrouper; from pandas.tseries.tdi import TimedeltaIndex; import pandas.tseries.plotting, pandas.tseries.converter, pandas.tools.tests, pandas.core.format; from pandas.util.testing import assert_frame_equal; assert_frame_equal(pd.DataFrame(), pd.DataFrame()); r = DatetimeIndex is pd.DatetimeIndex, Period is pd.Period
set_option || pd.set_option("display.height", 100); pd.options.display.mpl_style = "default"; pd.options.mode.chained_assignment = None; r = 1
MultiIndex.__init__.labels,Categorical.__init__.levels || r = list(pd.MultiIndex(levels=[["a", "b"]], labels=[[1, 0]], names=["n"]).get_level_values(0)), list(pd.Categorical(["a"], levels=["a", "b"]).categories)
ExcelFile.parse.sheetname,read_excel.sheetname,read_excel.parse_cols,read_excel.parsecols,read_excel.skip_footer,read_excel.squeeze,read_excel.convert_float,read_excel.date_parser,read_excel.header,ExcelWriter.save,DataFrame.to_excel.encoding,DataFrame.to_excel.cols || p = "case.xlsx"; w = pd.ExcelWriter(p); pd.DataFrame({"a": [1, 2], "b": [3, 4]}).to_excel(w, "S", index=False, encoding="utf8"); w.save(); r = pd.read_excel(p, sheetname="S"), pd.read_excel(p, sheetname="S", parse_cols=[1]), len(pd.read_excel(p, "S", skip_footer=1)), pd.ExcelFile(p).parse(sheetname="S").shape, pd.read_excel(p, "S", parse_cols=[0], squeeze=True).tolist(), pd.read_excel(p, "S", convert_float=True).shape, pd.read_excel(p, "S", 0).shape
scatter_matrix,plot_params || r = callable(pd.scatter_matrix), pd.plot_params is not None
pnow || r = pd.pnow("D") == pd.Period.now("D") or pd.pnow("A").year > 2000
DataFrame.ftypes || d = pd.DataFrame({"a": ["x"], "b": [1]}); r = list(d.select_dtypes(["object"]).columns), d.a.dtype == object, str(pd.read_csv(io.StringIO("q\nx")).q.dtype), [c for c in d.columns if d[c].dtype == "object"]
DataFrame.sortlevel,Series.sortlevel || d = pd.DataFrame({"k": ["b", "a", "b"], "n": [2, 1, 1], "x": [1, 2, 3]}).set_index(["k", "n"]); r = d.sortlevel(0).x.tolist(), d.sortlevel(level="n", ascending=False).x.tolist(), d.x.sortlevel("k").tolist()
TimeGrouper || d = pd.DataFrame({"k": ["u", "v", "u", "u"], "x": [1, 2, 3, 4]}, index=pd.date_range("2020-01-30", periods=4)); r = d.groupby(pd.TimeGrouper("M")).x.sum().tolist(), d.groupby(["k", pd.TimeGrouper(freq="M")]).x.sum().tolist(), d.reset_index().groupby(pd.TimeGrouper(key="index", freq="2D")).x.sum().tolist()
DataFrame.groupby.aggregate || d = pd.DataFrame({"k": ["u", "u", "v"], "x": [1.0, 2, None]}); r = d.groupby("k").agg(np.std), d.groupby("k").x.agg([np.median, np.var]), d.groupby("k").agg({"x": [np.std, np.mean]}).values, d.pivot_table("x", index="k", aggfunc=np.std).x.tolist()
DataFrame.groupby.mean || d = pd.DataFrame({"k": ["u", "u", "v"], "t": ["a", "b", "c"], "x": [1, 2, 3]}); r = d.groupby("k").agg("mean"), d.groupby("k").agg(np.mean), d.groupby("k").agg(["mean", np.sum])["x"], d.groupby("k").transform("mean"), d.pivot_table(index="k"), pd.pivot_table(d, index="k", values=["t", "x"], aggfunc="mean")
DataFrame.groupby.mean || d = pd.DataFrame({"t": ["a", "b", "c"], "x": [1, 2, 3]}, index=pd.to_datetime(["2020-01-01", "2020-01-01", "2020-01-02"])); r = d.resample("D").mean().x.tolist(), d.resample("D", how="mean").columns.tolist(), d.resample("D").agg("mean").x.tolist(), d.resample("D").x.mean().tolist()
DataFrame.groupby.group_keys || d = pd.DataFrame({"k": ["u", "v", "u"], "x": [1.0, 2, None]}, index=[7, 5, 6]); r = d.groupby("k").x.apply(lambda x: x.fillna(0)), d.groupby("k").apply(lambda g: g.x / g.x.max()), list(d.groupby("k").x.apply(lambda x: x[:1]).index), d.groupby("k", group_keys=True).x.apply(lambda x: x[:1]).index.nlevels
DataFrame.__getitem__ || d = pd.DataFrame({"x": [1, 2, 3]}, index=pd.to_datetime(["2015-01-01", "2015-02-01", "2016-01-01"])); r = d["2015"].x.tolist(), d["2015-02"].x.tolist(), d["x"].tolist()
Series.argmax || s = pd.Series([1, 5, 0], index=["a", "b", "c"]); r = s.argmax(), s.argmin(), pd.Series([3, 9]).argmax(), s.values.argmax()
Series.astype || a = pd.to_datetime(pd.Series(["2020-01-01 12:00", "2020-01-03", None])); s = a - a.min(); r = s.astype("timedelta64[D]"), s.astype("timedelta64[h]"), s.dropna().astype("timedelta64[s]").astype(int).tolist()
Series.astype || a = pd.to_datetime(pd.Series([0, 3600]), unit="s"); r = a.astype(np.int64).tolist(), a.astype("int64").tolist(), a.values.astype(np.int64).tolist(), pd.to_numeric(a).tolist(), a.view("int64").tolist(), pd.DatetimeIndex(a).astype(np.int64).tolist(), str(pd.Series(["2020-01-02"]).astype("datetime64")[0])
Series.value_counts || s = pd.Series(["x", "y", "x"], name="c"); t = s.value_counts(); r = t.name, t.index.name, s.value_counts().reset_index(), s.to_frame().groupby("c").c.value_counts().name, s.value_counts(normalize=True).to_frame().columns.tolist()
DataFrame.is_copy,Series.is_copy || d = pd.DataFrame({"a": [1, 2]})[:1]; d.is_copy = False; d.is_copy = None; d.is_copy; d["b"] = 3; r = d
Rolling.apply || s = pd.Series([1.0, 2, 4, 7]); r = s.rolling(2).apply(lambda x: x[0] - x[-1]), s.expanding().apply(lambda x: x[-1]), s.to_frame("a").groupby([0, 0, 1, 1]).a.rolling(2).apply(lambda x: x[-1]).tolist()
Series.apply.convert_dtype,DataFrame.stack || s = pd.Series(["a b", "c"]); r = s.str.split(" ").apply(pd.Series, 1).stack().tolist(), s.apply(len, convert_dtype=False).tolist(), s.apply(lambda x, n: x * n, args=(2,))
DataFrame.to_sql.flavor || import sqlite3; c = sqlite3.connect(":memory:"); d = pd.DataFrame({"a": [1, 2]}); d.to_sql("t", c, "sqlite", index=False); d.to_sql("u", c, flavor="sqlite", if_exists="replace"); r = pd.read_sql("select * from t", c), pd.read_sql("select * from u", c)
Index.values || d = pd.DataFrame({"a": [1], "b": [2]}); d.columns.values[0] = "z"; r = list(d.columns), d.columns.values.tolist(), d.index.values.tolist()
DataFrame.stack || d = pd.DataFrame({"a": [1.0, None], "b": [2.0, None]}); r = d.stack().tolist(), len(d.stack(dropna=False)), d.stack(-1, False).shape
"""
