"""Sample datasets and sample experiments: there in every workspace, written to none.

Old clients fail on empty lists (clients.md 0, rule 8), and their tests look for some of these.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING

from bottega.server.studio.wire import GLOBAL, AssetId, ExperimentId

if TYPE_CHECKING:
    from bottega.graph.document import Experiment

# When they were made, in seconds since 1970: a moment that never changes.
MADE = 1_600_000_000.0
OWNER = "Bottega"


@dataclass(frozen=True)
class SampleDataset:
    """A dataset that comes along.

    name      as clients see it
    document  as experiments name it; of those that scikit-learn has too, the name of that sample
    """

    name: str
    document: str
    file: str
    data_type: str
    description: str

    @cached_property
    def id(self) -> AssetId:
        """Always the same."""
        return AssetId(GLOBAL, _digest(f"family {self.document}"), _digest(f"dataset {self.document}"))

    @cached_property
    def size(self) -> int:
        """In bytes."""
        return len(self.read())

    def read(self) -> bytes:
        """The file."""
        return _read(self.file)


@dataclass(frozen=True)
class SampleExperiment:
    """An experiment that comes along, to be looked at and copied."""

    id: ExperimentId
    file: str

    @cached_property
    def text(self) -> str:
        """Its document."""
        return _read(self.file).decode()

    @cached_property
    def experiment(self) -> Experiment:
        """The same, read."""
        from bottega.graph.reading import loads

        return loads(self.text).experiment


DATASETS = (
    SampleDataset(
        "Airport Codes Dataset", "Airport Codes Dataset", "airport_codes.csv", "GenericCSV",
        "Airports of the United States: id, city, state, name",
    ),
    SampleDataset("Breast cancer data", "breast-cancer", "breast_cancer.arff", "ARFF",
                  "Breast cancer, Wisconsin: 569 tumours, 30 measures of their cells, malignant or benign"),
    SampleDataset("diabetes", "diabetes", "diabetes.csv", "GenericCSV",
                  "Diabetes: 442 patients, 10 measures, progression of the disease after a year"),
    SampleDataset("digits", "digits", "digits.csv", "GenericCSV",
                  "Handwritten digits: 1,797 pictures of 8 by 8 pixels"),
    SampleDataset("iris", "iris", "iris.csv", "GenericCSV", "Iris: 150 flowers, 4 measures, 3 species"),
    SampleDataset("linnerud", "linnerud", "linnerud.csv", "GenericCSV",
                  "Linnerud: 20 men, 3 exercises and 3 measures of the body"),
    SampleDataset("wine", "wine", "wine.csv", "GenericCSV", "Wine: 178 wines, 13 chemical measures, 3 cultivars"),
)  # fmt: skip
EXPERIMENTS = (
    SampleExperiment(ExperimentId(GLOBAL, "1f022fd4578847dc867d662a51f0a105"), "breast_cancer_detection.yaml"),
    SampleExperiment(ExperimentId(GLOBAL, "5f1d7a2c94e34b0bb3c6e0c9a8d4f217"), "diabetes_progression.yaml"),
)


def dataset(id: AssetId) -> SampleDataset | None:  # noqa: A002 - what it is
    """The sample dataset of that id, or None."""
    return next((each for each in DATASETS if each.id.family == id.family), None)


def named(name: str) -> SampleDataset | None:
    """The sample dataset that clients or experiments call so, or None."""
    return next((each for each in DATASETS if name in (each.name, each.document)), None)


def experiment(id: ExperimentId) -> SampleExperiment | None:  # noqa: A002 - what it is
    """The sample experiment of that id, or None."""
    return next((each for each in EXPERIMENTS if each.id == id), None)


@cache
def _read(file: str) -> bytes:
    return (resources.files("bottega.server") / "samples" / file).read_bytes()


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
