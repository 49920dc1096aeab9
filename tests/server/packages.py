"""A package index in a folder: small wheels of pure Python, so that an environment is made without any network."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path


class Index:
    """An index; `url` is what uv is told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return self.folder.as_uri()

    def add(self, name: str, version: str = "1.0", *, requires: tuple[str, ...] = (), source: str = "") -> Path:
        """A wheel of one module of the package's name."""
        place = self.folder / name
        place.mkdir(exist_ok=True)
        wheel = place / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
        files = {
            f"{name}.py": source or f"VERSION = {version!r}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{path},{_hash(text)},{len(text.encode())}\n" for path, text in files.items())
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in (*files.items(), (f"{info}/RECORD", f"{record}{info}/RECORD,,\n")):
                archive.writestr(path, text)
        self._list(place)
        return wheel

    @staticmethod
    def _list(place: Path) -> None:
        links = [
            f'<a href="{each.name}#sha256={hashlib.sha256(each.read_bytes()).hexdigest()}">{each.name}</a><br>'
            for each in sorted(place.glob("*.whl"))
        ]
        (place / "index.html").write_text(f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
