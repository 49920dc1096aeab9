"""Experiments to begin with, each copied whole: its document, and the datasets that it needs where they are missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING

from bottega.engine.keep import keep
from bottega.graph.reading import loads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bottega.graph.document import Experiment
    from bottega.store.records import StoredExperiment
    from bottega.store.workspace import Workspace


@dataclass(frozen=True)
class Sample:
    """An experiment that comes along.

    folder    of the server that holds it
    datasets  file by name, of those that only it needs
    """

    id: str
    folder: str = "gallery"
    datasets: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """Its document."""
        return (resources.files("bottega.server") / self.folder / f"{self.id}.yaml").read_text("utf-8")

    @cached_property
    def experiment(self) -> Experiment:
        """The same, read."""
        return loads(self.text).experiment

    def copy(self, workspace: Workspace) -> StoredExperiment:
        """A new experiment of the workspace, with what it needs."""
        for name, file in self.datasets.items():
            if workspace.datasets.find(name) is None:
                place = resources.files("bottega.server") / self.folder / file
                with resources.as_file(place) as path:
                    keep(workspace, name, path, f"Made up, for the sample {self.experiment.title}")
        title, summary = self.experiment.title, self.experiment.description
        return workspace.experiments.create(self.text, title=title, summary=summary)


SAMPLES = (
    Sample("plots"),
    Sample("rank_features"),
    Sample("income", datasets={"people (sample)": "people.csv", "regions (sample)": "regions.csv"}),
    Sample("breast_cancer_detection", folder="samples"),
    Sample("diabetes_progression", folder="samples"),
)


def find(sample: str) -> Sample | None:
    """The sample of that id, or None."""
    return next((each for each in SAMPLES if each.id == sample), None)
