"""The form that tries a web service: a box for each column, a file for many rows, the answer below."""

from __future__ import annotations

from typing import Any

from bottega.dataset.types import Kind
from bottega.server.pages import parts
from bottega.server.pages.html import Child, Html, tag
from bottega.server.pages.subject import Subject
from bottega.services import examples
from bottega.services.program import Field, Input, Parameter
from bottega.services.swagger import parameter_schema

_MODES = {Kind.INTEGER: "numeric", Kind.DOUBLE: "decimal"}


def form(subject: Subject) -> str:
    """The page."""
    program = subject.program
    if not subject.answers:
        told = "An output of this service is a model, which only batch jobs can deliver, so there is no form for it."
        return parts.page(subject, "test", "Test", tag("p", told, class_="lead"))
    call = tag(
        "form",
        _key(), [_input(each, place) for place, each in enumerate(program.inputs)],
        tag("fieldset", tag("legend", "Parameters"), tag("div", map(_parameter, program.parameters), class_="boxes"))
        if program.parameters else None,
        tag("p", tag("button", "Call the service", type="submit"), tag("span", "", id="busy", role="status"), class_="actions"),
        id="call", data_execute=subject.here(subject.execute),
        data_samples=subject.here(f"{subject.help}/samples"), autocomplete="off",
    )  # fmt: skip
    result = tag("section", id="result", aria_live="polite", tabindex=-1)
    needs_scripts = tag("p", "This form needs JavaScript.", class_="note") if program.outputs else None
    return parts.page(
        subject, "test", "Test", tag("p", "Fill in a row, call the service, and see what comes back.", class_="lead"),
        tag("noscript", needs_scripts), call, result, scripts=("pages.js", "test.js"),
    )  # fmt: skip


def _key() -> Html:
    box = tag(
        "input",
        id="key",
        type="password",
        required=True,
        autocomplete="off",
        spellcheck="false",
        aria_describedby="key-note",
    )
    note = tag(
        "small",
        "The primary or secondary key of this endpoint. It stays in this page and is not stored.",
        id="key-note",
    )
    return tag("fieldset", tag("legend", "Key"), tag("label", "API key", for_="key"), box, note)


def _input(given: Input, number: int) -> Html:
    values = examples.rows(given)[0]
    boxes = [
        _box(field, value, f"in{number}-{place}")
        for place, (field, value) in enumerate(zip(given.fields, values, strict=True))
    ]
    area = tag("textarea", id=f"csv{number}", rows=6, spellcheck="false", placeholder=_header(given), data_csv=True)
    opener = tag("input", type="file", id=f"file{number}", accept=".csv,.tsv,.txt,text/csv", data_file=f"csv{number}")
    many = tag(
        "details", tag("summary", "Many rows"),
        tag("p", "Paste comma- or tab-separated text with a line of column names, or open a file. "
            "While there is text here, it is sent in place of the boxes."),
        tag("label", "Text", for_=f"csv{number}"), area, tag("label", "File", for_=f"file{number}"), opener,
        tag("p", "", class_="quiet", data_count=f"csv{number}", role="status"),
    )  # fmt: skip
    return tag(
        "fieldset",
        tag("legend", parts.code(given.name)),
        tag("div", boxes, class_="boxes"),
        many,
        data_input=given.name,
    )


def _header(given: Input) -> str:
    return ",".join(_csv(field.name) for field in given.fields)


def _csv(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"\n\r\t') else name


def _box(field: Field, value: str | None, name: str) -> Html:
    kind = examples.kind(field)
    choices = ("true", "false") if kind is Kind.BOOLEAN else field.categories
    suggested = (
        tag("datalist", [tag("option", value=choice) for choice in choices], id=f"{name}-list") if choices else None
    )
    box = tag(
        "input", id=name, type="text", value=value, placeholder="missing", inputmode=_MODES.get(kind), spellcheck="false",
        list=f"{name}-list" if choices else None, data_column=field.name, data_kind=str(kind),
    )  # fmt: skip
    label = tag("label", field.name, " ", tag("small", field.type if field.known else "any"), for_=name)
    return tag("div", label, box, suggested)


def _parameter(parameter: Parameter) -> Html:
    name = f"parameter-{parameter.name}"
    label = tag("label", parameter.name, " ", tag("small", parts.type_text(parameter)), for_=name)
    note = tag("small", parameter.description) if parameter.description else None
    return tag("div", label, _entry(parameter, name), note)


def _entry(parameter: Parameter, name: str) -> Html:
    schema = parameter_schema(parameter)
    known: dict[str, Any] = {"id": name, "data_parameter": parameter.name, "required": parameter.required}
    choices: list[Child] = list(schema.get("enum") or (("true", "false") if schema.get("type") == "boolean" else ()))
    default = "" if parameter.default is None else parts.plain(parameter.default)
    if choices:
        unset = tag("option", f"default: {default}" if default else "choose", value="")
        return tag("select", unset, [tag("option", choice, value=choice) for choice in choices], **known)
    return tag("input", type="text", placeholder=default or None, spellcheck="false", **known)
