"""An experiment as statements of Python, one for each node, before they become a script or a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bottega import __version__
from bottega.engine.export import literals
from bottega.engine.export.inputs import input_of
from bottega.engine.export.requirements import Requirements
from bottega.engine.export.statements import HERE, OUTSIDE, Statements
from bottega.engine.prepared import Prepared, Ready
from bottega.engine.reach import Outside
from bottega.graph.document import Experiment
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.store.workspace import Workspace

_MODELS = (PortType.UNTRAINED_MODEL, PortType.TRAINED_MODEL, PortType.TRANSFORM)


@dataclass(frozen=True)
class Statement:
    """What one node became."""

    node: str
    module: str
    comment: str
    code: str


@dataclass(frozen=True)
class Program:
    """All of it.

    about         the title, the description, what this is, and remarks, as paragraphs
    imports       import statements, in lines
    outside       what modules that reach out are given, in lines; nothing where there are none
    ending        statements that tell what the last nodes made, in lines
    files         by name in the data folder, what writes each
    """

    about: tuple[str, ...]
    requirements: Requirements
    imports: tuple[str, ...]
    outside: tuple[str, ...]
    statements: tuple[Statement, ...]
    ending: tuple[str, ...]
    files: Mapping[str, Callable[[Path], object]]


def program(
    prepared: Prepared, experiment: Experiment, workspace: Workspace, outside: Outside, requirements: Requirements, *,
    source: str, beside: Path, code_in_files: bool,
) -> Program:  # fmt: skip
    """The program of all that is prepared.

    source         what the experiment is called, for its reader
    beside         the folder that it will stand in
    code_in_files  scripts become files of the data folder, else texts in the program

    Raises `usage` where a node takes what only a jail collects, and as reading the inputs does.
    """
    nodes = prepared.nodes
    inputs = {
        name: found
        for name, node in nodes.items()
        if node.spec.guest == "dataset" and (found := input_of(node, workspace)) is not None
    }
    writer = Statements(nodes, inputs, code_in_files=code_in_files)
    statements = tuple(
        Statement(name, node.spec.title, experiment.nodes[name].comment, writer.statement(node))
        for name, node in nodes.items()
    )
    writer.names.tool("Path")
    reaching = _outside(outside, beside, writer) if any(node.spec.reach for node in nodes.values()) else ()
    ends = [nodes[name] for name, consumers in prepared.consumers().items() if not consumers]
    ending = tuple(line for node in ends for line in _told(node, writer))
    imports = tuple(writer.names.import_lines())
    return Program(
        _about(experiment, source, requirements.notes),
        requirements,
        imports,
        reaching,
        statements,
        ending,
        writer.files,
    )


def _about(experiment: Experiment, source: str, notes: tuple[str, ...]) -> tuple[str, ...]:
    what = (
        f"Exported from {source} by Bottega {__version__}. Each node is a call of its module, in order; "
        "`bottega.dataset.frames.to_pandas` turns a table into a pandas frame. "
        "Everything runs in this one process, scripts too, without a jail."
    )
    parts = (experiment.title.strip() or source, experiment.description.strip(), what, *notes)
    return tuple(part for part in parts if part)


def _outside(outside: Outside, beside: Path, writer: Statements) -> tuple[str, ...]:
    folder = outside.folder.absolute()
    place = HERE if folder == beside.absolute() else f"{writer.names.tool('Path')}({literals.quoted(str(folder))})"
    return (
        "# What the workspace allowed when this was exported; relative paths start at the experiment's folder.",
        f"{OUTSIDE} = {writer.names.tool('Outside')}(",
        f"    {place},",
        f"    local_files={outside.local_files},",
        f"    private_addresses={outside.private_addresses},",
        *([f"    accounts={dict(outside.accounts)!r},"] if outside.accounts else ()),
        ")",
    )


def _told(node: Ready, writer: Statements) -> list[str]:
    """Statements that print what a node made: of tables size and columns, of models what they tell of themselves."""
    lines = []
    for port in node.spec.outputs:
        kind, value = writer.type_of(node.id, port), writer.output(node.id, port.name)
        place = literals.quoted(f"{value}:")
        if kind is PortType.TABLE:
            lines.append(f"print({place}, {value})")
        elif kind in _MODELS:
            lines.append(f"print({place}, {value}.describe())")
        elif kind in TABLE_FILES:
            lines.append(f'print({place}, len({value}.data), "bytes")')
    return lines
