"""What this machine offers to a jail, found by trying rather than by reading settings."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bottega.errors import BottegaError, describe
from bottega.sandbox.host import assurance, build, cgroup, environment, launch, r_runtime
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.pool import Pool

_TRY_SECONDS = 20
_ARCHITECTURES = ("x86_64", "aarch64")
_APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_MOST_NAMESPACES = Path("/proc/sys/user/max_user_namespaces")
_CLONE = Path("/proc/sys/kernel/unprivileged_userns_clone")


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `ok` is None for what is only told."""

    name: str
    ok: bool | None
    detail: str
    fix: str = ""


def diagnose(tell: Callable[[str], None]) -> tuple[list[Finding], Layer | None]:
    """All findings, and the layer that scripts will run in: None where none can be had."""
    findings = [_machine(), _identity(), _uv(), _bubblewrap(), _namespaces(), _libseccomp(), _memory_limits(), _r()]
    try:
        chosen = build.ensure(environment.DEFAULT, tell)
    except BottegaError as error:
        fix = "see the message; `bottega environment create default` tries again"
        return [*findings, Finding("default environment", ok=False, detail=describe(error), fix=fix)], None
    detail = f"{len(chosen.packages)} packages on Python {chosen.interpreter.version}, {chosen.folder}"
    findings.append(Finding("default environment", ok=True, detail=detail))
    layer = None
    for candidate in (Layer.NAMESPACES, Layer.LANDLOCK):
        tell(f"trying the jail {candidate}")
        finding = _jail(candidate, chosen)
        findings.append(finding)
        if finding.ok and layer is None:
            layer = candidate
    return findings, layer


def _machine() -> Finding:
    uname = os.uname()
    known = platform.machine() in _ARCHITECTURES and uname.sysname == "Linux"
    fix = "" if known else "jails are made for Linux on x86_64 and aarch64"
    return Finding("machine", known, f"{uname.sysname} {uname.release}, {platform.machine()}", fix)


def _identity() -> Finding:
    user = launch.jail_user()
    if user is None:
        return Finding("user", ok=True, detail=f"jails run as you, user {os.geteuid()}, in namespaces of their own")
    return Finding(
        "user", ok=True, detail=f"you are root; jails run as user {user[0]} (BOTTEGA_JAIL_UID names another)"
    )


def _uv() -> Finding:
    try:
        import uv

        return Finding("uv", ok=True, detail=uv.find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        return Finding("uv", ok=False, detail=str(error), fix="pip install uv")


def _bubblewrap() -> Finding:
    program = launch.bubblewrap()
    if program is None:
        return Finding("bubblewrap", ok=False, detail="not found", fix="apt-get install bubblewrap")
    version = _output([program, "--version"]).removeprefix("bubblewrap").strip()
    return Finding("bubblewrap", ok=True, detail=f"{program}, version {version or 'unknown'}")


def _namespaces() -> Finding:
    """Whether the user that jails run as can make a user namespace, and one inside it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return Finding("namespaces", ok=None, detail="not tried: there is no `unshare` program")
    user = launch.jail_user()
    arguments = ["--user", "--map-root-user", unshare, "--user", "--mount", "--pid", "--ipc", "--fork", "true"]
    done = subprocess.run(  # noqa: S603
        [unshare, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=_TRY_SECONDS,
        stdin=subprocess.DEVNULL,
        cwd="/",
        user=user[0] if user else None,
        group=user[1] if user else None,
        extra_groups=[] if user else None,
    )
    if done.returncode == 0:
        return Finding("namespaces", ok=True, detail="user, mount, process and IPC namespaces, nested")
    return Finding("namespaces", ok=False, detail=done.stderr.strip()[:300], fix=_namespaces_fix())


def _namespaces_fix() -> str:
    if _read(_APPARMOR) == "1":
        return (
            "AppArmor allows namespaces only to programs with a profile (Ubuntu 24.04): run `make apparmor`, which installs "
            "one for bubblewrap, or as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        )
    if _read(_CLONE) == "0":
        return "as root: sysctl kernel.unprivileged_userns_clone=1"
    if _read(_MOST_NAMESPACES) == "0":
        return "as root: sysctl user.max_user_namespaces=10000"
    return "in a container: start it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined"


def _libseccomp() -> Finding:
    try:
        from bottega.sandbox.host import calls

        return Finding("call filter", ok=True, detail=f"{len(calls.program()) // 8} instructions, by libseccomp")
    except (ImportError, OSError, RuntimeError) as error:
        return Finding("call filter", ok=False, detail=str(error), fix="apt-get install libseccomp2")


def _memory_limits() -> Finding:
    places = cgroup.places()
    if places:
        return Finding("memory limit", ok=True, detail=f"exact, by control groups in {', '.join(map(str, places))}")
    detail = "by each process's own limit and a watch over their sum, which may be exceeded for up to 50 ms"
    return Finding(
        "memory limit", ok=None, detail=detail, fix="" if os.geteuid() else "mount the memory and pids control groups"
    )


def _r() -> Finding:
    r = r_runtime.find()
    if r is None:
        fix = f"only modules in R need it: {r_runtime.INSTALL}, or {r_runtime.VARIABLE} with what `R RHOME` prints"
        return Finding("R", ok=None, detail="not found", fix=fix)
    return Finding("R", ok=True, detail=f"{r.home}, version {r.version}")


def _jail(layer: Layer, chosen: Environment) -> Finding:
    name = f"jail {layer}"
    try:
        with Pool(layer=layer, spares=0) as pool:
            trial = assurance.try_layer(pool, chosen)
    except BottegaError as error:
        return Finding(
            name, ok=False, detail=describe(error), fix="do not run scripts of others here; please report this"
        )
    fix = "" if trial.works else "see the findings above"
    return Finding(name, trial.works, trial.detail[:500], fix)


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TRY_SECONDS).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
