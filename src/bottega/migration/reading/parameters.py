"""The parameters of calls that take them by name alone now, in the order in which they were taken by place."""

from __future__ import annotations

import ast

ORDER: dict[str, tuple[str, ...]] = {
    "drop": ("labels", "axis"),
    "dropna": ("axis", "how", "thresh", "subset", "inplace"),
    "any": ("axis", "bool_only", "skipna"),
    "all": ("axis", "bool_only", "skipna"),
    "fillna": ("value", "method", "axis", "inplace", "limit"),
    "set_index": ("keys", "drop", "append", "inplace", "verify_integrity"),
    "reset_index": ("level", "drop", "inplace"),
    "sort_values": ("by", "axis", "ascending", "inplace", "kind", "na_position"),
    "sort_index": ("axis", "level", "ascending", "inplace"),
    "drop_duplicates": ("subset", "keep", "inplace"),
    "clip": ("lower", "upper", "axis"),
    "replace": ("to_replace", "value", "inplace"),
    "where": ("cond", "other", "inplace", "axis"),
    "mask": ("cond", "other", "inplace", "axis"),
    "DataFrame.pivot": ("index", "columns", "values"),
    "pivot": ("data", "index", "columns", "values"),
    "concat": ("objs", "axis", "join"),
    "read_csv": ("filepath_or_buffer", "sep"),
    "read_table": ("filepath_or_buffer", "sep"),
    "split": ("pat", "n", "expand"),
    "cat": ("others", "sep", "na_rep"),
    "to_csv": ("path_or_buf", "sep", "na_rep"),
    "set_axis": ("labels", "axis", "inplace"),
    "read_excel": ("io", "sheet_name", "header"),
}


def order_of(name: str) -> tuple[str, ...]:
    """Of a callable by its name in the table; none where it is not known."""
    return ORDER.get(name) or ORDER.get(name.rpartition(".")[2], ())


_ONLY: dict[str, set[object]] = {
    "to_datetime.errors": {"ignore"}, "to_numeric.errors": {"ignore"}, "to_timedelta.errors": {"ignore"},
    "DataFrame.interpolate.method": {"pad", "ffill", "bfill", "backfill"},
    "DataFrame.to_dict.orient": {"d", "l", "s", "sp", "r", "i"},
    "LogisticRegression.penalty": {"none"}, "SGDClassifier.loss": {"log"}, "LinearSVC.loss": {"l1", "l2"},
    "GradientBoostingClassifier.loss": {"deviance"}, "RandomForestClassifier.max_features": {"auto"},
    "RandomForestClassifier.criterion": {"mse", "mae"}, "KMeans.algorithm": {"auto", "full"},
    "DecisionTreeClassifier.min_samples_split": {1}, "pyplot.tick_params.labelbottom": {"on", "off"},
    "GridSearchCV.scoring": {
        "mean_squared_error", "mean_absolute_error", "median_absolute_error", "log_loss", "mean_squared_log_error",
    },
}  # fmt: skip
# Gone in some of their meanings, which no text tells.
_NEVER = {"DataFrame.replace.method", "Series.str.replace.regex"}


def is_meant(name: str, keyword: ast.keyword) -> bool:
    """Whether an argument's value is one that went; most went with all of them."""
    full = f"{name}.{keyword.arg}"
    value = keyword.value
    if full in _NEVER:
        return False
    if full in _ONLY:
        return isinstance(value, ast.Constant) and value.value in _ONLY[full]
    if full == "read_csv.parse_dates":
        return isinstance(value, ast.Dict) or (
            isinstance(value, ast.List) and any(isinstance(each, ast.List) for each in value.elts)
        )
    return True
