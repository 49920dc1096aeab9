"""Whose code is in what a jail pickles: told by what ran there, never by what came out of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import PICKLED

# Shipped modules whose parameter is Python of their author, run in the module's own process.
_AUTHORS = frozenset({"create-python-model"})


class Given(Protocol):
    """What comes in at a port: an output of a run, or a constant of a program."""

    @property
    def type(self) -> str:
        """The port's type."""

    @property
    def trusted(self) -> bool:
        """As `store.records.Output`."""


def runs_others_code(spec: ModuleSpec) -> bool:
    """Whether a module is of a workspace's own, or runs what its user wrote: a script, R, a model in Python."""
    return spec.own is not None or spec.guest in {"script", "r"} or spec.name in _AUTHORS


def keeps_trust(spec: ModuleSpec, inputs: Iterable[Given]) -> bool:
    """Whether a module that opens these inputs runs no code but Bottega's own.

    Then it may share its process with others, and what it pickles is trusted.
    """
    return not runs_others_code(spec) and all(each.trusted or each.type not in PICKLED for each in inputs)
