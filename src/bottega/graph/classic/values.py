"""Values of module parameters as the texts that classic's JSON has."""

from __future__ import annotations

import json
from typing import Any

from bottega.dataset.selection import Columns
from bottega.errors import BottegaError
from bottega.graph.classic import picker
from bottega.graph.writing import same
from bottega.sdk.parameters import Parameter


def to_text(parameter: Parameter | None, value: Any) -> str | None:
    """The text of a value, which a document may hold in any form that its parameter takes; None for none at all."""
    if parameter is not None:
        try:
            value = parameter.convert(value)
        except BottegaError:  # a draft may hold anything
            return None if value is None else plain_text(value)
        if value is None:
            return ""
        if isinstance(value, Columns):
            return picker.encode(value)
        value = parameter.as_plain(value)
    return None if value is None else plain_text(value)


def from_text(parameter: Parameter, value: Any) -> tuple[bool, Any]:
    """Whether a client gave a value, and the plain one that a document holds; one that cannot be read stays as it is.

    Raises ValueError for a broken column selection: a document would take it as the name of a column.
    """
    if value is None:
        return False, None
    if parameter.type is Columns:
        columns = picker.decode(value)
        return not (columns.is_empty and parameter.required), parameter.as_plain(columns)
    text = plain_text(value)
    if parameter.code is not None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return True, parameter.as_plain(parameter.convert(text))
    except BottegaError:
        return True, text


def is_default(parameter: Parameter, value: Any) -> bool:
    """Whether a plain value goes without saying."""
    return not parameter.required and same(value, parameter.as_plain(parameter.default))


def plain_text(value: Any) -> str:
    """The text of any plain value: true and false in small letters, lists and mappings as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, float) else repr(value)
