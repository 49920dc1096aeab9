"""One node as a statement of Python: a call of its module's function, or the reading of its data."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from bottega.dataset.selection import Columns
from bottega.engine.export import literals
from bottega.engine.export.inputs import Input
from bottega.engine.export.layout import Expression, after, call, laid_out
from bottega.engine.export.names import Names
from bottega.engine.prepared import Ready
from bottega.errors import BottegaError
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import TABLE_FILES, Port, PortType
from bottega.sdk.values import FILES

HERE, DATA, OUTSIDE = "HERE", "DATA", "OUTSIDE"
_CODE_EXTENSIONS = {"python": ".py", "sql": ".sql", "r": ".R"}
Write = Callable[[Path], object]


class Statements:
    """Writes statements; collects the files that they read.

    inputs         the nodes that are datasets in files
    code_in_files  scripts become files, else texts
    """

    def __init__(self, nodes: Mapping[str, Ready], inputs: Mapping[str, Input], *, code_in_files: bool) -> None:
        self.files: dict[str, Write] = {}
        self.names = Names((HERE, DATA, OUTSIDE))
        self._nodes = nodes
        self._inputs = inputs
        self._code_in_files = code_in_files
        self._given = {name: given(node) for name, node in nodes.items() if name not in inputs}
        # Imports come first, so that no variable takes their names.
        self._functions = {name: self._imported(nodes[name].spec.function) for name in self._given}
        self._enums = self._import_enums()
        self._variables = {name: self.names.variable(name) for name in nodes}

    def statement(self, node: Ready) -> str:
        """The statement, perhaps with a text before it."""
        before: list[str] = []
        value = self._read(node, self._inputs[node.id]) if node.id in self._inputs else self._call(node, before)
        assigned = after(f"{self._variables[node.id]} = ", value) if node.spec.outputs else value
        return "\n".join([*before, laid_out(assigned)])

    def output(self, name: str, port: str) -> str:
        """The expression for what came out of a node's port."""
        variable = self._variables[name]
        return variable if len(self._nodes[name].spec.outputs) == 1 else f"{variable}.{port}"

    def type_of(self, name: str, port: Port) -> PortType:
        """What an output carries."""
        if port.type is not PortType.ANY:
            return port.type
        return self._inputs[name].type if name in self._inputs else PortType.TABLE  # samples are tables

    def _read(self, node: Ready, data: Input) -> Expression:
        file = f"{DATA} / {literals.quoted(self._file(node.id, data.extension, data.write))}"
        if data.type is PortType.TABLE:
            return call(f"{self.names.tool('formats')}.read", (file,))
        content = f"({file}).read_bytes()"
        if data.type in FILES:
            return call(self.names.tool(FILES[data.type].__name__), (content,))
        return call(f"{self.names.tool('pickle')}.loads", (content,))

    def _call(self, node: Ready, before: list[str]) -> Expression:
        sources = {port.name: self._source(node, port) for port in node.spec.inputs if port.name in node.links}
        alone = len(sources) == 1 and next(iter(sources)) == node.spec.inputs[0].name and node.spec.reach is None
        items: list[Expression] = [each if alone else f"{name}={each}" for name, each in sources.items()]
        if node.spec.reach is not None:
            items.append(f"{node.spec.reach}={OUTSIDE}")
        parameters = {parameter.name: parameter for parameter in node.spec.parameters}
        for name, value in self._given[node.id].items():
            items.append(after(f"{name}=", self._value(node, parameters[name], value, before)))
        return call(self._functions[node.id], items)

    def _source(self, node: Ready, port: Port) -> str:
        """What feeds a port. Raises `0018` for what does not fit."""
        name, output = node.links[port.name]
        source = self._nodes[name].spec
        found = next(each for each in source.outputs if each.name == output)
        kind = self.type_of(name, found)
        if not kind.fits(port.type):
            raise BottegaError(
                "0018", path=f"What comes in at {port.title}", reason=f"it is a {kind}, and a {port.type} is needed"
            )
        value = self.output(name, output)
        is_read = kind in TABLE_FILES and port.type is PortType.TABLE
        return f"{self.names.tool('as_table')}({value})" if is_read else value

    def _value(self, node: Ready, parameter: Parameter, value: Any, before: list[str]) -> Expression:
        if parameter.secret and value and not _is_open(value):
            name = re.sub(r"\W", "_", f"{node.id}_{parameter.name}").upper()
            before.append(f"# A secret, which the environment has to hold: {name}.")
            return f"{self.names.tool('environ')}[{literals.quoted(name)}]"
        if isinstance(value, Columns):
            return literals.columns(value, self.names.tool("Columns"))
        if isinstance(value, Enum):
            return f"{self._enums[type(value)]}.{value.name}"
        if not isinstance(value, str) or "\n" not in value.rstrip("\n"):
            return literals.literal(value)
        if parameter.code is not None and self._code_in_files and _is_plain(value):
            alone = sum(each.code is not None for each in node.spec.parameters) == 1
            extension = _CODE_EXTENSIONS.get(parameter.code, ".txt")
            name = self._file(node.id if alone else f"{node.id}.{parameter.name}", extension, _writer(value))
            return f'({DATA} / {literals.quoted(name)}).read_text(encoding="utf-8")'
        variable = self.names.variable(f"{self._variables[node.id]}_{parameter.name}")
        before.append(f"{variable} = {literals.block(value)}")
        return variable

    def _file(self, stem: str, extension: str, write: Write) -> str:
        """The name of a new file; some file systems hold capitals and small letters for the same."""
        name, number = f"{stem}{extension}", 2
        while name.casefold() in {each.casefold() for each in self.files}:
            name = f"{stem}_{number}{extension}"
            number += 1
        self.files[name] = write
        return name

    def _imported(self, function: Callable[..., Any]) -> str:
        return self.names.imported(function.__module__, function.__name__, function.__name__)

    def _import_enums(self) -> dict[type, str]:
        """The choices that are written; one whose name others have too goes by its module's as well."""
        owners: dict[type, str] = {}
        for name, values in self._given.items():
            for value in values.values():
                if isinstance(value, Enum):
                    owners.setdefault(type(value), self._nodes[name].spec.function.__module__)
        found = {}
        for each, module in owners.items():
            several = sum(other.__name__ == each.__name__ for other in owners) > 1
            prefix = "".join(part.capitalize() for part in module.rpartition(".")[2].split("_")) if several else ""
            # Where the module's own reader finds it, unless it is known by another name there.
            there = getattr(sys.modules[module], each.__name__, None) is each
            place = module if there else each.__module__
            found[each] = self.names.imported(place, each.__name__, prefix + each.__name__)
        return found


def given(node: Ready) -> dict[str, Any]:
    """The parameters that have to be written: required ones, and those not at their default."""
    values = node.spec.convert(node.plain)
    return {
        parameter.name: values[parameter.name]
        for parameter in node.spec.parameters
        if parameter.required or not _same(values[parameter.name], parameter.default)
    }


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other) and repr(one) == repr(other)


def _is_open(value: str) -> bool:
    """Whether a text that may hold a secret is an address without user, password and query."""
    return "://" in value and not {"?", "@"} & set(value)


def _is_plain(value: str) -> bool:
    """Whether a file of text gives it back as it is."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\r" not in value


def _writer(value: str) -> Write:
    return lambda path: path.write_bytes(value.encode())
