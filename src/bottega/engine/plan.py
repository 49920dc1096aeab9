"""Which nodes would run and which are answered from earlier runs; looks only, changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bottega import __version__
from bottega.engine import pins, place
from bottega.engine.data_files import DataFiles
from bottega.engine.fingerprint import Parts, fingerprint, packages, parts
from bottega.engine.prepared import Prepared, Ready
from bottega.engine.saved import saved
from bottega.errors import BottegaError
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sdk.declaration import Isolation
from bottega.store.records import Output, Status, Step
from bottega.store.workspace import Workspace

# A host module with this parameter set is reused like any other (fact sheet 2.5).
_REUSE = "use_cached_results"


class Action(StrEnum):
    """What a run would do with a node."""

    REUSE = "reuse"
    RUN = "run"
    WAIT = "wait"  # for the outputs of nodes that run; only then it is known


@dataclass(frozen=True)
class Decision:
    """About one node: what to do, why, on what it depends, the step that is reused, whether this one may be, if it is pinned."""

    node: str
    action: Action
    reason: str
    parts: Parts | None = None
    step: Step | None = None
    cacheable: bool = True
    pinned: bool = False

    @property
    def fingerprint(self) -> str:
        """The name of the result; empty where it cannot be known yet."""
        return fingerprint(self.parts) if self.parts is not None else ""


class Planner:
    """Decides node by node against one workspace; `fresh` reuses nothing."""

    def __init__(self, workspace: Workspace, experiment: str, *, fresh: bool = False) -> None:
        self._workspace = workspace
        self._fresh = fresh
        self.network = place.network_of(workspace, experiment)
        self._latest = workspace.results.latest_many(experiment)
        # Those of them whose data is still there, asked for at once.
        self._known = workspace.results.find([step.fingerprint for step in self._latest.values() if step.fingerprint])
        self._packages: dict[tuple[str, str, str], str] = {}
        self.files = DataFiles()

    def plan(self, prepared: Prepared) -> dict[str, Decision]:
        """A decision for each node, upstream first."""
        decisions: dict[str, Decision] = {}
        for name, node in prepared.nodes.items():
            pinned = pins.step_of(node.pinned, self._workspace) if node.pinned else None
            if pinned is not None:
                decisions[name] = Decision(name, Action.REUSE, f"pinned to run {node.pinned}", step=pinned, pinned=True)
                continue
            waits = [source for source, _ in node.links.values() if decisions[source].step is None]
            if waits:
                first = waits[0]
                decisions[name] = Decision(name, Action.WAIT, f"waits for {first}, which runs first")
                continue
            steps = {source: step for source, _ in node.links.values() if (step := decisions[source].step) is not None}
            try:
                decisions[name] = self.decide(node, inputs_of(node, {each: steps[each].outputs for each in steps}))
            except BottegaError as error:  # told when it runs
                decisions[name] = Decision(name, Action.RUN, str(error))
        return decisions

    def decide(self, node: Ready, inputs: Mapping[str, Output]) -> Decision:
        """Whether a node with these inputs is to run. Raises what keeps it from running at all."""
        kept = saved(node, self._workspace)
        if kept is not None:
            reason = f"version {kept.version} in the workspace"
            return Decision(node.id, Action.REUSE, reason, step=_saved(node, kept.output))
        data = self.files.digest(node.file) if node.file is not None else None
        told = parts(node, {port: output.digest for port, output in inputs.items()}, self._environment(node), data)
        if not is_cacheable(node, self.network):
            return Decision(node.id, Action.RUN, self._world(node), told, cacheable=False)
        if self._fresh:
            return Decision(node.id, Action.RUN, "a fresh run was asked for", told)
        name = fingerprint(told)
        latest = self._latest.get(node.id)
        if latest is not None and latest.fingerprint == name and name in self._known:
            return Decision(node.id, Action.REUSE, "nothing it depends on has changed", told, latest)
        found = self._known.get(name) or self._workspace.results.find([name]).get(name)
        if found is not None:
            return Decision(node.id, Action.REUSE, "an earlier run had exactly this", told, found)
        reason = "it has not run yet" if latest is None else "something it depends on has changed"
        if latest is not None and latest.fingerprint == name:
            reason = (
                "its stored result is gone or damaged"
                if latest.cacheable
                else "its last run looked at the world outside"
            )
        return Decision(node.id, Action.RUN, reason, told)

    def latest(self, node: str) -> Step | None:
        """The last result that a node had."""
        return self._latest.get(node)

    def _world(self, node: Ready) -> str:
        """Why a node runs each time."""
        if may_reach(node, self.network):
            return f"its script may reach {', '.join(self.network.allowed)}, so it runs each time"
        return "it looks at the world outside each time"

    def _environment(self, node: Ready) -> str:
        """Names the exact packages that a node runs with: of what a run would build, not of what another Bottega built."""
        if node.spec.isolation is Isolation.HOST or node.file is not None:
            return f"bottega {__version__}"
        key = (node.choice.name, str(node.spec.guest), str(node.values.get("old_names", "")))
        if key not in self._packages:
            self._packages[key] = packages(node)
        return self._packages[key]


def is_cacheable(node: Ready, network: Network = NO_NETWORK) -> bool:
    """Whether equal parts mean equal outputs; `network` is what scripts of the experiment may reach."""
    if may_reach(node, network):
        return False
    return node.spec.deterministic or bool(node.values.get(_REUSE, False))


def may_reach(node: Ready, network: Network) -> bool:
    """Whether what a node runs has a way out: a user's script, where the owner gave one."""
    return bool(network) and node.spec.guest == "script"


def inputs_of(node: Ready, outputs: Mapping[str, tuple[Output, ...]]) -> dict[str, Output]:
    """The value at each connected port; an output that its node left out is as if nothing were connected.

    Raises `0003` where a port must have one.
    """
    found: dict[str, Output] = {}
    for port in node.spec.inputs:
        link = node.links.get(port.name)
        if link is None:
            continue
        source, name = link
        output = next((each for each in outputs[source] if each.port == name), None)
        if output is not None:
            found[port.name] = output
        elif not port.optional:
            raise BottegaError("0003", input=f"{port.title} (from {source}.{name}, which gave nothing)")
    return found


def _saved(node: Ready, output: Output) -> Step:
    """What the workspace keeps, as a step's result."""
    port = node.spec.outputs[0].name
    given = replace(output, port=port)
    return Step(
        node.id,
        node.spec.name,
        Status.FINISHED.value,
        cached=True,
        fingerprint="",
        parts={},
        outputs=(given,),
        cacheable=False,
    )
