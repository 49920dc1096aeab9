"""What travels between ports beside tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from bottega.dataset.table import Table


class UntrainedModel(ABC):
    """A learner with its settings; Train Model fits it. Lives inside jails only."""

    @abstractmethod
    def fit(self, table: Table, label: str) -> TrainedModel:
        """A model trained on all rows of the table to predict its column `label`."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Learner and settings as plain values, for people."""


class TrainedModel(ABC):
    """What can score a table. Lives inside jails only."""

    @abstractmethod
    def score(self, table: Table) -> Table:
        """The table with score columns appended."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Learner, label, features and what was learned, as plain values, for people."""


class Transform(ABC):
    """What can be applied again, with what it learned, to another table. Lives inside jails only."""

    @abstractmethod
    def apply(self, table: Table) -> Table:
        """The table transformed."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """The kind and what it learned, as plain values, for people."""


@dataclass(frozen=True)
class Zip:
    """A zip archive, such as a script bundle; never unpacked outside a jail."""

    data: bytes


@dataclass(frozen=True)
class CsvFile:
    """A table as CSV text in UTF-8, with a header."""

    data: bytes


@dataclass(frozen=True)
class RawFile:
    """The bytes of any file, where they lie in memory."""

    data: memoryview


class Dataset:
    """What a saved dataset may be: a table or a zip."""


@dataclass(frozen=True)
class Device:
    """What a script printed, and every picture that it saved (name, PNG or SVG), in order."""

    log: str
    pictures: tuple[tuple[str, bytes], ...] = ()
