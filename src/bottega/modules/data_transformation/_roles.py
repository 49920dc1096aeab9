"""The roles of columns that came together from several tables."""

from __future__ import annotations

from collections.abc import Iterable

from bottega.sdk import Role

_SINGLE = (Role.LABEL, Role.WEIGHT)


def once(roles: Iterable[Role]) -> list[Role]:
    """The roles with one label and one weight, the first of each; what would be another is a feature."""
    taken: set[Role] = set()
    result = []
    for role in roles:
        result.append(Role.FEATURE if role in taken else role)
        if role in _SINGLE:
            taken.add(role)
    return result
