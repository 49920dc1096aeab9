"""What came out of the nodes of a stored experiment, by the ids and port names of any client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottega.graph.classic import ids
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType, folded
from bottega.server.errors import HttpError, missing
from bottega.server.studio import data_types

if TYPE_CHECKING:
    from bottega.store.records import Output, Run, Step


def step_of(run: Run | None, node: str) -> Step:
    """The step of a node in a run. Raises HttpError 404."""
    known = ids.incoming(node)
    found = next((step for step in run.steps if step.node in (node, known)), None) if run is not None else None
    if found is None:
        raise missing("finished node", node)
    return found


def output_of(step: Step, port: str) -> Output:
    """What came out of a port, by any of its spellings. Raises HttpError 404."""
    spec = catalogue.find(step.module)
    meant = spec.output(port) if spec is not None else None
    name = meant.name if meant is not None else port
    found = next((each for each in step.outputs if folded(each.port) == folded(name)), None)
    if found is None:
        known = ", ".join(title_of(step, each) for each in step.outputs) or "none"
        raise HttpError(404, message=f"Node {step.node} has no output {port[:100]!r}; it has: {known}.")
    return found


def title_of(step: Step, output: Output) -> str:
    """The name that clients know an output's port by."""
    spec = catalogue.find(step.module)
    port = spec.output(output.port) if spec is not None else None
    return port.title if port is not None else output.port


def file_name(step: Step, output: Output) -> str:
    """What a download of an output is called."""
    kind = data_types.of_port(output.type)
    extension = ".json" if output.type == PortType.DEVICE else kind.extension
    return f"{ids.outgoing(step.node)} {output.port}{extension}"


def kind_of(output: Output) -> str:
    """The DataTypeId of an output."""
    return data_types.of_port(output.type).id
