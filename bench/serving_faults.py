"""What a server does when clients send rubbish, and when its processes are killed."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from bench import load, processes, servers

_SERVER_ERROR = 500
_PATIENCE = 2.0


def malformed(own: servers.Own, count: int) -> None:
    """Requests that are none, some of which are no HTTP: what was answered, and whether a right one still is."""
    chance = random.Random(11)
    told: Counter[str] = Counter()
    with own.started() as process:
        made = own.serving("request", process.pid)
        servers.wait(made, process)
        right = made.request(1)
        for number in range(count):
            data = _broken(right, own, chance) if number % 10 else bytes(chance.randbytes(chance.randint(1, 400)))
            told[_answer(made.port, data)] += 1
        status, body = load.ask(made.port, right)
    print(f"\n## {count:,} malformed requests\n")
    for answer, times in sorted(told.items()):
        print(f"- {answer}: {times:,}")
    lost = sum(times for answer, times in told.items() if answer.isdigit() and int(answer) >= _SERVER_ERROR)
    print(f"- answers of 500 or above: {lost}; a right request afterwards: {status}, {servers.FIRST_SUM in body}")


def _broken(right: bytes, own: servers.Own, chance: random.Random) -> bytes:
    """A request with something wrong in its body or its head."""
    head, _, body = right.partition(b"\r\n\r\n")
    url, key = own.urls["request"], own.keys["request"]
    match chance.randrange(6):
        case 0:
            return load.request(url, body[: chance.randrange(len(body))], key)
        case 1:
            place = chance.randrange(len(body))
            return load.request(url, body[:place] + chance.randbytes(chance.randint(1, 9)) + body[place:], key)
        case 2:
            return load.request(url, _odd(chance), key)
        case 3:
            return load.request(
                url.replace("services", chance.choice(["services/..", "service\x00s", "%ff"])), body, key
            )
        case 4:
            return load.request(url, body, chance.choice(["", "x", key[:-1], "é".encode().decode("latin-1")]))
        case _:
            place = chance.randrange(len(head))
            return head[:place] + chance.randbytes(1) + head[place + 1 :] + b"\r\n\r\n" + body


def _odd(chance: random.Random) -> bytes:
    """JSON that is no call of this service."""
    table = servers.table(1)
    table["Inputs"]["input1"]["Values"] = chance.choice(
        [[["x"] * 8], [[1] * 7], [[{}] * 8], [[]], {}, None, [[float("nan")] * 8], [[10**400] * 8], "text"]
    )
    return json.dumps(chance.choice([table, [], None, 3, {"Inputs": None}, {"Inputs": {"x": table}}])).encode()


def _answer(port: int, data: bytes) -> str:
    """The status, or that there was none: a request may be such that its end is still to come."""
    try:
        with socket.create_connection(("127.0.0.1", port), _PATIENCE) as link:
            link.sendall(data)
            first = link.recv(64)
    except TimeoutError:
        return "waits for the rest"
    except OSError:
        return "closed"
    return first[9:12].decode("ascii", "replace") if first.startswith(b"HTTP/1.") else "closed"


def killed(own: servers.Own, seconds: float) -> None:
    """Kill a child, a zygote and the server under load: how long there was no right answer, and what calls got."""
    print("\n## Killed under load (4 clients, one row)\n")
    print("| what | mode | longest time without a right answer, ms | right | answered with an error | broken off |")
    print("|---|---|--:|--:|--:|--:|")
    for mode in ("request", "service"):
        with own.started() as process:
            made = own.serving(mode, process.pid)
            servers.wait(made, process)
            for what, choose in _VICTIMS.items():
                _tell(what, mode, _under_load(made, max(seconds, 3.0), partial(_kill, choose, process.pid)))
    _server_killed(own, max(seconds, 3.0))


def _under_load(made: servers.Serving, seconds: float, act: Callable[[], None]) -> load.Answers:
    """Do something in the middle of a load."""
    timer = threading.Timer(seconds / 3, act)
    timer.start()
    answers = load.load(made.port, [made.request(1)], clients=4, seconds=seconds)
    timer.join()
    return answers


def _server_killed(own: servers.Own, seconds: float) -> None:
    """The server is killed and started again at once, as a supervisor does."""
    with own.started() as first:
        made = own.serving("request", first.pid)
        servers.wait(made, first)
        begun, over = threading.Event(), threading.Event()

        def restart() -> None:
            first.kill()
            first.wait()
            with own.started() as second:
                _waited(own.serving("request", second.pid), second)
                begun.set()
                over.wait()

        thread = threading.Timer(seconds / 3, restart)
        thread.start()
        answers = load.load(made.port, [made.request(1)], clients=4, seconds=seconds + 5)
        begun.wait()
        over.set()
        thread.join()
    _tell("the server, and started again", "request", answers)


def _waited(made: servers.Serving, process: subprocess.Popen[bytes]) -> None:
    """A thread's own way of waiting: it may have no event loop beside the load's."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None and _answer(made.port, made.request(1)) != "200":
        time.sleep(0.1)


def _tell(what: str, mode: str, answers: load.Answers) -> None:
    wrong = answers.failed - answers.statuses[0]
    print(
        f"| {what} | {mode} | {answers.gap * 1e3:,.0f} | {len(answers.seconds):,} | {wrong} | {answers.statuses[0]} |"
    )


def _kill(choose: Callable[[dict[int, list[int]]], list[int]], root: int) -> None:
    for victim in choose(processes.below(root)):
        os.kill(victim, signal.SIGKILL)


def _child(tree: dict[int, list[int]]) -> list[int]:
    """The jails that wait or work, which have no children while a script starts none."""
    zygotes = _zygote(tree)
    return [child for zygote in zygotes for child in tree[zygote]]


def _zygote(tree: dict[int, list[int]]) -> list[int]:
    """The parents of processes that have no children themselves."""
    root = next(iter(tree))
    return [
        process
        for process, children in tree.items()
        if process != root and any(not tree.get(each, [1]) for each in children)
    ]


_VICTIMS = {"all children": _child, "all zygotes": _zygote}
