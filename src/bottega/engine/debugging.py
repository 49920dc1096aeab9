"""A script under a debugger: of a file with its tables, or of a node with what came in at it in a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bottega.engine import environment_of, place, script
from bottega.engine.jails import Jails
from bottega.engine.made import Made
from bottega.engine.prepared import Ready
from bottega.engine.request import ScriptRequest, head, preload
from bottega.engine.script import Listener, Report
from bottega.engine.steps import Steps
from bottega.engine.values import Values
from bottega.errors import BottegaError
from bottega.sandbox.host import assurance
from bottega.sandbox.host.debug import Debugger, DebugPool
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.store.records import Output, Run
from bottega.store.workspace import Workspace


def of_file(request: ScriptRequest, debugger: Debugger, listener: Listener) -> Report:
    """Run a script as `script.run` does. Raises what that raises, and `usage` for an old Python."""
    source = head(request.script)
    environment = environment_of.ensure(environment_of.of(source, request.environment), listener.phase, debugger.ended)
    modules = preload(source, environment.modules, shared=False)
    with _pool(debugger, environment, modules) as pool:
        return script.run(request, pool, environment, modules, listener)


def of_node(
    node: Ready, inputs: Mapping[str, Output], workspace: Workspace, experiment: str, debugger: Debugger,
    listener: Listener, limits: Limits | None = None,
) -> Made:  # fmt: skip
    """Run a node's script on what came in at it; nothing of it is recorded.

    experiment  as the workspace knows it, for what its scripts may reach
    """
    refuse_other(node)
    environment = environment_of.ensure(node.choice, listener.phase, debugger.ended)
    modules = preload(_source(node), environment.modules, shared=False)
    with _pool(debugger, environment, modules) as pool:
        values = Values(workspace)
        try:
            steps = Steps(
                Jails(pool, listener.phase), values, place.outside(workspace.folder.parent, workspace),
                limits or Limits(), network=place.network_of(workspace, experiment),
            )  # fmt: skip
            made = steps.make(node, inputs, listener.printed)
        finally:
            values.close()
    for _, blob in made.blobs:
        if isinstance(blob, int):
            os.close(blob)
    return made


def refuse_other(node: Ready) -> None:
    """Raise `usage` for a node that is no script."""
    if node.spec.guest != "script":
        raise BottegaError("usage", reason=f"Node {node.id} is a {node.spec.title}; only scripts are debugged")


def inputs_in(run: Run, node: Ready) -> dict[str, Output]:
    """What came in at a node in a run, by its ports. Raises `usage` where something of it is not part of the run."""
    outputs = {(step.node, output.port): output for step in run.steps for output in step.outputs}
    for source, port in node.links.values():
        if (source, port) not in outputs:
            reason = f"What comes in at {node.id} from {source}.{port} is not part of run {run.id}; run up to {node.id} first"
            raise BottegaError("usage", reason=reason)
    return {port: outputs[link] for port, link in node.links.items()}


def _source(node: Ready) -> bytes:
    return str(node.values["script"]).encode("utf-8", "surrogatepass")


def _pool(debugger: Debugger, environment: Environment, modules: tuple[str, ...]) -> DebugPool:
    """A pool of the jail that this machine can make."""
    with assurance.open_pool(environment, modules, spares=0) as tried:
        layer = tried.layer
    return DebugPool(debugger, layer=layer)


def source_folder(node: Ready, folder: Path) -> Path:
    """The folder, with the node's script in it as an editor shall see it."""
    (folder / f"{node.id}.py").write_bytes(_source(node))
    return folder
