"""What of the Language Server Protocol is read; everything else in an answer is passed over."""

from __future__ import annotations

from msgspec import Struct, field

from bottega.server.language.header import Place


class At(Struct):
    """A place."""

    line: int = 0
    character: int = 0

    @property
    def place(self) -> Place:
        """As our own value."""
        return Place(max(0, self.line), max(0, self.character))


class Range(Struct):
    """From a place to another."""

    start: At
    end: At


class Markup(Struct):
    """A text."""

    value: str = ""


class TextEdit(Struct, rename="camel"):
    """A change to the document."""

    range: Range
    new_text: str = ""


class LabelDetails(Struct):
    """What stands beside the label."""

    detail: str | None = None
    description: str | None = None


class Item(Struct, rename="camel"):
    """One completion."""

    label: str
    kind: int = 0
    detail: str | None = None
    documentation: Markup | str | None = None
    insert_text: str | None = None
    label_details: LabelDetails | None = None
    additional_text_edits: list[TextEdit] | None = None


class Items(Struct, rename="camel"):
    """All of them."""

    items: list[Item] = []
    is_incomplete: bool = False


class HoverAnswer(Struct):
    """What is told of a name."""

    contents: Markup
    range: Range | None = None


class ParameterLabel(Struct):
    """A parameter by its place in the label, or as text."""

    label: tuple[int, int] | str


class OneSignature(Struct, rename="camel"):
    """One way to call."""

    label: str
    documentation: Markup | str | None = None
    parameters: list[ParameterLabel] | None = None
    active_parameter: int | None = None


class Signatures(Struct, rename="camel"):
    """All ways to call, and which one fits."""

    signatures: list[OneSignature] = []
    active_signature: int | None = None
    active_parameter: int | None = None


class Diagnostic(Struct):
    """A problem."""

    range: Range
    message: str = ""
    severity: int | None = None
    code: str | int | None = None
    tags: list[int] = field(default_factory=list)


class Report(Struct):
    """All problems."""

    items: list[Diagnostic] = []
