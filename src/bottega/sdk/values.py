"""What travels between ports beside tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bottega.dataset.table import Table
from bottega.sdk.ports import PortType


@dataclass(frozen=True)
class Setting:
    """A setting of a learner that a sweep may vary: its name, its title for people, and the values to try."""

    name: str
    title: str
    values: tuple[Any, ...]


class UntrainedModel(ABC):
    """A learner with its settings; Train Model fits it. Lives inside jails only."""

    @abstractmethod
    def fit(self, table: Table, label: str) -> TrainedModel:
        """A model trained on all rows of the table to predict its column `label`."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Learner and settings as plain values, for people."""

    def sweep(self) -> tuple[Setting, ...]:
        """What Tune Model Hyperparameters may vary; nothing where the learner has no such settings."""
        return ()

    def with_settings(self, _settings: Mapping[str, Any], /) -> UntrainedModel:
        """The same learner with other values of settings that `sweep` names."""
        return self


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
class TableFile:
    """A table as a file: its bytes, and its format in `dataset.formats`."""

    format: ClassVar[str]
    data: bytes


class CsvFile(TableFile):
    """A table as CSV text in UTF-8, with a header."""

    format = "csv"


class TsvFile(TableFile):
    """A table as tab-separated text in UTF-8, with a header."""

    format = "tsv"


class ArffFile(TableFile):
    """A table as ARFF text in UTF-8."""

    format = "arff"


class SvmLightFile(TableFile):
    """A table as SVMlight text: numbers, the label first, without names."""

    format = "svmlight"


# What carries plain bytes between jails.
FILES: Mapping[PortType, type[TableFile | Zip]] = {
    PortType.CSV: CsvFile, PortType.TSV: TsvFile, PortType.ARFF: ArffFile, PortType.SVMLIGHT: SvmLightFile,
    PortType.ZIP: Zip,
}  # fmt: skip


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
