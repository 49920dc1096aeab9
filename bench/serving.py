"""Web services under load: against those written by hand and those of other servers, for long, and when things go wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench import load, processes, servers, serving_faults
from bottega.sandbox.host.environment import Environment

_HAND = "FastAPI by hand"
_WARM_UP = 0.5


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    seconds    of load for each number
    sizes      rows of a request
    clients    connections at once
    requests   by mode, after which memory is looked at for the last time; each of mode `request` is a process
    malformed  requests that are no requests
    rivals     whom to measure beside
    """

    seconds: float = 5.0
    sizes: Sequence[int] = (1, 1000)
    clients: Sequence[int] = (1, 8, 32)
    requests: Mapping[str, int] = field(default_factory=lambda: {"request": 20_000, "service": 100_000})
    malformed: int = 10_000
    rivals: Sequence[str] = tuple(servers.RIVALS)


SHORT = Plan(
    seconds=0.7,
    sizes=(1, 1000),
    clients=(1, 8),
    requests={"request": 300, "service": 2_000},
    malformed=500,
    rivals=(_HAND,),
)


def whole(_: Environment, plan: Plan = Plan()) -> None:
    """All of it."""
    rates(plan)
    with servers.own() as own:
        memory(own, plan)
        serving_faults.malformed(own, plan.malformed)
        serving_faults.killed(own, plan.seconds)


def short(environment: Environment) -> None:
    """The same in a minute or two, to see that it works."""
    whole(environment, SHORT)


def rates(plan: Plan) -> None:
    """Times and requests a second: Bottega in both modes, then each rival, each alone on the machine."""
    found: dict[str, dict[tuple[int, int], load.Answers]] = {}
    with servers.own() as own, own.started() as process:
        for mode in ("request", "service"):
            made = own.serving(mode, process.pid)
            servers.wait(made, process)
            found[made.name] = _measured(made, plan)
    for name in plan.rivals:
        with servers.rival(name) as made_:
            if made_ is not None:
                found[name] = _measured(made_, plan)
    for size in plan.sizes:
        _tell(size, plan.clients, found)


def _measured(made: servers.Serving, plan: Plan) -> dict[tuple[int, int], load.Answers]:
    found = {}
    for size in plan.sizes:
        data = made.request(size)
        for clients in plan.clients:
            load.load(made.port, [data], clients=clients, seconds=_WARM_UP)
            found[size, clients] = load.load(made.port, [data], clients=clients, seconds=plan.seconds)
    return found


def _tell(size: int, clients: Sequence[int], found: dict[str, dict[tuple[int, int], load.Answers]]) -> None:
    print(f"\n## A web service: {size} × 8 numbers in a request\n")
    head = [cell for number in clients for cell in (f"{number} at once: p50 ms", "p99 ms", "requests/s")]
    print(f"| | {' | '.join(head)} | most requests/s ÷ {_HAND} | failed |")
    print(f"|---|{'--:|' * (len(head) + 2)}")
    most = {name: max(each[size, number].rate for number in clients) for name, each in found.items()}
    for name, each in found.items():
        cells = [
            cell
            for number in clients
            for told in [each[size, number]]
            for cell in (f"{told.part(0.5) * 1e3:.2f}", f"{told.part(0.99) * 1e3:.2f}", f"{told.rate:,.0f}")
        ]
        ratio = f"{most[name] / most[_HAND]:.2f}" if _HAND in most else ""
        print(f"| {name} | {' | '.join(cells)} | {ratio} | {sum(each[size, number].failed for number in clients)} |")


def memory(own: servers.Own, plan: Plan) -> None:
    """Memory of the server with all its jails, while requests come without end."""
    print("\n## Memory over many requests of 1 × 8 numbers, MiB of all processes\n")
    print("| | requests | after the first tenth | half | all | failed |")
    print("|---|--:|--:|--:|--:|--:|")
    for mode, requests in plan.requests.items():
        with own.started() as process:
            made = own.serving(mode, process.pid)
            servers.wait(made, process)
            data, told, failed = made.request(1), [], 0
            for share in (0.1, 0.4, 0.5):
                answers = load.load(made.port, [data], clients=4, seconds=0, count=round(requests * share))
                failed += answers.failed
                told.append(processes.memory(process.pid))
            print(f"| {made.name} | {requests:,} | {' | '.join(f'{each:,.0f}' for each in told)} | {failed} |")
