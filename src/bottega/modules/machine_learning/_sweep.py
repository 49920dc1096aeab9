"""Create trainer mode: one value for each setting of a learner, or several for Tune Model Hyperparameters to try."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from bottega.sdk import BottegaError, ModuleSpec, Setting, UntrainedModel, When, spec_of

_L = TypeVar("_L", bound=UntrainedModel)


class TrainerMode(StrEnum):
    """Which of a learner's parameters count: the single values, or the ranges."""

    SINGLE = "Single Parameter"
    RANGE = "Parameter Range"


# Beside a single value, and beside its range. The parameter that they look at is called trainer_mode.
IN_SINGLE = When("trainer_mode", TrainerMode.SINGLE)
IN_RANGE = When("trainer_mode", TrainerMode.RANGE)


def swept(learner: _L, function: Callable[..., Any], mode: TrainerMode, **ranges: str) -> _L:
    """The learner with what a sweep may vary of it.

    `ranges` hold, for settings of the learner, the values to try as the user wrote them, such as "1; 10; 50". Each
    value has to be one that the module's parameter of the setting's name takes; the range's own parameter has that
    name with `_range`. Of a learner with ranges the first values count where it is trained without a sweep. For one
    with single values a sweep tries the ranges that are the module's defaults, as classic's does.

    Raises `0003` for a range without a value, `0002` and `0004` to `0008` for values that are none of the setting's.
    """
    spec = spec_of(function)
    if mode is TrainerMode.SINGLE:
        ranges = {name: _parameter(spec, f"{name}_range").default for name in ranges}
    grid = tuple(
        Setting(name, _parameter(spec, name).title, _values(_parameter(spec, name), text))
        for name, text in ranges.items()
    )
    first = {} if mode is TrainerMode.SINGLE else {setting.name: setting.values[0] for setting in grid}
    changes: dict[str, Any] = first | {"grid": grid}
    replaced: Any = dataclasses.replace(learner, **changes)  # type: ignore[type-var]  # a dataclass with a grid
    return replaced  # type: ignore[no-any-return]


def _parameter(spec: ModuleSpec, name: str) -> Any:
    return next(parameter for parameter in spec.parameters if parameter.name == name)


def _values(parameter: Any, text: str) -> tuple[Any, ...]:
    """The different values of a range, in the order written."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not parts:
        raise BottegaError("0003", parameter=parameter.title)
    return tuple(dict.fromkeys(parameter.convert(part) for part in parts))
