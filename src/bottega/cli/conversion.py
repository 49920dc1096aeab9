"""`bottega script --python2`: the script as Python 3, shown as a difference, and run from a file of its own."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bottega.cli.terminal import harmless
from bottega.errors import BottegaError

_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
_PLAIN = "\x1b[0m"


@contextlib.contextmanager
def converted(file: str, save: str | None, *, quiet: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The path of the converted script, there until the block ends or in `save`, and what became of it.

    The file itself stays as it is. Raises `conversion-failed`, `script-too-large`, `0048`, and `usage` for saving over it.
    """
    from bottega.migration import python2, sources
    from bottega.migration.difference import difference

    path = Path(file)
    if save is not None and Path(save).exists() and Path(save).samefile(path):
        raise BottegaError(
            "usage", reason="--save names the script itself; bottega migrate --write rewrites it and keeps it as well"
        )
    source = sources.read(path)
    made = python2.convert(source.text)
    lines = difference(source.text, made.text, path.name, f"{path.name} in Python 3")
    if not quiet:
        show(lines)
        _tell(made.changed, made.notes, save)
    data = source.with_text(made.text).data()
    told = {"changed": made.changed, "notes": list(made.notes), "diff": lines, "saved": save}
    if save is not None:
        sources.write(Path(save), data)
        yield save, told
        return
    with tempfile.TemporaryDirectory(prefix="bottega-") as folder:
        place = Path(folder) / path.name
        place.write_bytes(data)
        yield str(place), told


def show(lines: Sequence[str]) -> None:
    """A difference on the error output, coloured on a terminal."""
    coloured = sys.stderr.isatty()
    for line in lines:
        colour = _COLOURS.get(line[:1]) if coloured else None
        text = harmless(line)
        print(f"{colour}{text}{_PLAIN}" if colour else text, file=sys.stderr)


def _tell(changed: bool, notes: Sequence[str], save: str | None) -> None:  # passed on
    if not changed:
        print("nothing to convert: it is Python 3", file=sys.stderr)
        return
    for note in notes:
        print(f"note: {harmless(note)}", file=sys.stderr)
    where = f"kept in {harmless(save)}" if save is not None else "--save FILE keeps it"
    print(f"converted to Python 3 ({where}); lines in errors are those of the converted script", file=sys.stderr)
