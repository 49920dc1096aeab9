"""The parameters of a module: from any value that a file or a client gives to the one that the function takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bottega.dataset.selection import Columns
from bottega.errors import BottegaError
from bottega.sdk.hints import Range, When
from bottega.sdk.ports import folded

_TRUE = ("true", "yes", "1")
_FALSE = ("false", "no", "0")


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    type      str, int, float, bool, a StrEnum or Columns
    optional  None is a value too: nothing chosen
    required  there is no default
    """

    name: str
    title: str
    type: type
    default: Any = None
    required: bool = False
    optional: bool = False
    range: Range = field(default_factory=Range)
    when: tuple[When, ...] = ()
    code: str | None = None
    of: str | None = None
    single: bool = False
    secret: bool = False
    help: str = ""
    others: tuple[str, ...] = ()

    def convert(self, value: object) -> Any:
        """The value as the function takes it.

        Raises `0002` where it is not of the type, `0004` to `0008` where it is out of range.
        """
        if value is None or (isinstance(value, str) and not value.strip() and self.type not in (str, Columns)):
            if self.optional:
                return None
            if value is None and self.type is Columns:
                return Columns()
            raise self._unreadable(value)
        try:
            converted = _CONVERTERS[StrEnum if issubclass(self.type, StrEnum) else self.type](value, self.type)
        except (ValueError, TypeError, OverflowError) as error:
            raise self._unreadable(value) from error
        if isinstance(converted, int | float) and not isinstance(converted, bool):
            self._check_range(converted)
        return converted

    def as_plain(self, value: object) -> Any:
        """A converted value as files and fingerprints hold it."""
        if isinstance(value, Columns):
            return value.as_plain()
        return value.value if isinstance(value, StrEnum) else value

    def counts(self, values: Mapping[str, Any]) -> bool:
        """Whether the other parameters' converted values leave this one a meaning."""
        return all(when.parameter not in values or values[when.parameter] in when.values for when in self.when)

    def spellings(self) -> set[str]:
        """All spellings, folded."""
        return {folded(spelling) for spelling in (self.name, self.title, *self.others)}

    @property
    def type_text(self) -> str:
        """The type as people read it."""
        if issubclass(self.type, StrEnum):
            return "one of " + ", ".join(repr(str(choice)) for choice in self.type)
        words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
        return words.get(self.type, "one column" if self.single else "a selection of columns")

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a choice; nothing for other types."""
        return tuple(str(choice) for choice in self.type) if issubclass(self.type, StrEnum) else ()

    @property
    def range_text(self) -> str:
        """The range as people read it, such as `0 to 1`; nothing where there is none."""
        bounds = self.range
        parts = [
            f"{word} {bound:.15g}"
            for word, bound in (
                ("above", bounds.above),
                ("from", bounds.minimum),
                ("to", bounds.maximum),
                ("below", bounds.below),
            )
            if bound is not None
        ]
        return " ".join(parts)

    def json_schema(self) -> dict[str, Any]:
        """The JSON schema of the plain value."""
        schema: dict[str, Any] = dict(_SCHEMAS[StrEnum if issubclass(self.type, StrEnum) else self.type])
        if issubclass(self.type, StrEnum):
            schema["enum"] = list(self.choices)
        bounds = self.range
        limits = {
            "minimum": bounds.minimum, "maximum": bounds.maximum,
            "exclusiveMinimum": bounds.above, "exclusiveMaximum": bounds.below,
        }  # fmt: skip
        schema |= {key: bound for key, bound in limits.items() if bound is not None}
        if self.optional:
            schema = {"anyOf": [schema, {"type": "null"}]}
        schema["title"] = self.title
        if self.help:
            schema["description"] = self.help
        if not self.required:
            schema["default"] = self.as_plain(self.default)
        hints = {"code": self.code, "columnsOf": self.of, "single": self.single or None}
        hints["when"] = {when.parameter: [str(value) for value in when.values] for when in self.when} or None  # type: ignore[assignment]
        schema |= {f"x-{key}": hint for key, hint in hints.items() if hint is not None}
        return schema

    def _unreadable(self, value: object) -> BottegaError:
        return BottegaError("0002", value=repr(value)[:200], parameter=self.title, type=self.type_text)

    def _check_range(self, value: float) -> None:
        bounds = self.range
        facts: dict[str, Any] = {"parameter": self.title, "value": value}
        both = bounds.minimum is not None and bounds.maximum is not None
        if both and not bounds.minimum <= value <= bounds.maximum:  # type: ignore[operator]
            raise BottegaError("0008", **facts, lower=bounds.minimum, upper=bounds.maximum)
        if bounds.minimum is not None and value < bounds.minimum:
            raise BottegaError("0005", **facts, lower=bounds.minimum)
        if bounds.above is not None and value <= bounds.above:
            raise BottegaError("0004", **facts, lower=bounds.above)
        if bounds.below is not None and value >= bounds.below:
            raise BottegaError("0006", **facts, upper=bounds.below)
        if bounds.maximum is not None and value > bounds.maximum:
            raise BottegaError("0007", **facts, upper=bounds.maximum)


def _text(value: object, _type: type) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError


def _integer(value: object, _type: type) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError
    if isinstance(value, float) and not value.is_integer():
        raise ValueError
    return int(value)


def _number(value: object, _type: type) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError
    number = float(value)
    if math.isnan(number):
        raise ValueError
    return number


def _boolean(value: object, _type: type) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError


def _choice(value: object, type_: type) -> StrEnum:
    if not isinstance(value, str | int):
        raise TypeError
    text = _text(value, str)
    for choice in type_:  # type: ignore[attr-defined]  # a StrEnum
        if text == choice.value or folded(text) in (folded(choice.value), folded(choice.name)):
            return choice  # type: ignore[no-any-return]
    raise ValueError


def _columns(value: object, _type: type) -> Columns:
    return Columns.parse(value)


_CONVERTERS: Mapping[type, Any] = {
    str: _text, int: _integer, float: _number, bool: _boolean, StrEnum: _choice, Columns: _columns,
}  # fmt: skip
_SCHEMAS: Mapping[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    StrEnum: {"type": "string"},
    Columns: {"type": ["string", "array", "object"], "x-columns": True},
}
