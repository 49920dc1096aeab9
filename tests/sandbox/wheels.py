"""Packages made in the tests, and the interpreters of somebody else that they stand in."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import tarfile
import textwrap
import zipfile
from collections.abc import Mapping
from pathlib import Path

# Builds its wheel by itself, so that no index is asked for a tool; then does what `attack` says.
_BACKEND = """
import os, zipfile

def attack():
{attack}

def get_requires_for_build_wheel(config_settings=None):
    return []

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = os.path.join(folder, "{name}-1.dist-info")
    os.makedirs(info)
    with open(os.path.join(info, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\n")
    with open(os.path.join(info, "WHEEL"), "w") as file:
        file.write("Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    return "{name}-1.dist-info"

def build_wheel(folder, config_settings=None, metadata_directory=None):
    told = attack()
    with zipfile.ZipFile(os.path.join(folder, "{name}-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("{name}.py", "TOLD = " + repr(told) + "\\n")
        wheel.writestr("{name}-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\n")
        wheel.writestr("{name}-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("{name}-1.dist-info/RECORD", "")
    return "{name}-1-py3-none-any.whl"
"""


def wheel(
    folder: Path, name: str, version: str = "1", files: Mapping[str, str] | None = None, links: Mapping[str, str] | None = None,
    needs: str = "",
) -> Path:  # fmt: skip
    """A wheel of these files and symbolic links, one that works where nothing else is said."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + (
        f"Requires-Dist: {needs}\n" if needs else ""
    )
    content = {
        **(files if files is not None else {f"{name}.py": f"VERSION = {version!r}\n"}),
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{each},{_hash(text)},{len(text.encode())}\n" for each, text in content.items())
    with zipfile.ZipFile(path, "w") as archive:
        for each, text in {**content, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(each, text)
        for each, target in (links or {}).items():
            entry = zipfile.ZipInfo(each)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, target)
    return path


def sdist(folder: Path, name: str, attack: str) -> Path:
    """A package without a wheel, whose build runs a function's body; the built module has what this returned as TOLD."""
    folder.mkdir(parents=True, exist_ok=True)
    project = (
        f'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        f'[project]\nname = "{name}"\nversion = "1"\n'
    )
    files = {
        "pyproject.toml": project,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        "backend.py": _BACKEND.format(name=name, attack=textwrap.indent(textwrap.dedent(attack), "    ")),
    }
    path = folder / f"{name}-1.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for each, text in files.items():
            entry = tarfile.TarInfo(f"{name}-1/{each}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
