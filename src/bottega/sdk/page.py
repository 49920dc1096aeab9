"""A module's reference page in Markdown, from its declaration alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bottega.dataset.selection import Columns
from bottega.sdk.declaration import Isolation, ModuleSpec
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import Port, PortType

_NAMES: Mapping[PortType, str] = {
    PortType.TABLE: "data",
    PortType.CSV: "csv-file",
    PortType.TSV: "tsv-file",
    PortType.ARFF: "arff-file",
    PortType.SVMLIGHT: "svmlight-file",
    PortType.ZIP: "bundle",
    PortType.UNTRAINED_MODEL: "learner",
    PortType.TRAINED_MODEL: "model",
    PortType.TRANSFORM: "transform",
    PortType.DEVICE: "script",
    PortType.ANY: "data",
}
_COLUMNS = ("first column", "second column")
_SCRIPT = "def azureml_main(dataframe1):\n    return dataframe1,\n"
_TEXTS = {"python": _SCRIPT, "sql": "SELECT * FROM t1\n", "text": "name,value\nfirst,1\nsecond,2\n"}
# Plain in YAML whatever reads it: no word that stands for true, false or nothing, no sign that means something.
_PLAIN = re.compile(r"(?!(?:true|false|yes|no|on|off|null|y|n)$)[a-z][a-z0-9_./ -]*[a-z0-9]", re.IGNORECASE)


def page(spec: ModuleSpec) -> str:
    """The whole page."""
    return "\n".join(_lines(spec))


def index(specs: Sequence[ModuleSpec]) -> str:
    """The page that leads to all others, by category."""
    lines = [
        "# Modules",
        "",
        "Each page is made from the module's declaration: `bottega modules --write docs/modules`.",
    ]
    for category in sorted({spec.category for spec in specs}):
        lines += ["", f"## {category}", "", "| module | what it does |", "|---|---|"]
        chosen = sorted((spec for spec in specs if spec.category == category), key=lambda spec: spec.title)
        lines += [f"| [{spec.title}]({spec.name}.md) | {_cell(spec.summary)} |" for spec in chosen]
    return "\n".join([*lines, ""])


def example(spec: ModuleSpec) -> str:
    """How a file writes the module: with what feeds its required inputs and its required parameters."""
    is_data = any(port.type is PortType.ANY for port in spec.outputs)
    lines = ["nodes:", f"  {'data' if is_data else spec.name}:"]
    given = example_parameters(spec)
    if is_data:
        return "\n".join([*lines, "    dataset: {file: data.csv}", ""])
    lines.append(f"    module: {spec.name}")
    inputs = example_inputs(spec)
    if inputs:
        lines.append(f"    inputs: {{{', '.join(f'{port}: {node}' for port, node in inputs.items())}}}")
    if given:
        lines.append("    parameters:")
    for name, value in given.items():
        lines += _entry(name, value)
    return "\n".join([*lines, ""])


def example_inputs(spec: ModuleSpec) -> dict[str, str]:
    """The required inputs, or the first one where none is; each with the node that may feed it."""
    ports = [port for port in spec.inputs if not port.optional] or list(spec.inputs[:1])
    taken: dict[str, str] = {}
    for port in ports:
        name = _NAMES[port.type]
        number = sum(re.fullmatch(rf"{name}-?\d*", each) is not None for each in taken.values())
        taken[port.name] = f"{name}-{number + 1}" if number else name
    return taken


def example_parameters(spec: ModuleSpec) -> dict[str, Any]:
    """A value for each parameter that must have one, as a file holds it."""
    values = {parameter.name: parameter.default for parameter in spec.parameters}
    given: dict[str, Any] = {}
    for parameter in spec.parameters:
        if parameter.required and parameter.counts(values):
            given[parameter.name] = _example(parameter)
            values[parameter.name] = parameter.convert(given[parameter.name])
    return given


def _lines(spec: ModuleSpec) -> Iterator[str]:
    yield from (f"# {spec.title}", "", spec.summary, "")
    yield f"`{spec.name}` · {spec.category}{_former(spec)}"
    yield ""
    if spec.description:
        yield from (spec.description.rstrip(), "")
    remarks = list(_remarks(spec))
    if remarks:
        yield from (*remarks, "")
    yield from _ports("Inputs", spec.inputs, {True: "optional", False: "required"})
    yield from _ports("Outputs", spec.outputs, {True: "may be left out", False: "always"})
    yield from _parameters(spec)
    yield from ("## In a file", "", "```yaml", example(spec).rstrip("\n"), "```", "")


def _former(spec: ModuleSpec) -> str:
    return f" · formerly {', '.join(spec.former)}" if spec.former else ""


def _remarks(spec: ModuleSpec) -> Iterator[str]:
    if spec.isolation is Isolation.HOST:
        yield "- It runs outside the jail, since it has to reach out."
    if not spec.deterministic:
        yield "- It runs anew each time; its result is not taken from an earlier run unless a parameter says so."


def _ports(title: str, ports: Sequence[Port], words: Mapping[bool, str]) -> Iterator[str]:
    yield from (f"## {title}", "")
    if not ports:
        yield from ("None.", "")
        return
    has_help = any(port.help for port in ports)
    yield "| name | title | type | |" + (" meaning |" if has_help else "")
    yield "|---|---|---|---|" + ("---|" if has_help else "")
    for port in ports:
        line = f"| `{port.name}` | {_cell(port.title)} | {port.type} | {words[port.optional]} |"
        yield line + (f" {_cell(port.help)} |" if has_help else "")
    yield ""


def _parameters(spec: ModuleSpec) -> Iterator[str]:
    yield from ("## Parameters", "")
    if not spec.parameters:
        yield from ("None.", "")
        return
    yield from ("| name | title | value | default | |", "|---|---|---|---|---|")
    for parameter in spec.parameters:
        cells = [f"`{parameter.name}`", _cell(parameter.title), _value(parameter), _default(parameter)]
        cells.append(_meaning(parameter, spec))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _value(parameter: Parameter) -> str:
    """Type and range."""
    if parameter.choices:
        told = "one of " + ", ".join(map(_code, parameter.choices))
    elif parameter.code:
        told = f"text, {parameter.code}" if parameter.code != "text" else "text, several lines"
    else:
        told = f"{parameter.type_text} of `{parameter.of}`" if parameter.of else parameter.type_text
        told += f", {parameter.range_text}" if parameter.range_text else ""
    return told + (", or nothing" if parameter.optional else "")


def _meaning(parameter: Parameter, spec: ModuleSpec) -> str:
    """When it counts, and its help."""
    parts = []
    for when in parameter.when:
        other = spec.parameter(when.parameter)
        values = [_code(_flow(value if other is None else other.as_plain(value))) for value in when.values]
        parts.append(f"`{when.parameter}` {' or '.join(values)}")
    told = f"Counts with {' and '.join(parts)}." if parts else ""
    return " ".join(filter(None, [told, _sentence(_cell(parameter.help))]))


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "required"
    plain = parameter.as_plain(parameter.default)
    if plain is None or (parameter.type is Columns and parameter.default == Columns()):
        return "nothing"
    if parameter.code and "\n" in str(plain):
        return "a sample script"
    return "empty" if plain == "" else _code(_flow(plain))


def _example(parameter: Parameter) -> Any:
    bounds = parameter.range
    if parameter.choices:
        return parameter.choices[0]
    if parameter.type is Columns:
        return _COLUMNS[0] if parameter.single else list(_COLUMNS)
    if parameter.type is bool:
        return True
    if parameter.type in (int, float):
        whole = next((bound for bound in (bounds.minimum, bounds.maximum) if bound is not None), None)
        return parameter.type(whole if whole is not None else _between(bounds.above, bounds.below))
    return _TEXTS.get(parameter.code or "", "text")


def _between(above: float | None, below: float | None) -> float:
    if above is None:
        return 1 if below is None or below > 1 else below - 1
    return above + 1 if below is None or above + 1 < below else (above + below) / 2


def _entry(name: str, value: Any) -> list[str]:
    if isinstance(value, str) and "\n" in value:
        return [f"      {name}: |", *[f"        {line}" for line in value.splitlines()]]
    return [f"      {name}: {_flow(value)}"]


def _flow(value: Any) -> str:
    """A plain value on one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return {"inf": ".inf", "-inf": "-.inf"}.get(repr(value), repr(value))
    return json.dumps(value)


def _code(text: str) -> str:
    """Text as code within a table."""
    fence = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{fence}{space}{_cell(text)}{space}{fence}"


def _cell(text: str) -> str:
    """Text that does not end a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
