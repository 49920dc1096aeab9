"""How files, and texts of times and numbers, were read."""

from __future__ import annotations

from typing import Any

from .pandas_library import MAJOR, old, pd

_NOTHING = ("mangle_dupe_cols", "tupleize_cols", "compact_ints", "use_unsigned", "buffer_lines", "infer_datetime_format",
            "verbose", "convert_float", "has_index_names")  # fmt: skip
# Where it is not the first version that this knows.
_GONE_SINCE = {"mangle_dupe_cols": 2, "convert_float": 2, "infer_datetime_format": 3, "verbose": 3}
_KNOWN_DROPPED = {"mangle_dupe_cols", "tupleize_cols", "infer_datetime_format", "verbose"}


@old.change("read_csv", "read_table")
def _read_csv(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    _lines(options)
    if "skip_footer" in options:
        old.tell("read_csv.skip_footer")
        options["skipfooter"] = options.pop("skip_footer")
    if options.pop("delim_whitespace", False) or False:
        old.tell("read_csv.delim_whitespace")
        options["sep"] = r"\s+"
    for name in _NOTHING:
        if name in options and _GONE_SINCE.get(name, 1) <= MAJOR:
            del options[name]
            if name in _KNOWN_DROPPED:
                old.tell(f"read_csv.{name}")
    squeeze = options.pop("squeeze", False)
    prefix = options.pop("prefix", None) if MAJOR >= 2 else None
    records = options.pop("as_recarray", False)
    times = _times(options) if MAJOR >= 3 else None
    made = function(*arguments, **options)
    if not isinstance(made, pd.DataFrame):
        return made
    if times is not None:
        made = times(made)
    return _shaped(made, squeeze, prefix, records, options)


def _lines(options: dict[str, Any]) -> None:
    """What is done with lines of too many fields."""
    if "error_bad_lines" not in options and "warn_bad_lines" not in options:
        return
    old.tell("read_csv.error_bad_lines" if "error_bad_lines" in options else "read_csv.warn_bad_lines")
    fail, warn = options.pop("error_bad_lines", None), options.pop("warn_bad_lines", None)
    if fail is None or fail:
        return
    options["on_bad_lines"] = "skip" if warn is not None and not warn else "warn"


def _shaped(made: Any, squeeze: Any, prefix: Any, records: Any, options: dict[str, Any]) -> Any:
    if prefix is not None:
        old.tell("read_csv.prefix")
        if options.get("header", 0) is None:
            made.columns = [f"{prefix}{name}" for name in made.columns]
    if records:
        old.tell("read_csv.as_recarray")
        return made.to_records(index=False)
    if squeeze:
        old.tell("read_csv.squeeze")
        return made.iloc[:, 0] if made.shape[1] == 1 else made
    return made


def _times(options: dict[str, Any]) -> Any:
    """What reads the columns of times where a function was given for it, or several are one; None where neither is."""
    wanted, parser, keep = (
        options.get("parse_dates"),
        options.pop("date_parser", None),
        options.pop("keep_date_col", False),
    )
    joined = isinstance(wanted, dict) or (
        isinstance(wanted, (list, tuple)) and any(isinstance(each, (list, tuple)) for each in wanted)
    )
    if parser is None and not joined:
        return None
    old.tell("read_csv.date_parser" if parser is not None else "read_csv.parse_dates")
    options.pop("parse_dates", None)
    index = options.pop("index_col", None)

    def read(made: Any) -> Any:
        for name, columns in _groups(wanted, index, made):
            parts = [made[column].astype(str) for column in columns]
            whole = parts[0].str.cat(parts[1:], sep=" ") if len(parts) > 1 else parts[0]
            if not keep:
                made = made.drop(columns=[column for column in columns if column != name])
            made = (
                made.assign(**{name: _parsed(whole, parser)})
                if len(columns) == 1
                else _before(made, name, _parsed(whole, parser))
            )
        return made if index is None else made.set_index(_label(made, index))

    return read


def _groups(wanted: Any, index: Any, made: Any) -> list[tuple[str, list[str]]]:
    if isinstance(wanted, dict):
        return [(name, [_label(made, each) for each in columns]) for name, columns in wanted.items()]
    if wanted is True:
        wanted = [0 if index is None else index]
    found = []
    for each in wanted or ():
        columns = [_label(made, one) for one in each] if isinstance(each, (list, tuple)) else [_label(made, each)]
        found.append(("_".join(map(str, columns)), columns))
    return found


def _label(made: Any, place: Any) -> Any:
    return made.columns[place] if isinstance(place, int) and place not in made.columns else place


def _before(made: Any, name: str, values: Any) -> Any:
    made.insert(0, name, values)
    return made


def _parsed(texts: Any, parser: Any) -> Any:
    if parser is None:
        return pd.to_datetime(texts, errors="coerce", format="mixed")
    try:
        return pd.to_datetime(parser(texts.to_numpy(dtype=object)))
    except (TypeError, ValueError, AttributeError):
        return pd.to_datetime(texts.map(parser))


@old.change("read_excel")
def _read_excel(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    for name in ("mangle_dupe_cols", "convert_float", "has_index_names", "verbose"):
        if MAJOR >= 2 and name in options and name != "verbose":
            del options[name]
            if name == "convert_float":
                old.tell("read_excel.convert_float")
    squeeze = options.pop("squeeze", False)
    times = None
    if MAJOR >= 3 and "date_parser" in options:
        old.tell("read_excel.date_parser")
        times = _times(options)
    made = function(*arguments, **options)
    if not isinstance(made, pd.DataFrame):
        return made
    if times is not None:
        made = times(made)
    if squeeze:
        old.tell("read_excel.squeeze")
        return made.iloc[:, 0] if made.shape[1] == 1 else made
    return made


@old.change("to_datetime")
def _to_datetime(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if options.pop("coerce", False):
        old.tell("to_datetime.coerce")
        options["errors"] = "coerce"
    if "infer_datetime_format" in options and MAJOR >= 2:
        old.tell("to_datetime.infer_datetime_format")
        del options["infer_datetime_format"]
    box = options.pop("box", True)
    if len(arguments) > 1:  # the second was `errors`, and still is
        options["errors"], arguments = arguments[1], (arguments[0], *arguments[2:])
    made = _leniently("to_datetime.errors", _mixed, function, arguments, options)
    if box:
        return made
    old.tell("to_datetime.box")
    return made.to_numpy() if hasattr(made, "to_numpy") else made


def _mixed(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Each text in its own form, where all of them in the first one's does not go."""
    if MAJOR < 2 or options.get("format") is not None:
        return function(*arguments, **options)
    if options.get("errors") == "coerce" and not isinstance(arguments[0], str) and "unit" not in options:
        made = function(*arguments, **options)
        given = arguments[0]
        if hasattr(made, "isna") and made.isna().sum() > pd.isna(given).sum():
            return function(*arguments, **options, format="mixed")
        return made
    try:
        return function(*arguments, **options)
    except ValueError as error:
        if "mixed" not in str(error) and "format" not in str(error):
            raise
        made = function(*arguments, **{**options, "format": "mixed"})
        old.tell("to_datetime.format")
        return made


def _leniently(name: str, call: Any, function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """With errors="ignore" what cannot be read is given back as it came."""
    if options.get("errors") != "ignore" or MAJOR < 3:
        return call(function, arguments, options)
    old.tell(name)
    try:
        return call(function, arguments, {**options, "errors": "raise"})
    except (ValueError, TypeError, OverflowError):
        return arguments[0] if arguments else options["arg"]


def _plainly(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    return function(*arguments, **options)


@old.change("to_numeric")
def _to_numeric(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if len(arguments) > 1:
        options["errors"], arguments = arguments[1], (arguments[0], *arguments[2:])
    return _leniently("to_numeric.errors", _plainly, function, arguments, options)


@old.change("to_timedelta")
def _to_timedelta(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    return _leniently("to_timedelta.errors", _plainly, function, arguments, options)


@old.of_class("DataFrame.from_csv")
def from_csv(_cls: Any, path: Any, header: Any = 0, sep: str = ",", index_col: Any = 0, parse_dates: Any = True,
             encoding: Any = None, **_options: Any) -> Any:  # fmt: skip
    """A file whose first column has the labels."""
    return pd.read_csv(path, header=header, sep=sep, index_col=index_col, parse_dates=parse_dates, encoding=encoding)


@old.of_class("Series.from_csv")
def series_from_csv(_cls: Any, path: Any, sep: str = ",", parse_dates: Any = True, header: Any = None, index_col: Any = 0,
                    encoding: Any = None, **_options: Any) -> Any:  # fmt: skip
    """A file of labels and values."""
    made = pd.read_csv(
        path, header=header, sep=sep, index_col=index_col, parse_dates=parse_dates, encoding=encoding
    ).iloc[:, 0]
    if header is None:
        made.index.name = made.name = None
    return made


@old.of_class("DataFrame.from_items")
def from_items(_cls: Any, items: Any, columns: Any = None, orient: str = "columns") -> Any:
    """Pairs of name and column, or of label and row."""
    pairs = list(items)
    if orient == "index":
        if columns is None:
            raise TypeError("Must pass columns with orient='index'")
        return pd.DataFrame.from_dict(dict(pairs), orient="index", columns=columns)
    made = pd.DataFrame(dict(pairs), columns=[name for name, _ in pairs])
    return made if columns is None else made[list(columns)]
