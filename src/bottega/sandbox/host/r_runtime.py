"""The R of this machine, for the modules that run R inside their jail: where it is, what it needs, what it has."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

# Names another R: the folder that `R RHOME` prints.
VARIABLE = "BOTTEGA_R_HOME"
VERSION = "BOTTEGA_R"  # tells modules its name
INSTALL = "apt-get install r-base-core"
_HOMES = ("/usr/lib/R", "/usr/lib64/R", "/usr/local/lib/R", "/usr/local/lib64/R")
# Packages for all users; a jail has no home of anybody's.
_LIBRARIES = ("/usr/local/lib/R/site-library", "/usr/lib/R/site-library", "/usr/share/R/library")
# What R's own libraries and its pictures read beside it.
_BESIDE = ("/etc/fonts", "/usr/share/fontconfig", "/var/cache/fontconfig", "/usr/share/R")
# Of R's settings what its start and its packages read. Not its sites': `Renviron.site` and `Rprofile.site` are often
# where a machine keeps tokens, and R is started without either.
_ETC = "/etc/R"
_SETTINGS = ("ldpaths", "Renviron", "repositories", "Makeconf")
_SITES = ("Renviron.site", "Rprofile.site")
# Debian's R finds its linear algebra by way of these links.
_LINKS = "/etc/alternatives/lib*blas*.so.*", "/etc/alternatives/liblapack*.so.*"


@dataclass(frozen=True)
class RRuntime:
    """An R by its home; `libraries` are the folders of its packages."""

    home: str
    version: str
    libraries: tuple[str, ...]

    @property
    def folders(self) -> tuple[str, ...]:
        """What must be readable for it to run, beside the system's libraries."""
        known = (path for path in (self.home, *self.libraries, *_BESIDE) if os.path.isdir(path))
        return tuple(dict.fromkeys(known))

    @property
    def settings(self) -> tuple[str, ...]:
        """Single files that it reads, too."""
        return tuple(path for name in _SETTINGS if os.path.isfile(path := f"{_ETC}/{name}"))

    @property
    def hidden(self) -> tuple[str, ...]:
        """Files in its folders that a jail must not read."""
        homes = (path for name in _SITES if os.path.isfile(path := f"{self.home}/etc/{name}"))
        return tuple(path for path in homes if not os.path.islink(path))

    @property
    def links(self) -> dict[str, str]:
        """Links that must be there, and where they lead."""
        return {path: os.readlink(path) for each in _LINKS for path in sorted(glob.glob(each)) if os.path.islink(path)}

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that its start script would set."""
        shared = {
            f"R_{name.upper()}_DIR": next((path for path in (f"/usr/share/R/{name}", f"{self.home}/{name}") if os.path.isdir(path)), "")
            for name in ("share", "include", "doc")
        }  # fmt: skip
        found = {
            VERSION: self.name,
            "R_HOME": self.home,
            "R_LIBS_SITE": ":".join(self.libraries),
            "R_LIBS_USER": "NULL",
            **shared,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def name(self) -> str:
        """Names R and its packages: results of equal names are of equal code."""
        return f"R {self.version} packages {self._digest()}"

    def _digest(self) -> str:
        """Of the packages' descriptions."""
        state = hashlib.blake2b(self.version.encode(), digest_size=12)
        for library in dict.fromkeys((f"{self.home}/library", *self.libraries)):
            for path in sorted(Path(library).glob("*/DESCRIPTION")):
                state.update(path.parent.name.encode() + b"\0" + _content(path) + b"\0")
        return state.hexdigest()


def find() -> RRuntime | None:
    """R, or None where none is installed. Runs nothing."""
    for home in _homes():
        description = _content(Path(home, "library", "base", "DESCRIPTION")).decode("utf-8", "replace")
        version = next((line[8:].strip() for line in description.splitlines() if line.startswith("Version:")), "")
        if version and os.access(f"{home}/bin/exec/R", os.X_OK):
            libraries = (*_LIBRARIES, f"{home}/site-library")
            return RRuntime(home, version, tuple(dict.fromkeys(path for path in libraries if os.path.isdir(path))))
    return None


def _homes() -> list[str]:
    named = os.environ.get(VARIABLE)
    if named is not None:
        return [named] if named else []
    program = shutil.which("R")
    # Where the start script lies in R's own home, as Debian's and that of a source build do.
    beside = [str(Path(program).resolve().parent.parent)] if program else []
    return [*beside, *_HOMES]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
