"""The ports of a module, and finding one by any of its spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PortType(StrEnum):
    """What a port carries. Both kinds of model are ILearner to classic; here a graph is told apart sooner."""

    TABLE = "DataTable"
    CSV = "GenericCsv"
    TSV = "GenericTsv"
    ARFF = "Arff"
    SVMLIGHT = "SvmLight"
    ZIP = "Zip"
    UNTRAINED_MODEL = "UntrainedModel"
    TRAINED_MODEL = "TrainedModel"
    TRANSFORM = "Transform"
    DEVICE = "Device"
    FILE = "File"  # a dataset that is kept and downloaded, or what the runner reads a table from
    ANY = "Dataset"  # known only when the dataset is looked up: a table or a zip

    def fits(self, wanted: PortType) -> bool:
        """Whether an output of this type may feed an input of the other; files of tables are read as tables."""
        return self in (wanted, PortType.ANY) or (self in TABLE_FILES and wanted is PortType.TABLE)

    @property
    def is_table(self) -> bool:
        """Whether it carries a table, or a file that is read as one."""
        return self is PortType.TABLE or self in TABLE_FILES


# Files that are read as tables where those are wanted, with their formats in `dataset.formats`.
TABLE_FILES: Mapping[PortType, str] = {
    PortType.CSV: "csv", PortType.TSV: "tsv", PortType.ARFF: "arff", PortType.SVMLIGHT: "svmlight",
}  # fmt: skip

# What travels as a pickle, which runs what its maker put into it where it is opened: in a jail only.
PICKLED = frozenset({PortType.UNTRAINED_MODEL, PortType.TRAINED_MODEL, PortType.TRANSFORM})


@dataclass(frozen=True)
class Port:
    """A port: its name in files, its title for people, and further spellings that mean it."""

    name: str
    title: str
    type: PortType
    optional: bool = False
    others: tuple[str, ...] = ()
    help: str = ""

    def spellings(self) -> set[str]:
        """All spellings, folded."""
        return {folded(spelling) for spelling in (self.name, self.title, *self.others)}


def folded(spelling: str) -> str:
    """A spelling without what never matters: capitals, spaces, dashes and underscores.

    Documents, old clients and this project's own files do not agree on them (fact sheet 1.1).
    """
    return re.sub(r"[\s_-]+", "", spelling).casefold()


def find(spelling: str, ports: Sequence[Port]) -> Port | None:
    """The port that a spelling means, or None."""
    for port in ports:
        if port.name == spelling:
            return port
    wanted = folded(spelling)
    return next((port for port in ports if wanted in port.spellings()), None)
