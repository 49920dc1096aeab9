"""How to get a module that a script imports and its environment has not: the package, who has it, the command.

On the host, and only once a script has failed: what is installed where is known here, and a jail needs no table of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bottega.sandbox.host import environment, messages
from bottega.sandbox.host.environment import ANACONDA, BOTTEGA, CLASSIC, DEFAULT, SHIPPED, Environment
from bottega.sandbox.host.task import Failure

# Where the name to import is not the name to install.
_CALLED: dict[str, str] = {
    "Bio": "biopython", "Crypto": "pycryptodome", "Cython": "cython", "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient", "OpenGL": "pyopengl", "OpenSSL": "pyopenssl", "PIL": "pillow", "attr": "attrs",
    "azure": "azure-storage-blob", "bs4": "beautifulsoup4", "community": "python-louvain", "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil", "docx": "python-docx", "dotenv": "python-dotenv", "fitz": "pymupdf", "git": "gitpython",
    "github": "pygithub", "google": "google-api-python-client", "igraph": "python-igraph", "imblearn": "imbalanced-learn",
    "jose": "python-jose", "jwt": "pyjwt", "kafka": "kafka-python", "ldap": "python-ldap", "magic": "python-magic",
    "mpl_toolkits": "matplotlib", "mysql": "mysql-connector-python", "nacl": "pynacl", "past": "future", "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary", "pylab": "matplotlib", "pymc3": "pymc3", "pywintypes": "pywin32", "pyximport": "cython",
    "ruamel": "ruamel-yaml", "serial": "pyserial", "skimage": "scikit-image", "sklearn": "scikit-learn",
    "slugify": "python-slugify", "snappy": "python-snappy", "sqlalchemy": "sqlalchemy", "talib": "ta-lib",
    "telegram": "python-telegram-bot", "umap": "umap-learn", "usb": "pyusb", "websocket": "websocket-client",
    "win32api": "pywin32", "win32com": "pywin32", "wx": "wxpython", "yaml": "pyyaml", "zmq": "pyzmq",
}  # fmt: skip
_ORDER = (DEFAULT, CLASSIC, ANACONDA)  # Bottega's own is for its modules
_DEFINITIONS = Path(__file__).parent.parent / "environments"
_MOST_NAMED = 3
_LONGEST_NAME = 200
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_INLINE = re.compile(r"script-[0-9a-f]{12}")


def explained(failure: Failure | None, reply: dict[str, Any], own: Environment) -> Failure | None:
    """The failure of a script in an environment, saying how to get the module that its reply says was missing."""
    error = reply.get("error")
    if failure is None or not isinstance(error, dict):
        return failure
    module = messages.text(error, "missing", _LONGEST_NAME + 1)
    if len(module) > _LONGEST_NAME or not _MODULE.fullmatch(module):
        return failure
    return replace(failure, message=f"{failure.message.rstrip().rstrip('.')}. {advice(module, own)}")


@dataclass(frozen=True)
class Remedy:
    """How to get a module that an environment lacks.

    package       what is to be installed
    environments  others that have it, by name
    command       that adds the package; empty where no command of Bottega's does
    """

    package: str
    environments: tuple[str, ...]
    command: str


def remedy(module: str, own: Environment) -> Remedy:
    """How to get a module, given as a script imports it, that an environment lacks."""
    name = module.partition(".")[0]
    package = _CALLED.get(name, name.replace("_", "-").lower())
    return Remedy(package, tuple(_having(name, package, own)), _command(package, own))


def advice(module: str, own: Environment) -> str:
    """What to do about a module that an environment lacks."""
    found = remedy(module, own)
    told = f"The package {found.package!r} is not in the environment {own.name}"
    if having := list(found.environments):
        told += f"; {_list(having)} {'has' if len(having) == 1 else 'have'} it (--environment {having[0]})"
    return f"{told}. {_way(found, own)}, or put the module into the script bundle"


def _way(found: Remedy, own: Environment) -> str:
    """The one command that adds a package, or the one place."""
    if _INLINE.fullmatch(own.name):
        return f"Add {found.package!r} to the dependencies in the script's `# /// script` block"
    if own.kind == "registered":
        return f"Install it there, for {own.python}"
    return f"To {'add it' if _grows(own) else 'make one that has it'}: {found.command}"


def _command(package: str, own: Environment) -> str:
    if own.kind == "registered" or _INLINE.fullmatch(own.name):
        return ""
    if _grows(own):
        return f"bottega environment update {own.name} --add {package}"
    frames = "" if package == "pandas" else "pandas "
    return f"bottega environment create NAME --packages {frames}{package}"


def _grows(own: Environment) -> bool:
    """Whether packages are added to it by name: what was made from a lock is as that lock has it."""
    return own.name not in SHIPPED and bool(own.requirements.strip())


def _having(module: str, package: str, own: Environment) -> Iterator[str]:
    """Other environments that have a module: the shipped ones, built or not, before others."""
    found = 0
    for name in (*_ORDER, *(each for each in environment.chosen() if each not in SHIPPED)):
        if name in (own.name, BOTTEGA) or found == _MOST_NAMED:
            continue
        built = environment.find(name)
        if module in built.modules if built is not None else package in _locked(name):
            found += 1
            yield name


def _locked(name: str) -> frozenset[str]:
    """The packages of a shipped environment, by its definition."""
    try:
        lines = (_DEFINITIONS / f"{name}.lock").read_text().splitlines()
    except OSError:
        return frozenset()
    return frozenset(
        line.partition("==")[0].strip() for line in lines if "==" in line and not line.startswith((" ", "#"))
    )


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
