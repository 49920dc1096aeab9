"""Training experiments for tests, of a few made-up people."""

from __future__ import annotations

import random
from pathlib import Path

from bottega.graph.document import Experiment, FileRef

LEARNER = "two-class-logistic-regression"


def people(folder: Path, rows: int = 60) -> Experiment:
    """An experiment with a data file: age with gaps, hours, and a label that hangs on both."""
    chance = random.Random(7)  # equal data each time
    lines = ["age,hours,rich"]
    for _ in range(rows):
        age, hours = chance.randint(18, 70), chance.randint(10, 60)
        rich = "yes" if age + hours + chance.randint(-10, 10) > 80 else "no"
        lines.append(f"{'' if chance.random() < 0.1 else age},{hours},{rich}")
    (folder / "people.csv").write_text("\n".join(lines) + "\n")
    return Experiment(title="Rich people", folder=folder).add_dataset("people", FileRef("people.csv"))


def split(experiment: Experiment, source: str = "people") -> Experiment:
    """Half for training, half for testing."""
    return experiment.add("split", "split-data", inputs={"dataset": source}, fraction=0.5, seed=1)


def trained(
    experiment: Experiment, train: str = "split", test: str = "split.results_dataset2", suffix: str = ""
) -> Experiment:
    """With learner, training and scoring; what they read is told."""
    learner, model, score = (f"{name}{suffix}" for name in ("learner", "train", "score"))
    return (
        experiment.add(learner, LEARNER)
        .add(model, "train-model", inputs={"untrained_model": learner, "dataset": train}, label="rich")
        .add(score, "score-model", inputs={"trained_model": model, "dataset": test})
    )


def cleaned(experiment: Experiment) -> Experiment:
    """With the gaps of the people filled by the median."""
    return experiment.add(
        "clean", "clean-missing-data", inputs={"dataset": "people"}, mode="Replace with median", columns=["age"]
    )


def whole(folder: Path) -> Experiment:
    """Clean, split, train, score, evaluate."""
    experiment = trained(split(cleaned(people(folder)), "clean"))
    return experiment.add("evaluate", "evaluate-model", inputs={"scored_dataset": "score"})
