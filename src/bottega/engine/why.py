"""Why a node would run, or be reused: part by part against its last result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bottega.engine.plan import Action, Decision, Planner
from bottega.engine.prepared import Prepared

_WORDS = {
    "module": "module", "code": "code of the module", "environment": "environment", "data": "data file",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One part: whether it changed since the last result, and how."""

    part: str
    changed: bool
    text: str


@dataclass(frozen=True)
class Explanation:
    """What a run would do with a node, the reason, and its parts one by one."""

    decision: Decision
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        """As `bottega why --json` prints it."""
        decision = self.decision
        return {
            "node": decision.node,
            "action": decision.action.value,
            "reason": decision.reason,
            "fingerprint": decision.fingerprint,
            "parts": [{"part": line.part, "changed": line.changed, "text": line.text} for line in self.lines],
        }


def why(
    prepared: Prepared, node: str, planner: Planner, decisions: Mapping[str, Decision] | None = None
) -> Explanation:
    """Explain one node; `prepared` holds at least what it needs, and the planner's decisions may be at hand."""
    decisions = planner.plan(prepared) if decisions is None else decisions
    decision, latest = decisions[node], planner.latest(node)
    lines = _waits(prepared, node, decisions)
    if decision.parts is not None:
        links = prepared.nodes[node].links
        lines += compared(decision.parts, latest.parts if latest is not None else None, links)
    return Explanation(decision, tuple(lines))


def _waits(prepared: Prepared, node: str, decisions: Mapping[str, Decision]) -> list[Line]:
    """The inputs whose data is not known yet, and what is the reason upstream."""
    lines = []
    for port, (source, _) in prepared.nodes[node].links.items():
        upstream = decisions[source]
        if upstream.action is Action.RUN:
            lines.append(Line(f"input {port}", changed=True, text=f"{source} runs first: {upstream.reason}"))
        elif upstream.action is Action.WAIT:
            lines.append(Line(f"input {port}", changed=True, text=f"{source} {upstream.reason}"))
    return lines


def compared(
    now: Mapping[str, Any], before: Mapping[str, Any] | None, links: Mapping[str, tuple[str, str]]
) -> list[Line]:
    """The parts of a fingerprint against those of an earlier one; `links` tell where inputs come from."""
    lines = []
    for key, word in _WORDS.items():
        if key in now:
            lines.append(_compared(word, now[key], None if before is None else before.get(key)))
    for group, word in (("parameters", "parameter"), ("inputs", "input")):
        old = (before or {}).get(group, {})
        for name, value in now[group].items():
            origin = f" (from {links[name][0]}.{links[name][1]})" if group == "inputs" and name in links else ""
            lines.append(_compared(f"{word} {name}{origin}", value, None if before is None else old.get(name, _ABSENT)))
        lines += [
            Line(f"{word} {name}", changed=True, text="no longer there") for name in old if name not in now[group]
        ]
    return lines


_ABSENT = object()


def _compared(part: str, now: Any, before: Any) -> Line:
    if before is None:
        return Line(part, changed=False, text=_text(now))
    if before is _ABSENT:
        return Line(part, changed=True, text=f"new: {_text(now)}")
    if now == before:
        return Line(part, changed=False, text=f"unchanged: {_text(now)}")
    return Line(part, changed=True, text=f"changed from {_text(before)} to {_text(now)}")


def _text(value: Any) -> str:
    if isinstance(value, dict) and "text" in value:
        return f"a text of {value['lines']} lines ({value['text'][:12]})"
    text = value if isinstance(value, str) else repr(value)
    return text[:12] if len(text) == 64 and text.isalnum() else text[:80]
