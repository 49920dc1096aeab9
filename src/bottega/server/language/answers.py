"""What an editor asks about a script, and what it is told, in words of our own API."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from bottega.server.language import protocol
from bottega.server.language.header import FRAME, Place, Shown
from bottega.server.language.protocol import Markup

MOST_COMPLETIONS = 400
LONGEST_SCRIPT = 512 << 10
_LONGEST_HELP = 4000
_LONGEST_SUMMARY = 400
_LONGEST_DETAIL = 200
_LEAST_PREFIX = 3
_IMPORTED = re.compile(r"\(import ([\w.]+)\)")
_RULER = re.compile(r"\n-{3,}\n")
_WORD = re.compile(r"\w*\Z")
_UNNECESSARY = 1
_SEVERITIES: dict[int, Literal["error", "warning", "info", "hint"]] = {1: "error", 2: "warning", 3: "info", 4: "hint"}
# What editors have pictures for; all else is a word.
_KINDS = {
    2: "method", 3: "function", 4: "class", 5: "property", 6: "variable", 7: "class", 8: "interface", 9: "namespace",
    10: "property", 13: "enum", 14: "keyword", 21: "constant", 22: "class", 25: "type",
}  # fmt: skip
# Said of the types that the header was given, or of what the appended line is for.
_OURS = ("invalid-parameter-default",)

Line = Annotated[int, Meta(ge=1, le=1 << 20)]
Column = Annotated[int, Meta(ge=0, le=1 << 20)]


class Script(Struct, forbid_unknown_fields=True):
    """A script as it stands in an editor.

    editor        any word that stays the same while the editor is open
    tables        which of the data ports are connected, in order
    port_mapping  as the module's parameter of this name
    bundle        whether a zip is connected, whose modules are not known here
    old_names     whether names that libraries have removed are restored; null where the environment says
    inline        whether the packages that the script asks for itself (PEP 723) count before `environment`
    """

    editor: Annotated[str, Meta(min_length=1, max_length=100)]
    text: Annotated[str, Meta(max_length=LONGEST_SCRIPT)]
    environment: Annotated[str, Meta(max_length=100)] = "default"
    tables: Annotated[list[bool], Meta(max_length=16)] = field(default_factory=lambda: [True, True])
    port_mapping: Literal["connected", "slots"] = "connected"
    bundle: bool = False
    old_names: bool | None = None
    inline: bool = False


class ScriptAt(Script, kw_only=True, forbid_unknown_fields=True):
    """With a place: lines from 1, columns from 0 in UTF-16 units, as JavaScript counts."""

    line: Line
    column: Column

    @property
    def place(self) -> Place:
        """As the language server counts."""
        return Place(self.line - 1, self.column)


class Span(Struct):
    """A part of the script."""

    line: int
    column: int
    end_line: int
    end_column: int


class ScriptEdit(Span):
    """A change to the script."""

    text: str


class ScriptFix(Struct):
    """What ends a problem. A safe one means the same whatever the data."""

    title: str
    safe: bool
    edits: list[ScriptEdit]


class ScriptProblem(Span):
    """Something that is wrong, or of no use.

    code  of the language server; "removed-name" for what a library has no more, "python2" for a script of Python 2
    """

    severity: Literal["error", "warning", "info", "hint"]
    message: str
    code: str
    unnecessary: bool
    fixes: list[ScriptFix] = field(default_factory=list)


class Completion(Struct):
    """Something that could stand here. `source` is the module that it would be imported from."""

    label: str
    kind: str
    detail: str
    summary: str
    insert: str
    source: str
    edits: list[ScriptEdit]


class Completions(Struct):
    """All that could; `more` where typing on may bring others."""

    items: list[Completion]
    more: bool


class Explanation(Struct):
    """What a name is: its type or signature as Python, and its documentation as plain text."""

    code: str
    help: str
    span: Span | None


class SignatureParameter(Struct):
    """Where it stands in the label."""

    start: int
    end: int


class Signature(Struct):
    """A way to call; `active` is the parameter that the place is at, -1 for none."""

    label: str
    help: str
    parameters: list[SignatureParameter]
    active: int


class Signatures(Struct):
    """All ways to call what stands before the place, the fitting one first; none where nothing is called."""

    signatures: list[Signature]


def problems(report: protocol.Report | None, shown: Shown, *, bundle: bool) -> list[ScriptProblem]:
    """What is wrong with the script itself."""
    found = []
    for each in report.items if report is not None else ():
        code = str(each.code or "")
        span = _span(each.range, shown)
        if span is None or FRAME in each.message:
            continue
        if shown.in_header(Place(span.line - 1, span.column)) and (code in _OURS or _UNNECESSARY in each.tags):
            continue  # a table that is not used yet is no fault of the script's
        if bundle and code in {"import-not-found", "unresolved-import"}:
            continue
        message = each.message.partition("\n\n")[0].strip()
        severity = _SEVERITIES.get(each.severity or 1, "error")
        found.append(
            ScriptProblem(
                span.line,
                span.column,
                span.end_line,
                span.end_column,
                severity,
                message,
                code,
                _UNNECESSARY in each.tags,
            )
        )
    return found


def completions(answer: protocol.Items | list[protocol.Item] | None, shown: Shown, script: ScriptAt) -> Completions:
    """What could stand here; names that would be imported only once their beginning is typed."""
    if answer is None:
        return Completions([], more=False)
    items, more = (answer, False) if isinstance(answer, list) else (answer.items, answer.is_incomplete)
    prefix = _prefix(script).casefold()
    told: list[Completion] = []
    for each in items:
        if FRAME in each.label or FRAME in (each.insert_text or ""):
            continue
        if each.additional_text_edits and (len(prefix) < _LEAST_PREFIX or not each.label.casefold().startswith(prefix)):
            more = True
            continue
        told.append(_completion(each, shown))
    return Completions(told[:MOST_COMPLETIONS], more or len(told) > MOST_COMPLETIONS)


def explanation(answer: protocol.HoverAnswer | None, shown: Shown) -> Explanation | None:
    """What is told of a name."""
    if answer is None or not answer.contents.value.strip():
        return None
    code, text = _split(answer.contents.value)
    span = _span(answer.range, shown) if answer.range is not None else None
    return Explanation(code.strip().replace(f"{FRAME}.", "pandas."), text.strip()[:_LONGEST_HELP], span)


def signatures(answer: protocol.Signatures | None) -> Signatures:
    """How what stands before the place is called."""
    if answer is None:
        return Signatures([])
    told = [_signature(each, answer.active_parameter) for each in answer.signatures]
    first = answer.active_signature or 0
    return Signatures(told[first : first + 1] + told[:first] + told[first + 1 :])


def _completion(item: protocol.Item, shown: Shown) -> Completion:
    beside = item.label_details or protocol.LabelDetails()
    imported = _IMPORTED.search(beside.detail or "")
    edits = []
    for edit in item.additional_text_edits or ():
        span = _span(edit.range, shown)
        if span is not None:
            edits.append(ScriptEdit(span.line, span.column, span.end_line, span.end_column, edit.new_text))
    return Completion(
        item.label, _KINDS.get(item.kind, "text"), (item.detail or "")[:_LONGEST_DETAIL],
        _text(item.documentation).partition("\n\n")[0][:_LONGEST_SUMMARY], item.insert_text or item.label,
        imported[1] if imported else "", edits,
    )  # fmt: skip


def _signature(signature: protocol.OneSignature, among_all: int | None) -> Signature:
    active = signature.active_parameter if signature.active_parameter is not None else among_all
    places = _parameters(signature)
    if active is None or not 0 <= active < len(places):
        active = -1
    return Signature(signature.label, _text(signature.documentation)[:_LONGEST_SUMMARY], places, active)


def _parameters(signature: protocol.OneSignature) -> list[SignatureParameter]:
    places, begin = [], 0
    for each in signature.parameters or ():
        if isinstance(each.label, tuple):
            start, end = each.label
        else:
            start = signature.label.find(each.label, begin)
            end = start + len(each.label)
        if not 0 <= start <= end <= len(signature.label):
            start = end = 0
        places.append(SignatureParameter(start, end))
        begin = max(begin, end)
    return places


def _prefix(script: ScriptAt) -> str:
    """The part of a word before the place."""
    lines = script.text.split("\n")
    if script.line > len(lines):
        return ""
    before = lines[script.line - 1].encode("utf-16-le", "surrogatepass")[: script.column * 2]
    found = _WORD.search(before.decode("utf-16-le", "replace"))
    return found[0] if found else ""


def _split(text: str) -> tuple[str, str]:
    """What is code, and what follows it."""
    ruler = _RULER.search(text)
    return (text[: ruler.start()], text[ruler.end() :]) if ruler else (text, "")


def _text(value: Markup | str | None) -> str:
    return value.value if isinstance(value, Markup) else value or ""


def _span(range_: protocol.Range, shown: Shown) -> Span | None:
    """A range of the text that was shown as a part of the script; None where it begins beyond it."""
    start = shown.outward(range_.start.place)
    if start is None:
        return None
    end = shown.outward(range_.end.place) or Place(shown.lines - 1, 1 << 20)  # an editor takes the line's end
    end = max(start, end)
    return Span(start.line + 1, start.column, end.line + 1, end.column)
