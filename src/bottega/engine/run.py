"""Running an experiment: ready nodes at once up to a limit, reusing what has not changed."""

from __future__ import annotations

import os
import queue
import resource
import select
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bottega.engine.events import Careful, Listener, NodePrinted, NodeStarted, Phase, RunEnded, RunStarted, silent
from bottega.engine.jails import Jails
from bottega.engine.made import Made
from bottega.engine.plan import Action, Decision, Planner, inputs_of
from bottega.engine.prepared import Prepared, Ready
from bottega.engine.reach import Outside
from bottega.engine.recorder import DATA_GONE, Recorder
from bottega.engine.steps import Steps, module_preload, told
from bottega.engine.values import Values
from bottega.errors import BottegaError, describe
from bottega.sandbox.host.environment import BOTTEGA, Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import RUNNER
from bottega.sdk.declaration import Isolation
from bottega.store.records import Output, Run, Status, Step
from bottega.store.workspace import Workspace

FINISHED, FAILED, CANCELED, SKIPPED = (
    status.value for status in (Status.FINISHED, Status.FAILED, Status.CANCELED, Status.SKIPPED)
)
_LOOK_SECONDS = 0.1
_DESCRIPTORS = 8192
_LONGEST_LOG = 20_000  # characters in the record; a script's device has all
_BROKEN = ("sandbox-unavailable", "jail-broken")


@dataclass(frozen=True)
class Options:
    """How to run.

    parallel   nodes at once; None for as many as there are cores
    fail_fast  end everything at the first failure; else other branches finish
    fresh      reuse nothing
    limits     of each step
    cancel     a descriptor; when it becomes readable the run ends as canceled
    pool       jails to use; None for a pool of the run's own, opened when it is needed
    """

    parallel: int | None = None
    fail_fast: bool = False
    fresh: bool = False
    limits: Limits = field(default_factory=Limits)
    cancel: int | None = None
    pool: Pool | None = None


@dataclass(frozen=True)
class Request:
    """What is run, as its record tells it.

    name      of the experiment in the workspace
    document  its text
    target    the nodes asked for; none for all
    settings  parameters set for this run alone
    run       its record, where that has been begun already, as for a run that had to wait
    """

    name: str
    title: str
    document: str
    target: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    run: str | None = None


def run(prepared: Prepared, request: Request, workspace: Workspace, outside: Outside, options: Options,
        listener: Listener = silent) -> Run:  # fmt: skip
    """Run and record; what goes wrong in a node is in its step.

    Raises `sandbox-unavailable` or `jail-broken` where there is no jail, and `store-failed`
    where the workspace cannot be written; the run is recorded as failed then, if it can be.
    """
    return _Execution(prepared, request, workspace, outside, options, listener).run()


class _Execution:
    """One run while it goes on."""

    def __init__(self, prepared: Prepared, request: Request, workspace: Workspace, outside: Outside, options: Options,
                 listener: Listener) -> None:  # fmt: skip
        self._nodes = prepared.nodes
        self._consumers = prepared.consumers()
        self._request = request
        self._workspace = workspace
        self._options = options
        listener = Careful(listener)
        self._listener = listener
        self._planner = Planner(workspace, request.name, fresh=options.fresh)
        self._prepared = prepared
        self._plan: dict[str, Decision] = {}
        self._jails = Jails(options.pool, lambda text: listener(Phase(text)), options.cancel)
        self._values = Values(workspace)
        # Readable as soon as this run shall end, by its caller's wish or by a failure.
        self._stop = os.eventfd(0, os.EFD_CLOEXEC)
        self._stopped = False
        self._canceled = False
        self._network = self._planner.network
        self._steps = Steps(
            self._jails, self._values, outside, options.limits, self._stop, self._planner.files, self._network
        )
        self._ended: dict[str, Step] = {}
        self._done: queue.SimpleQueue[tuple[str, Step | BottegaError]] = queue.SimpleQueue()
        self._broken: BottegaError | None = None

    def run(self) -> Run:
        request = self._request
        started = time.monotonic()
        _allow_descriptors()
        run = request.run or self._workspace.runs.start(
            request.name, request.title, request.document, request.target, request.settings
        )
        self._recorder = Recorder(self._workspace, run, self._listener)
        status, reason = FAILED, None
        try:
            self._listener(RunStarted(run, tuple(self._nodes)))
            self._execute()
            self._recorder.finish()
            if self._broken is not None:
                raise self._broken
            status = self._status()
        except KeyboardInterrupt:
            status = CANCELED
            raise
        except Exception as error:
            reason = describe(_told(error))
            raise
        finally:
            with suppress(BottegaError):
                self._recorder.finish()
            try:
                self._workspace.runs.finish(run, status, reason)
            finally:
                self._jails.close()
                self._values.close()
                os.close(self._stop)
        self._listener(RunEnded(run, status, time.monotonic() - started))
        record = self._workspace.runs.get(run)
        places = {name: place for place, name in enumerate(self._nodes)}
        return replace(record, steps=tuple(sorted(record.steps, key=lambda step: places[step.node])))

    def _status(self) -> str:
        statuses = {step.status for step in self._ended.values()}
        if self._canceled and CANCELED in statuses:
            return CANCELED
        return FINISHED if statuses <= {FINISHED} else FAILED

    def _execute(self) -> None:
        self._environments()
        self._plan = self._planner.plan(self._prepared)
        reused = [decision for decision in self._plan.values() if decision.action is Action.REUSE]
        self._take([_reused(decision) for decision in reused])
        waiting = {
            name: sum(source not in self._ended for source in {source for source, _ in node.links.values()})
            for name, node in self._nodes.items()
            if name not in self._ended
        }
        if not waiting:
            return
        self._prepare()
        with ThreadPoolExecutor(self._options.parallel or os.cpu_count() or 1, "step") as threads:
            try:
                self._loop(threads, waiting)
            except BaseException:
                self._end()  # else leaving the threads would wait for their steps
                raise

    def _loop(self, threads: ThreadPoolExecutor, waiting: dict[str, int]) -> None:
        ready = [name for name, count in waiting.items() if not count]
        running = 0
        while ready or running:
            for name in ready:
                threads.submit(self._node, name)
            running += len(ready)
            name, step = self._next()
            running -= 1
            ready = self._after(name, step, waiting)

    def _next(self) -> tuple[str, Step | BottegaError]:
        """The next node that ends; looks meanwhile whether all shall."""
        watch = select.poll()
        if self._options.cancel is not None:
            watch.register(self._options.cancel, select.POLLIN)
        while True:
            if not self._stopped and watch.poll(0):
                self._canceled = True
                self._end()
            with suppress(queue.Empty):
                return self._done.get(timeout=_LOOK_SECONDS if self._options.cancel is not None else None)

    def _end(self) -> None:
        """End what runs and start nothing more."""
        self._stopped = True
        os.eventfd_write(self._stop, 1)

    def _after(self, name: str, step: Step | BottegaError, waiting: dict[str, int]) -> list[str]:
        """Take in a node's end; the nodes that are free now."""
        if isinstance(step, BottegaError):
            self._broken = self._broken or step
            self._end()
            return []
        self._ended[name] = step
        if step.status == FAILED and self._options.fail_fast:
            self._end()
        if self._recorder.failed is not None and not self._stopped:
            self._end()
        if step.status != FINISHED:
            self._skip(name, step)
            return []
        free = []
        for consumer in self._consumers[name]:
            if consumer in waiting:
                waiting[consumer] -= 1
                if not waiting[consumer] and consumer not in self._ended:
                    free.append(consumer)
        return free

    def _skip(self, name: str, step: Step) -> None:
        """Nothing downstream of a node that gave nothing runs; each says because of whom."""
        word = "was canceled" if step.status == CANCELED else "failed"
        skipped = []
        rest = list(self._consumers[name])
        while rest:
            each = rest.pop()
            if each in self._ended:
                continue
            because = f"{name} {word}"
            now = time.time()
            self._ended[each] = _step(self._nodes[each], SKIPPED, Made(), None, now, because=because)
            skipped.append(self._ended[each])
            rest += self._consumers[each]
        if skipped:
            places = {each: place for place, each in enumerate(self._nodes)}
            self._recorder.add(sorted(skipped, key=lambda step: places[step.node]))

    def _take(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._ended[step.node] = step
        if steps:
            self._recorder.add(steps)

    def _environments(self) -> None:
        """Build what scripts ask for themselves, before the plan: it tells results by the packages that made them."""
        for node in self._nodes.values():
            if node.inline is not None:
                with suppress(BottegaError):  # the node's own error
                    self._jails.environment(node.choice, node.id)

    def _prepare(self) -> None:
        """Start the jails that steps will want, before they want them."""
        self._jails.share(self._script_kinds())
        kinds: dict[tuple[str, tuple[str, ...], str | None, Network], Environment] = {}
        for name, decision in self._plan.items():
            spec = self._nodes[name].spec
            if (
                decision.action is Action.REUSE
                or spec.isolation is Isolation.HOST
                or self._nodes[name].file is not None
            ):
                continue
            if spec.guest == "script":
                with suppress(BottegaError):  # an unknown environment is the node's own error
                    environment, modules = self._steps.script_jail(self._nodes[name])
                    kinds[environment.digest, modules, None, self._network] = environment
            else:
                environment = self._jails.environment(BOTTEGA)
                kinds[environment.digest, module_preload(self._nodes[name]), RUNNER, NO_NETWORK] = environment
        for (_, modules, guest, network), environment in kinds.items():
            self._jails.prepare(environment, modules, self._options.limits, guest, network)

    def _script_kinds(self) -> dict[str, set[tuple[str, ...]]]:
        """What the scripts that will run import, by environment."""
        kinds: dict[str, set[tuple[str, ...]]] = {}
        for name, decision in self._plan.items():
            if decision.action is not Action.REUSE and self._nodes[name].spec.guest == "script":
                with suppress(BottegaError):
                    environment, modules = self._steps.script_jail(self._nodes[name])
                    kinds.setdefault(environment.digest, set()).add(modules)
        return kinds

    def _node(self, name: str) -> None:
        """One node in a thread of its own."""
        try:
            self._done.put((name, self._run_node(self._nodes[name])))
        except BaseException as error:  # noqa: BLE001 - a fault of ours ends the run, and is told as one
            self._done.put((name, _told(error)))

    def _run_node(self, node: Ready) -> Step:
        started = time.time()
        if self._stopped:
            step = _step(node, CANCELED, Made(), None, started)
            self._recorder.add([step])
            return step
        decision = None
        try:
            sources = {source for source, _ in node.links.values()}
            inputs = inputs_of(node, {source: self._ended[source].outputs for source in sources})
            decision = self._planner.decide(node, inputs)
            if decision.action is Action.REUSE:
                step = _reused(decision)
                self._recorder.add([step])
                return step
            self._listener(NodeStarted(node.id, node.spec.name))
            made = self._make(node, inputs)
        except BottegaError as error:
            if error.code in _BROKEN:
                raise
            made = Made(error=told(error))
        if made.error is not None and made.error["code"] in DATA_GONE:
            self._forget(node)
        status = CANCELED if made.canceled else FAILED if made.error is not None else FINISHED
        step = _step(node, status, made, decision, started)
        self._recorder.add([step], made.blobs)
        return step

    def _forget(self, node: Ready) -> None:
        """What a node's inputs came from is made again the next time: its data is gone, whoever took it."""
        for source, _ in node.links.values():
            if self._ended[source].cached:
                self._workspace.results.forget(self._ended[source].fingerprint)

    def _make(self, node: Ready, inputs: dict[str, Output]) -> Made:
        made = self._steps.make(node, inputs, lambda text: self._listener(NodePrinted(node.id, text)))
        code = made.error["code"] if made.error is not None else ""
        if code in _BROKEN:
            raise BottegaError(
                code, reason=str(made.error["message"] if made.error else ""), advice="Run: bottega doctor"
            )
        return made


def _told(error: BaseException) -> BottegaError:
    """An error for people; one that is a fault of ours as that of a library."""
    if isinstance(error, BottegaError):
        return error
    return BottegaError("1000", library="bottega", message=f"{type(error).__name__}: {error}")


def _allow_descriptors() -> None:
    """As many open files as this process may have: each value between steps is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, _DESCRIPTORS) if hard != resource.RLIM_INFINITY else _DESCRIPTORS
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _reused(decision: Decision) -> Step:
    """The step of an earlier run, as this run's record has it."""
    step = decision.step
    if step is None:
        raise ValueError(f"nothing to reuse for {decision.node}")
    now = time.time()
    parts = decision.parts if decision.parts is not None else step.parts
    # What it printed then is in the record of that run, and of a script on its device.
    return replace(step, node=decision.node, cached=True, parts=parts, log="", seconds=0.0, started=now, ended=now)


def _step(
    node: Ready, status: str, made: Made, decision: Decision | None, started: float, because: str | None = None
) -> Step:
    return Step(
        node=node.id,
        module=node.spec.name,
        status=status,
        cached=False,
        fingerprint=decision.fingerprint if decision is not None else "",
        parts=(decision.parts or {}) if decision is not None else {},
        outputs=tuple(made.outputs),
        error=dict(made.error) if made.error is not None else None,
        log=made.log[:_LONGEST_LOG],
        notes=made.notes,
        pictures=made.pictures,
        seconds=made.seconds,
        peak_memory=made.peak_memory,
        started=started,
        ended=time.time(),
        because=because,
        cacheable=status == FINISHED and decision is not None and decision.cacheable,
        variables=made.variables,
    )
