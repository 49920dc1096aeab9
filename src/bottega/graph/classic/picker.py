"""Column selections as classic's JSON text: `{"isFilter": true, "rules": [...]}`.

A rule has `exclude` and a `ruleType`: AllColumns; ColumnNames and ColumnIndexes with `columns`; ColumnTypes with
`columnTypes` and `columnKinds`, of which a column has to match both. A first AllColumns is what the selection begins
with. `isFilter: false` allows duplicates and keeps the order of the rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bottega.dataset.selection import TYPE_WORDS, Columns, Rule
from bottega.dataset.types import Role

_ALL = {"all", "alltypes", "allkinds", "allcolumns"}
_TYPES = {word.lower(): word for word in TYPE_WORDS}
_MANY = 100_000


def encode(columns: Columns) -> str:
    """The JSON text of a selection."""
    rules: list[dict[str, Any]] = [{"exclude": False, "ruleType": "AllColumns"}] if columns.begin_with_all else []
    narrowed = _narrowed(columns)
    if narrowed is not None:
        types, roles = narrowed
        rules.append(_rule("ColumnTypes", columnTypes=types, columnKinds=[role.value.title() for role in roles]))
    else:
        for rule in columns.rules:
            rules += _rules(rule)
    told = {"isFilter": not columns.keep, "rules": rules, "ui": {"withRules": not _is_names(columns)}}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def decode(value: Any) -> Columns:
    """The selection of a JSON text, of the JSON itself, of a list of names, of a word such as `NumericAll` or of one name.

    Raises ValueError that says what is wrong.
    """
    if isinstance(value, str) and value.strip()[:1] in {"{", "["}:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            if not value.strip().startswith("["):  # a column may be called so
                raise ValueError("it is no JSON") from error
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return Columns.every() if value == ["AllColumns"] else Columns.named(*value)
    if isinstance(value, str):
        return Columns.every() if value == "AllColumns" else Columns.parse(value)
    if not isinstance(value, Mapping):
        raise ValueError("a selection of columns has rules")
    rules = value.get("rules") or []
    rules = [rules] if isinstance(rules, Mapping) else rules
    if not isinstance(rules, list) or len(rules) > _MANY:
        raise ValueError("its rules are no list")
    columns = Columns(keep=_flag(value.get("isFilter", True)) is False)
    for each in rules:
        columns = _with(columns, each)
    return columns


def _rules(rule: Rule) -> Iterator[dict[str, Any]]:
    """Our criteria are alternatives, classic's rules have one each."""
    if rule.names:
        yield _rule("ColumnNames", include=rule.include, columns=list(rule.names))
    if rule.indices:
        yield _rule("ColumnIndexes", include=rule.include, columns=[part.strip() for part in rule.indices.split(",")])
    if rule.types:
        yield _rule("ColumnTypes", include=rule.include, columnTypes=list(rule.types), columnKinds=["All"])
    if rule.roles:
        kinds = [role.value.title() for role in rule.roles]
        yield _rule("ColumnTypes", include=rule.include, columnTypes=["All"], columnKinds=kinds)


def _rule(kind: str, *, include: bool = True, **told: Any) -> dict[str, Any]:
    return {"exclude": not include, "ruleType": kind, **told}


def _is_names(columns: Columns) -> bool:
    return (
        not columns.begin_with_all
        and len(columns.rules) == 1
        and columns.rules[0] == Rule(include=True, names=columns.rules[0].names)
    )


def _narrowed(columns: Columns) -> tuple[list[str], list[Role]] | None:
    """Types and roles of a selection that is `of these types`, less `of all other roles`."""
    if columns.begin_with_all or len(columns.rules) != 2:
        return None
    first, second = columns.rules
    types_only = first == Rule(include=True, types=first.types) and first.types
    roles_only = second == Rule(include=False, roles=second.roles) and second.roles
    roles = [role for role in Role if role not in second.roles]
    return (list(first.types), roles) if types_only and roles_only and roles else None


def _with(columns: Columns, told: Any) -> Columns:
    if not isinstance(told, Mapping):
        raise ValueError("a rule of it is no object")
    include = _flag(told.get("exclude", False)) is False
    kind = str(told.get("ruleType", "")).lower()
    rules: tuple[Rule, ...]
    if kind == "allcolumns":
        if include and not columns.rules:
            return replace(columns, begin_with_all=True)
        rules = (Rule(include, types=("All",)),)
    elif kind == "columnnames":
        rules = (Rule(include, names=tuple(_texts(told.get("columns")))),)
    elif kind in {"columnindexes", "columnindices"}:
        rules = (Rule(include, indices=",".join(_texts(told.get("columns")))),)
    elif kind == "columntypes":
        rules = _typed(columns, told, include=include)
    else:
        raise ValueError(f"there is no rule {str(told.get('ruleType'))[:100]}")
    return replace(columns, rules=(*columns.rules, *rules))


def _typed(columns: Columns, told: Mapping[str, Any], *, include: bool) -> tuple[Rule, ...]:
    types = [_word(each, _TYPES, "type of columns") for each in _texts(told.get("columnTypes"))]
    kinds = [_word(each, _ROLES, "kind of columns") for each in _texts(told.get("columnKinds"))]
    roles = tuple(role for role in Role if role.value in kinds)
    every_type, every_role = not types or "All" in types, not kinds or "All" in kinds
    if every_role:
        return (Rule(include, types=("All",) if every_type else tuple(types)),)
    if every_type:
        return (Rule(include, roles=roles),)
    if not include or columns.rules or columns.begin_with_all:
        raise ValueError("a rule by type and kind at once is understood at the beginning only")
    others = tuple(role for role in Role if role not in roles)
    first = Rule(include=True, types=tuple(types))
    return (first, Rule(include=False, roles=others)) if others else (first,)


_ROLES = {role.value: role.value for role in Role} | {f"{role.value}s": role.value for role in Role}


def _word(text: str, known: Mapping[str, str], what: str) -> str:
    lowered = text.strip().lower()
    if lowered in _ALL:
        return "All"
    if lowered not in known:
        raise ValueError(f"there is no {what} {text[:100]}")
    return known[lowered]


def _texts(value: Any) -> list[str]:
    values = [] if value is None else value if isinstance(value, list) else [value]
    if len(values) > _MANY or not all(isinstance(each, str | int) and not isinstance(each, bool) for each in values):
        raise ValueError("a rule of it names no columns")
    return [str(each) for each in values]


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
        return value.strip().lower() == "true"
    if value is None:
        return False
    raise ValueError(f"{str(value)[:100]!r} is neither true nor false")
