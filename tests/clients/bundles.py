"""Script bundles: the packages of a lock in one zip, as users of Studio (classic) brought them along."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

_FOLDER = Path(__file__).parent


def bundle_of(lock: str, python: Path, folder: Path) -> Path:
    """The zip of what a lock beside this file names, by hash, for the jail's Python; made in the folder."""
    name = folder / Path(lock).stem
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "--quiet", "pip", "install", "--python", str(python), "--target", str(name)]
    subprocess.run([*command, "--require-hashes", "--only-binary", ":all:", "-r", str(_FOLDER / lock)], check=True)
    return Path(shutil.make_archive(str(name), "zip", name))
