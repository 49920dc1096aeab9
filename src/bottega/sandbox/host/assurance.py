"""No jail is trusted before it has withstood the probes on this machine."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bottega import __version__
from bottega.errors import BottegaError
from bottega.sandbox.host import guest, launch
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.folders import home, private
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Task

_PROBES = Path(__file__).with_name("probes.py")
_LIMITS = Limits(wall_seconds=60, disk=64 << 20)

LOST: Mapping[Layer, str] = {
    Layer.NAMESPACES: "",
    Layer.LANDLOCK: (
        "this machine gives no namespaces, so the jail is Landlock and the call filter alone: a script cannot start "
        "processes, its folder has no quota as a whole, and it can tell whether a path exists (bottega doctor tells more)"
    ),
    Layer.NONE: "NO JAIL: the script ran with your own rights (--no-jail)",
}

_ADVICE = "Run `bottega doctor` to see what is missing, or use --no-jail for scripts that you trust as yourself"


@dataclass(frozen=True)
class Trial:
    """What came of trying one layer."""

    layer: Layer
    works: bool
    detail: str


def open_pool(environment: Environment, preload: tuple[str, ...], *, spares: int, most_zygotes: int = 4) -> Pool:
    """A pool of the strongest jail that this machine can make and that the probes did not break.

    That the full jail holds is remembered until the machine is started anew or Bottega,
    bubblewrap or the kernel changes; the weaker one has to prove itself, and that there is
    no better, every time. Raises `sandbox-unavailable`, or `jail-broken` when a probe got through.
    """
    if _is_remembered():
        return Pool(layer=Layer.NAMESPACES, spares=spares, most_zygotes=most_zygotes)
    reasons = []
    # The full jail is tried twice: a machine busy beyond measure is no reason for a weaker one.
    for layer in (Layer.NAMESPACES, Layer.NAMESPACES, Layer.LANDLOCK):
        pool = Pool(layer=layer, spares=spares, most_zygotes=most_zygotes)
        # The probes are written for a Python of today; what holds there holds for an old one, whose jail is the same.
        trial = try_layer(pool, launch.carrier(environment), preload if not environment.is_old else ())
        if trial.works:
            if layer is Layer.NAMESPACES:
                _remember()
            return pool
        pool.close()
        reasons.append(f"{layer}: {trial.detail}")
    raise BottegaError("sandbox-unavailable", reason="; ".join(reasons), advice=_ADVICE)


def try_layer(pool: Pool, environment: Environment, preload: tuple[str, ...] = ()) -> Trial:
    """Run the probes in a jail of the pool. Raises `jail-broken` when one got through."""
    task = Task(environment, "probes.py", _PROBES.read_bytes(), limits=_LIMITS, preload=preload)
    try:
        outcome = pool.run(task)
    except BottegaError as error:
        return Trial(pool.layer, works=False, detail=str(error.facts.get("reason", error)))
    outcome.close()
    lines = outcome.log.splitlines()
    got_through = [line.removeprefix("OPEN ") for line in lines if line.startswith("OPEN")]
    got_through = [line for line in got_through if not (pool.layer is Layer.LANDLOCK and _is_told_lost(line))]
    if got_through:
        raise BottegaError("jail-broken", reason="; ".join(got_through))
    if not lines or not lines[-1].startswith("done"):
        reason = outcome.failure.message if outcome.failure else "the probes did not end"
        return Trial(pool.layer, works=False, detail=reason)
    return Trial(pool.layer, works=True, detail=f"withstood {lines[-1].removeprefix('done ')} attacks")


def _is_told_lost(line: str) -> bool:
    """Without namespaces other processes' numbers can be seen; nothing can be done to them."""
    return line.startswith("see other processes")


def _state() -> str:
    """What the verdict depends on."""
    uname = os.uname()
    program = launch.bubblewrap()
    tool: object = None
    if program:
        status = os.stat(program)
        tool = (program, status.st_mtime_ns, status.st_size)
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
    except OSError:
        boot = ""
    facts = (__version__, guest.digest(), uname.release, uname.version, tool, boot, os.geteuid(), launch.jail_user())
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _file() -> Path:
    return home() / "cache" / "jail.json"


def _is_remembered() -> bool:
    try:
        return bool(json.loads(_file().read_text())["withstood"] == _state())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _remember() -> None:
    private(_file().parent)
    temporary = _file().with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps({"withstood": _state()}))
    temporary.replace(_file())
