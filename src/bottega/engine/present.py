"""How each node of an experiment stands now: what became of it last, what a run would do, what there is to look at."""

from __future__ import annotations

from dataclasses import dataclass

from bottega.engine.plan import Action, Decision, Planner
from bottega.engine.prepared import Prepared, prepare
from bottega.engine.saved import saved
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.store.records import Output, Status, Step
from bottega.store.workspace import Workspace

Past = tuple[str, Step]


@dataclass(frozen=True)
class Place:
    """Where outputs are: those of a node in a run, or a version that the workspace keeps under a name."""

    run: str | None
    node: str
    kept: str | None = None


@dataclass(frozen=True)
class Present:
    """One node.

    action   what a run would do with it; None where it cannot run as it is
    current  whether a run would give what there is
    last     its newest step with its run, however that ended
    outputs  what a run would take, else what it gave last, at `place`
    """

    node: str
    action: Action | None
    reason: str
    current: bool
    last: Past | None
    place: Place | None
    outputs: tuple[Output, ...]


def present(workspace: Workspace, name: str, experiment: Experiment) -> list[Present]:
    """All nodes of an experiment, which the workspace knows by this name; in the document's order."""
    return _Look(workspace, name, experiment).all()


class _Look:
    """What is known of an experiment, asked for once."""

    def __init__(self, workspace: Workspace, name: str, experiment: Experiment) -> None:
        self._workspace = workspace
        self._experiment = experiment
        try:
            self._prepared = prepare(experiment, lenient=True)
        except BottegaError:  # a circle
            self._prepared = Prepared({}, partial=False)
        self._decisions = Planner(workspace, name).plan(self._prepared)
        self._last = workspace.results.newest(name)
        self._done = workspace.results.newest(name, status=Status.FINISHED)
        self._makers = workspace.results.makers(self._others())

    def all(self) -> list[Present]:
        return [self._present(name) for name in self._experiment.nodes]

    def _present(self, name: str) -> Present:
        decision, done, last = self._decisions.get(name), self._done.get(name), self._last.get(name)
        if decision is None:
            place, outputs = self._past(done)
            return Present(name, None, "it cannot run as it is", current=False, last=last, place=place, outputs=outputs)
        if decision.step is None:
            place, outputs = self._past(done)
            told = decision.reason
            return Present(name, decision.action, told, current=False, last=last, place=place, outputs=outputs)
        step = decision.step
        return Present(
            name, decision.action, decision.reason, current=True, last=last, place=self._place(name, decision, done),
            outputs=step.outputs,
        )  # fmt: skip

    def _past(self, done: Past | None) -> tuple[Place | None, tuple[Output, ...]]:
        return (None, ()) if done is None else (Place(done[0], done[1].node), done[1].outputs)

    def _place(self, name: str, decision: Decision, done: Past | None) -> Place | None:
        node, step = self._prepared.nodes[name], decision.step
        if step is None:
            return None
        if decision.pinned:
            run, _, pinned = node.pinned.partition("/")
            return Place(run, pinned)
        kept = saved(node, self._workspace)
        if kept is not None:
            return Place(None, name, kept.id)
        if done is not None and done[1].fingerprint == step.fingerprint:
            return Place(done[0], name)
        maker = self._makers.get(step.fingerprint)
        return None if maker is None else Place(maker[0], maker[1].node)

    def _others(self) -> list[str]:
        """The fingerprints of results that are taken from elsewhere than a node's own last one."""
        found = []
        for name, decision in self._decisions.items():
            step, done = decision.step, self._done.get(name)
            if step is not None and step.fingerprint and (done is None or done[1].fingerprint != step.fingerprint):
                found.append(step.fingerprint)
        return found
