"""Which columns of a table: by name, place, type or role (fact sheet 2.6).

A selection begins with all or with no columns; its rules then add or take away, in order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bottega.dataset.table import Column
from bottega.dataset.types import Kind, Role
from bottega.errors import BottegaError

TYPE_WORDS = ("All", "Numeric", "Integer", "Double", "Boolean", "String", "Categorical", "DateTime", "TimeSpan")
_NUMBERS = (Kind.INTEGER, Kind.DOUBLE)
_RANGE = re.compile(r"([0-9]{1,30})(?:\s*-\s*([0-9]{1,30}))?")
_CRITERIA = ("names", "indices", "types", "roles")


@dataclass(frozen=True)
class Rule:
    """One step of a selection; the criteria given are alternatives.

    names    exact column names
    indices  1-based places and closed ranges, such as `1-20,25`
    types    words of TYPE_WORDS; those but Categorical and All mean columns that are not categorical
    """

    include: bool
    names: tuple[str, ...] = ()
    indices: str = ""
    types: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()

    def places(self, columns: Sequence[Column], parameter: str) -> list[int]:
        """The 0-based places that the criteria mean, in the order told. Raises `0001`, `0059` or `0060`."""
        found = _named(self.names, columns)
        found += _indices(self.indices, len(columns), parameter)
        for place, column in enumerate(columns):
            if column.role in self.roles or any(_is(column, word) for word in self.types):
                found.append(place)
        return list(dict.fromkeys(found)) if self.types or self.roles else found

    def as_plain(self) -> dict[str, Any]:
        """The rule as a file holds it."""
        told: dict[str, Any] = {}
        if self.names:
            told["names"] = list(self.names)
        if self.indices:
            told["indices"] = self.indices
        if self.types:
            told["types"] = list(self.types)
        if self.roles:
            told["roles"] = [role.value for role in self.roles]
        return {"include" if self.include else "exclude": told}


@dataclass(frozen=True)
class Columns:
    """A selection of columns. Without rules and `begin_with_all` it means no column.

    keep  allow duplicates, and keep the order in which rules name columns; else columns
          come once and in the table's order
    """

    begin_with_all: bool = False
    rules: tuple[Rule, ...] = ()
    keep: bool = False

    @classmethod
    def named(cls, *names: str) -> Columns:
        """The columns of these names."""
        return cls(rules=(Rule(include=True, names=names),)) if names else cls()

    @classmethod
    def every(cls) -> Columns:
        """All columns."""
        return cls(begin_with_all=True)

    @classmethod
    def of_type(cls, *words: str, features_only: bool = False) -> Columns:
        """All columns of these types."""
        rules: tuple[Rule, ...] = (Rule(include=True, types=words),)
        if features_only:
            others = tuple(role for role in Role if role is not Role.FEATURE)
            rules = (*rules, Rule(include=False, roles=others))
        return cls(rules=rules)

    @classmethod
    def parse(cls, value: object) -> Columns:
        """A selection from a file: a word or name, a list of names, or a mapping with rules.

        Raises ValueError that says what is wrong.
        """
        if isinstance(value, Columns):
            return value
        if value is None or value == "":
            return cls()
        if isinstance(value, str):
            return _SETS.get(value) or cls.named(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return cls.named(str(value))
        if isinstance(value, list | tuple):
            return cls.named(*[_name(entry) for entry in value])
        if isinstance(value, Mapping):
            return _of_mapping(value)
        raise ValueError(f"{value!r} is no selection of columns: give a name, a list of names or a mapping with rules")

    def as_plain(self) -> Any:
        """The shortest form that `parse` reads as this."""
        for word, selection in _SETS.items():
            if selection == self:
                return word
        if not self.begin_with_all and not self.keep and len(self.rules) == 1:
            rule = self.rules[0]
            if rule == Rule(include=True, names=rule.names):
                return list(rule.names)
        told: dict[str, Any] = {"begin": "all columns" if self.begin_with_all else "no columns"}
        if self.rules:
            told["rules"] = [rule.as_plain() for rule in self.rules]
        if self.keep:
            told["keep"] = True
        return told

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen, whatever the table."""
        return not self.begin_with_all and not any(rule.include for rule in self.rules)

    def places(self, columns: Sequence[Column], parameter: str = "columns") -> list[int]:
        """The 0-based places selected; may be none. Raises `0001`, `0059` or `0060`."""
        chosen = list(range(len(columns))) if self.begin_with_all else []
        for rule in self.rules:
            places = rule.places(columns, parameter)
            if not rule.include:
                left_out = set(places)
                chosen = [place for place in chosen if place not in left_out]
            else:
                chosen += places
        return chosen if self.keep else sorted(set(chosen))

    def select(self, columns: Sequence[Column], parameter: str = "columns") -> list[str]:
        """The names selected. Raises `0001`, `0059`, `0060`, or `0011` when there is none."""
        places = self.places(columns, parameter)
        if not places:
            raise BottegaError("0011", parameter=parameter)
        return [columns[place].name for place in places]

    def one(self, columns: Sequence[Column], parameter: str = "column") -> str:
        """The one name selected. Raises as `select` does, and `0022` when there are several."""
        names = self.select(columns, parameter)
        if len(names) > 1:
            raise BottegaError("0022", parameter=parameter, found=len(names), expected=1)
        return names[0]


_SETS = {
    "All": Columns.every(),
    "None": Columns(),
    "NumericAll": Columns.of_type("Numeric"),
    "CategoricalAll": Columns.of_type("Categorical"),
    "StringFeature": Columns.of_type("String", features_only=True),
}
SET_WORDS = tuple(_SETS)


def _name(entry: object) -> str:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, int | float) and not isinstance(entry, bool):
        return str(entry)
    raise ValueError(f"{entry!r} is no column name")


def _of_mapping(value: Mapping[Any, Any]) -> Columns:
    unknown = set(value) - {"begin", "rules", "keep"}
    if unknown:
        raise ValueError(f"a selection has begin, rules and keep, not {', '.join(map(str, sorted(unknown, key=str)))}")
    begin = value.get("begin", "no columns")
    if begin not in ("all columns", "no columns"):
        raise ValueError(f"a selection begins with `all columns` or `no columns`, not {begin!r}")
    keep = value.get("keep", False)
    if not isinstance(keep, bool):
        raise ValueError(f"keep is true or false, not {keep!r}")
    rules = value.get("rules") or []
    if not isinstance(rules, list | tuple):
        raise ValueError("rules are a list")
    return Columns(begin == "all columns", tuple(_rule(rule) for rule in rules), keep)


def _rule(value: object) -> Rule:
    if not isinstance(value, Mapping) or len(value) != 1 or next(iter(value)) not in ("include", "exclude"):
        raise ValueError(f"a rule is `include: …` or `exclude: …`, not {value!r}")
    word, told = next(iter(value.items()))
    if isinstance(told, str | list | tuple):
        told = {"names": told}
    if not isinstance(told, Mapping) or not told or set(told) - set(_CRITERIA):
        raise ValueError(f"a rule takes {', '.join(_CRITERIA)}, not {told!r}")
    return Rule(
        include=word == "include",
        names=tuple(_name(entry) for entry in _list(told.get("names"))),
        indices=_index_text(told.get("indices", "")),
        types=tuple(_one_of(entry, TYPE_WORDS, "type") for entry in _list(told.get("types"))),
        roles=tuple(Role(_one_of(entry, tuple(Role), "role")) for entry in _list(told.get("roles"))),
    )


def _list(value: object) -> list[object]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return list(value)
    raise ValueError(f"{value!r} is no list")


def _index_text(value: object) -> str:
    """Indices as text, also where a file has them as a number or a list."""
    return ",".join(str(entry) for entry in value) if isinstance(value, list | tuple) else str(value)


def _one_of(entry: object, known: tuple[str, ...], what: str) -> str:
    if isinstance(entry, str) and entry in known:
        return entry
    raise ValueError(f"{entry!r} is no {what}; there are {', '.join(known)}")


def _named(names: Sequence[str], columns: Sequence[Column]) -> list[int]:
    if not names:
        return []
    places = {column.name: place for place, column in enumerate(columns)}
    for name in names:
        if name not in places:
            raise BottegaError("0001", column=name, columns=", ".join(column.name for column in columns[:20]))
    return [places[name] for name in names]


def _indices(text: str, count: int, parameter: str) -> list[int]:
    found: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise BottegaError("0059", parameter=parameter, value=part)
        first = int(match[1])
        last = int(match[2] or first)
        if not 1 <= first <= last <= count:
            raise BottegaError("0060", parameter=parameter, value=part, lower=1, upper=count)
        found += range(first - 1, last)
    return found


def _is(column: Column, word: str) -> bool:
    if word == "All":
        return True
    if word == "Categorical" or column.type.categorical:
        return column.type.categorical and word == "Categorical"
    if word == "Numeric":
        return column.type.kind in _NUMBERS
    return column.type.kind == word
