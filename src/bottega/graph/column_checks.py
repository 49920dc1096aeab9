"""Checks of column selections, as far as columns are known before a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bottega.dataset.selection import Columns
from bottega.dataset.table import Column
from bottega.errors import BottegaError
from bottega.graph.checking import Checking
from bottega.graph.document import Node
from bottega.graph.parameter_checks import Settings
from bottega.graph.topology import Links, links, partial_order
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter

Schema = tuple[Column, ...]
SchemaOf = Callable[[str, str], Schema | None]
_Known = dict[tuple[str, str], Schema]


def check_columns(checking: Checking, settings: Mapping[str, Settings], schema_of: SchemaOf | None) -> None:
    """Follow columns from node to node; where a node's are known, its selections have to match."""
    chosen = {node.id: (node, spec) for node, spec in checking.modules()}
    edges = links(checking.experiment, checking.find)
    known: _Known = {}
    for name in partial_order(checking.experiment)[0]:
        if name in chosen:
            node, spec = chosen[name]
            inputs = {port: known[source] for port, source in edges[name].items() if source in known}
            sound = _check_selections(checking, node, spec, settings[name], inputs)
            known |= _given(node, spec, schema_of)
            if sound and _is_foretold(spec, settings[name], edges, name, inputs):
                for place, schema in _foretold(checking, node, spec, settings[name], inputs).items():
                    known.setdefault(place, schema)


def _check_selections(
    checking: Checking, node: Node, spec: ModuleSpec, had: Settings, inputs: Mapping[str, Schema]
) -> bool:
    sound = True
    for parameter in spec.parameters:
        selection = had.values[parameter.name]
        columns = inputs.get(parameter.of) if parameter.of else None
        if columns is None or parameter.name in had.failed or not isinstance(selection, Columns):
            continue
        if not parameter.counts(had.values):
            continue
        try:
            _select(parameter, selection, columns)
        except BottegaError as error:
            sound = False
            checking.tell_error(error, node.id, parameter=had.spelled.get(parameter.name, parameter.name))
    return sound


def _select(parameter: Parameter, selection: Columns, columns: Schema) -> None:
    """Nothing need be chosen where the parameter has a default."""
    if parameter.single and (parameter.required or not selection.is_empty):
        selection.one(columns, parameter.title)
    elif parameter.required:
        selection.select(columns, parameter.title)
    else:
        selection.places(columns, parameter.title)


def _given(node: Node, spec: ModuleSpec, schema_of: SchemaOf | None) -> _Known:
    known: _Known = {}
    for output in spec.outputs if schema_of else ():
        schema = schema_of(node.id, output.name) if schema_of else None
        if schema is not None:
            known[node.id, output.name] = schema
    return known


def _is_foretold(spec: ModuleSpec, had: Settings, edges: Links, name: str, inputs: Mapping[str, Schema]) -> bool:
    """Whether all that the module's foretelling may ask for is there."""
    tables = [port for port in spec.inputs if port.type.is_table]
    complete = all(port.name in inputs or (port.optional and port.name not in edges[name]) for port in tables)
    return spec.foretell is not None and complete and not had.failed


def _foretold(checking: Checking, node: Node, spec: ModuleSpec, had: Settings, inputs: Mapping[str, Schema]) -> _Known:
    try:
        foretold = spec.foretell(inputs, had.values) if spec.foretell else {}
    except BottegaError as error:
        checking.tell_error(error, node.id)
        return {}
    return {(node.id, port): schema for port, schema in foretold.items() if schema is not None}
