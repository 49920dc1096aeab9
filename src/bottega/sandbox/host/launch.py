"""The command that starts a zygote in its outer jail."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bottega.sandbox.host import guest, r_runtime
from bottega.sandbox.host.environment import DEFAULT, Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.network import NO_NETWORK, Network

# Where a jail finds the guest and its environment, wherever they lie on the host.
_GUEST_FOLDER = "/bottega"
_ENVIRONMENT_FOLDER = "/environment"
_OLD_FOLDER = "/old-environment"
_MODULES_FOLDER = "/modules"
_INNER_ID = "1000"
_DEFAULT_USER = 64000

# Of the machine itself a jail sees its C libraries, its time zones and its fonts.
_SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/share/zoneinfo", "/usr/share/fonts", "/etc/ld.so.cache")
_SYSTEM_LINKS = ("/lib", "/lib64", "/lib32")
# With a network also the certificates that the machine trusts.
_CERTIFICATES = ("/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust", "/usr/share/ca-certificates")
# Python 2 takes random numbers from a device; a jail with a /dev of its own has that.
_RANDOM = ("/dev/urandom",)
_NAME_SERVICES = b"hosts: files\n"
_PASSWD = b"bottega:x:1000:1000::/job/home:/bin/false\n"

_CONSTANTS = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",  # as where a jail shows no time zone of the machine
    "USER": "bottega",
    "LOGNAME": "bottega",
    "PYTHONHASHSEED": "0",  # sets of text in the same order in every run
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
    "MPLBACKEND": "agg",
    # Libraries start threads at import when they may, and a process with threads cannot be cloned.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "ARROW_IO_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # mimalloc and jemalloc reserve memory that limits then count.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


@dataclass(frozen=True)
class Launch:
    """A command line, its environment variables and the descriptors that it inherits."""

    command: list[str]
    variables: dict[str, str]
    descriptors: tuple[int, ...] = ()


def carrier(environment: Environment) -> Environment:
    """The environment whose Python runs our own code: for one with an old Python the default one, else itself."""
    if not environment.is_old:
        return environment
    from bottega.sandbox.host import build  # late: to build one takes a jail

    return build.ensure(DEFAULT, lambda _: None)


def old(environment: Environment, layer: Layer, preload: tuple[str, ...]) -> dict[str, Any] | None:
    """What the guest must know to start the Python of scripts beside its own; None where it is its own."""
    if not environment.is_old:
        return None
    inside = _GUEST_FOLDER if layer is Layer.NAMESPACES else str(guest.folder(carrier(environment).interpreter))
    return {
        "name": environment.name,
        "python": seen_python(environment, layer),
        "runner": f"{inside}/{guest.NAME}/old",
        "preload": list(preload),
        # The streams of Python 2 know their encoding by this.
        "environment": {**constants(environment, layer, modules=False), "PYTHONIOENCODING": "utf-8:backslashreplace"},
    }


def seen_folder(environment: Environment, layer: Layer) -> str:
    """Where jobs see the folder of their environment."""
    if layer is not Layer.NAMESPACES:
        return str(environment.folder)
    return _OLD_FOLDER if environment.is_old else _ENVIRONMENT_FOLDER


def seen_python(environment: Environment, layer: Layer) -> str:
    """Where jobs see the Python of their environment."""
    if environment.kind == "registered":
        return str(environment.python)
    return f"{seen_folder(environment, layer)}/venv/bin/python"


def seen_modules(environment: Environment, layer: Layer) -> str:
    """Where jobs see the catalogue's code."""
    return _MODULES_FOLDER if layer is Layer.NAMESPACES else str(guest.modules_folder(environment.interpreter))


def constants(environment: Environment, layer: Layer, *, modules: bool) -> dict[str, str]:
    """The environment variables of every job; nothing of the host's own is among them. Modules are told where R is."""
    programs, _, _ = seen_python(environment, layer).rpartition("/")
    venv = {"VIRTUAL_ENV": programs.removesuffix("/bin")} if environment.kind == "built" else {}
    r = r_runtime.find() if modules else None
    return {**_CONSTANTS, "PATH": programs, **venv, **(r.variables if r is not None else {})}


def jail_user() -> tuple[int, int] | None:
    """The user and group that jails run as: their own under root, else the caller's (None)."""
    if os.geteuid() != 0:
        return None
    user = int(os.environ.get("BOTTEGA_JAIL_UID", str(_DEFAULT_USER)))
    return user, user


def bubblewrap() -> str | None:
    """Where bubblewrap is, or None."""
    return shutil.which("bwrap")


def readable(environment: Environment, *, modules: bool) -> list[str]:
    """What a zygote of an environment reads: the Python, its packages, our code, the system's libraries."""
    system = [path for path in (*_SYSTEM, *_SYSTEM_LINKS) if os.path.exists(path)]
    r = r_runtime.find() if modules else None
    return [
        *system,
        *(_RANDOM if environment.is_old else ()),
        *((*r.folders, *r.settings) if r is not None else ()),
        *_folders(environment),
        *_code(environment, modules=modules),
    ]


def _code(environment: Environment, *, modules: bool) -> list[str]:
    """The folders of our code: the guest's, and for modules the catalogue's."""
    interpreter = carrier(environment).interpreter
    folders = [guest.folder(interpreter)]
    if modules:
        folders.append(guest.modules_folder(interpreter))
    return [str(folder) for folder in folders]


def command(
    environment: Environment, layer: Layer, control: int, work: Path | None, *, modules: bool,
    network: Network = NO_NETWORK,
) -> Launch:  # fmt: skip
    """How to start a zygote whose end of the control socket is the descriptor `control`.

    `work` is the host's folder for the jobs of a layer that has no file system of its own;
    with `modules` it sees the catalogue's code; with a `network` the names that this allows.
    """
    own = carrier(environment)
    variables = constants(own, layer, modules=modules)
    inside = _GUEST_FOLDER if layer is Layer.NAMESPACES else str(guest.folder(own.interpreter))
    zygote = [
        seen_python(own, layer),
        "-s",
        "-X",
        "utf8",
        "-c",
        _first_line(inside),
        str(control),
    ]
    descriptors: tuple[int, ...] = ()
    if layer is Layer.NAMESPACES:
        outer, descriptors = _bubblewrap(environment, variables, modules=modules, network=network)
        zygote = [*outer, *zygote]
    else:
        variables.update(dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), str(work)))
    user = jail_user() if layer is not Layer.NONE else None
    if user is not None:
        folders = [*_folders(environment), *_code(environment, modules=modules)]
        identity = [str(number) for number in (*user, len(folders))]
        program = str(Path(__file__).with_name("as_user.py"))
        python = getattr(sys, "_base_executable", sys.executable)
        zygote = [python, "-I", "-S", program, *identity, *folders, *zygote]
    return Launch(zygote, variables, descriptors)


def _folders(environment: Environment) -> list[str]:
    both = (environment, carrier(environment))
    return list(dict.fromkeys(path for each in both for path in (*each.folders, str(each.folder))))


def _first_line(folder: str) -> str:
    """The zygote's start; the guest's folder leaves the path again at once."""
    return (
        f"import sys; sys.path[0:1] = [{folder!r}]; from {guest.NAME} import zygote; "
        f"sys.path.remove({folder!r}); zygote.main(int(sys.argv[1]))"
    )


def _bubblewrap(
    environment: Environment, variables: dict[str, str], *, modules: bool, network: Network
) -> tuple[list[str], tuple[int, ...]]:
    arguments = [bubblewrap() or "bwrap", "--unshare-all", "--unshare-user", "--uid", _INNER_ID, "--gid", _INNER_ID]
    arguments += ["--hostname", "bottega", "--new-session", "--die-with-parent", "--clearenv"]
    inside = {**variables, "HOME": "/job/home", "TMPDIR": "/job/tmp", "MPLCONFIGDIR": "/job/home"}
    for name, value in inside.items():
        arguments += ["--setenv", name, value]
    arguments += mounts(carrier(environment), _SYSTEM)
    if environment.is_old:
        arguments += _shown(environment, _OLD_FOLDER)
    for path, inside_path in zip(_code(environment, modules=modules), (_GUEST_FOLDER, _MODULES_FOLDER), strict=False):
        arguments += ["--ro-bind", path, inside_path]
    if modules:
        arguments += _r()
    etc, descriptors = _etc(network)
    arguments += etc
    arguments += ["--proc", "/proc", "--dev", "/dev", "--dir", "/dev/shm"]  # noqa: S108
    arguments += ["--tmpfs", "/job", "--dir", "/job/tmp", "--dir", "/job/home"]
    if not any(path.startswith("/tmp/") for each in (environment, carrier(environment)) for path in each.folders):  # noqa: S108
        arguments += ["--symlink", "job/tmp", "/tmp"]  # noqa: S108
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return arguments, descriptors


def _r() -> list[str]:
    """What modules are shown of the machine's R, where there is one."""
    r = r_runtime.find()
    if r is None:
        return []
    folders = [path for path in r.folders if not any(path.startswith(f"{known}/") for known in _SYSTEM)]
    bound = [word for path in (*folders, *r.settings) for word in ("--ro-bind", path, path)]
    bound += [word for path in r.hidden for word in ("--ro-bind", "/dev/null", path)]
    return [*bound, *(word for path, target in r.links.items() for word in ("--symlink", target, path))]


def mounts(environment: Environment, system: tuple[str, ...]) -> list[str]:
    """What every jail is shown, to read: what there is of `system`, the C libraries, an environment and its Python."""
    return [*machine(system, _SYSTEM_LINKS), *_shown(environment, _ENVIRONMENT_FOLDER)]


def machine(paths: tuple[str, ...], links: tuple[str, ...]) -> list[str]:
    """What there is of some paths of the machine, to read; `links` are folders that may be links to others of them."""
    arguments = []
    for path in filter(os.path.exists, paths):
        arguments += ["--ro-bind", path, path]
    for path in links:
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            arguments += ["--ro-bind", path, path]
    return arguments


def _shown(environment: Environment, place: str) -> list[str]:
    """What of the machine an environment is, its own folder at a place."""
    arguments = [word for path in environment.folders for word in ("--ro-bind", path, path)]
    return [*arguments, "--ro-bind", str(environment.folder), place]


def _etc(network: Network) -> tuple[list[str], tuple[int, ...]]:
    """The files of a jail's /etc, and their descriptors."""
    arguments = []
    files = {"/etc/passwd": _PASSWD}
    if network:
        files |= {"/etc/hosts": network.hosts_file, "/etc/nsswitch.conf": _NAME_SERVICES}
        for path in filter(os.path.isdir, _CERTIFICATES):
            arguments += ["--ro-bind", path, path]
    descriptors = tuple(_content(data) for data in files.values())
    for path, descriptor in zip(files, descriptors, strict=True):
        arguments += ["--ro-bind-data", str(descriptor), path]
    return arguments, descriptors


def _content(data: bytes) -> int:
    """A file that is inherited by bubblewrap, which closes it."""
    descriptor = os.memfd_create("content", 0)
    os.write(descriptor, data)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
