"""What of a folder may be old: scripts, experiments and bundles. Links are not followed, and all is bounded."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bottega.errors import BottegaError
from bottega.graph.references import open_regular
from bottega.migration.python2 import LONGEST
from bottega.migration.sources import decoded

MOST_FILES = 5_000
_LARGEST_BUNDLE = 1 << 30
_MOST_ENTRIES = 2_000
_MOST_TEXT = 32 << 20
_NOT = {"__pycache__", "node_modules", "site-packages"}
_PYTHON, _EXPERIMENTS, _BUNDLE = ".py", (".yaml", ".yml"), ".zip"


def files(folder: Path) -> Iterator[Path]:
    """Every plain file in it that may matter, in order of names. Raises `usage` for more than are looked at."""
    count = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if _is_looked_at(Path(place) / name))
        for name in sorted(names):
            path = Path(place) / name
            if (
                not name.lower().endswith((_PYTHON, *_EXPERIMENTS, _BUNDLE))
                or name.startswith(".")
                or path.is_symlink()
            ):
                continue
            count += 1
            if count > MOST_FILES:
                raise BottegaError("usage", reason=f"{folder} holds more than {MOST_FILES} scripts; name a part of it")
            yield path


def is_experiment(path: Path) -> bool:
    """Whether a file may be an experiment, by its name."""
    return path.suffix.lower() in _EXPERIMENTS


def is_bundle(path: Path) -> bool:
    """Whether it may be a bundle, by its name."""
    return path.suffix.lower() == _BUNDLE


def bundled(path: Path) -> dict[str, str]:
    """The scripts in a zip, by their names. Raises `0102` for what is no zip, and `0048`."""
    texts: dict[str, str] = {}
    room = _MOST_TEXT
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            if os.fstat(file.fileno()).st_size > _LARGEST_BUNDLE:
                raise BottegaError("0102", path=str(path), reason="it is too large")
            for entry in archive.infolist()[:_MOST_ENTRIES]:
                if entry.is_dir() or not entry.filename.lower().endswith(_PYTHON) or room <= 0:
                    continue
                with archive.open(entry) as script:
                    data = script.read(min(LONGEST, room) + 1)
                room -= len(data)
                source = decoded(data) if len(data) <= LONGEST else None
                if source is not None:
                    texts[entry.filename] = source.text
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BottegaError("0102", path=str(path), reason=str(error)) from error
    except Exception as error:  # zlib, lzma and bz2 have errors of their own
        if isinstance(error, BottegaError):
            raise
        raise BottegaError("0102", path=str(path), reason=type(error).__name__) from error
    return texts


def _is_looked_at(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _NOT
    return not hidden and not folder.is_symlink() and not (folder / "pyvenv.cfg").exists()
