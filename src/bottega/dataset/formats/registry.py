"""Which formats there are, by which extensions they go, and which module knows each."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bottega.dataset.table import Table


@dataclass(frozen=True)
class Format:
    """How a format is recognised and which module, with which parameters, reads and writes it."""

    extensions: tuple[str, ...]
    module: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    options: tuple[str, ...] = ()


class _Module(Protocol):
    """What a format's module offers."""

    def read(self, path: Path, **options: object) -> Table: ...

    def write(self, table: Table, path: Path, **options: object) -> None: ...


def _separated(*extensions: str, separator: str, header: bool) -> Format:
    return Format(extensions, "delimited", {"separator": separator, "header": header}, ("encoding",))


_REGISTRY: Mapping[str, Format] = {
    "csv": _separated(".csv", separator=",", header=True),
    "csv-no-header": _separated(".nh.csv", separator=",", header=False),
    "tsv": _separated(".tsv", ".tab", separator="\t", header=True),
    "tsv-no-header": _separated(".nh.tsv", separator="\t", header=False),
    "arff": Format((".arff",), "arff", options=("encoding",)),
    "svmlight": Format((".svmlight", ".svm"), "svmlight", options=("encoding",)),
    "parquet": Format((".parquet",), "parquet"),
    "arrow": Format((".arrow", ".feather", ".arrows"), "arrow"),
    "jsonl": Format((".jsonl", ".ndjson"), "jsonl", options=("encoding",)),
    "excel": Format((".xlsx",), "excel", options=("sheet",)),
}

FORMATS: tuple[str, ...] = tuple(_REGISTRY)
_ARCHIVES = (".zip", ".gz")


def is_archive(path: Path | str) -> bool:
    """Whether a file's name says that it is kept as it is, for Unpack Zipped Datasets or as a script bundle."""
    return Path(path).suffix.lower() in _ARCHIVES


def format_of(path: Path | str) -> str:
    """Return the format that a file's name tells; of two extensions that fit, the longer (`.nh.csv`).

    Raises `usage`, with the extensions there are, where the name tells none.
    """
    name = Path(path).name.lower()
    fitting = [
        (len(extension), format_name)
        for format_name, entry in _REGISTRY.items()
        for extension in entry.extensions
        if name.endswith(extension)
    ]
    if not fitting:
        known = ", ".join(extension for entry in _REGISTRY.values() for extension in entry.extensions)
        raise BottegaError("usage", reason=f"the name of {path} tells no format; the extensions are {known}")
    return max(fitting)[1]


def read(
    path: Path | str,
    format: str | None = None,  # noqa: A002 - the word that callers know
    *,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Return the table in a file, its format told by name or by the file's extension.

    `encoding` names the character encoding of a text format (otherwise UTF-8, or what a byte
    order mark says); `sheet` the worksheet of a workbook (otherwise the first). Raises `0048`
    where the file cannot be opened, `0049`, `0061` or `0018` where it is not what it should be,
    and `usage` for an unknown format or an option that the format does not have.
    """
    entry = _entry(path, format)
    given = {name: value for name, value in (("encoding", encoding), ("sheet", sheet)) if value is not None}
    for name in given:
        if name not in entry.options:
            raise BottegaError("usage", reason=f"the format of {path} has no option {name}")
    try:
        return _module(entry).read(Path(path), **entry.parameters, **given)
    except OSError as error:  # the disk is full or fails
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def write(table: Table, path: Path | str, format: str | None = None) -> None:  # noqa: A002 - as in `read`
    """Write a table to a file, which is replaced only when all of it has been written.

    Raises `0048` where the file cannot be written, `0017` or `0018` where the format cannot
    hold the table, and `usage` for an unknown format.
    """
    entry = _entry(path, format)
    _module(entry).write(table, Path(path), **entry.parameters)


def _entry(path: Path | str, name: str | None) -> Format:
    name = format_of(path) if name is None else name
    entry = _REGISTRY.get(name)
    if entry is None:
        raise BottegaError("usage", reason=f"there is no format {name}; the formats are {', '.join(FORMATS)}")
    return entry


def _module(entry: Format) -> _Module:
    return cast("_Module", import_module(f"bottega.dataset.formats.{entry.module}"))
