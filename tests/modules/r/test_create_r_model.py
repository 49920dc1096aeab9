"""Create R Model: trainer and scorer in R, between Train Model and Score Model."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from tests.modules.data.helpers import fails, run, table
from tests.modules.r.helpers import needs_r, rscript

pytestmark = needs_r
X = [float(each) for each in range(20)]
DATA = table(x=X, z=[each**2 for each in X], y=[3 * each - each**2 + 1 for each in X])

LOGISTIC = """\
train <- data.frame(get.feature.columns(dataset), Class = as.factor(get.label.column(dataset)))
model <- glm(Class ~ ., binomial, train)
"""
PROBABILITIES = """\
probabilities <- predict(model, dataset, type = "response")
classes <- as.factor(ifelse(probabilities >= 0.5, "yes", "no"))
scores <- data.frame(classes, probabilities)
"""


def trained(trainer: str | None = None, scorer: str | None = None, data: Table = DATA, label: str = "y") -> Any:
    """A model that has travelled as it does between jails."""
    given = {name: text for name, text in (("trainer", trainer), ("scorer", scorer)) if text is not None}
    learner = pickle.loads(pickle.dumps(run("create-r-model", **given)))
    return pickle.loads(pickle.dumps(run("train-model", learner, data, label=label)))


def test_the_default_scripts_are_a_linear_regression() -> None:
    scored = run("score-model", trained(), DATA)
    assert scored.arrow.column_names == ["x", "z", "y", "Scored Labels"]
    assert [column.role for column in scored.columns] == [Role.FEATURE, Role.FEATURE, Role.LABEL, Role.SCORE]
    assert np.allclose(scored.column("Scored Labels").to_numpy(), DATA.column("y").to_numpy())


def test_any_model_of_r(tmp_path: Path) -> None:
    labels = ["yes" if each in (4, 9, 11, 12, 13, 15, 18, 19) else "no" for each in range(20)]
    data = table(x=X, y=labels)
    scored = run("score-model", trained(LOGISTIC, PROBABILITIES, data), data)
    assert [str(column.type) for column in scored.columns[2:]] == ["Categorical String", "Double"]
    told = rscript(
        "y <- as.integer(0:19 %in% c(4, 9, 11, 12, 13, 15, 18, 19)); x <- 0:19; m <- glm(y ~ x, binomial);"
        " cat(format(unname(fitted(m)), digits = 17))", tmp_path,
    )  # fmt: skip
    assert np.allclose(scored.column("probabilities").to_numpy(), [float(each) for each in told.split()])


def test_helpers_go_by_the_label_and_the_roles() -> None:
    trainer = """\
model <- list(get.feature.column.names(dataset), get.label.column.names(dataset), get.label.column.types(dataset),
    names(get.label.columns(dataset)), identical(get.label.column(dataset), dataset$y), names(dataset))
"""
    scorer = 'scores <- data.frame(told = rep(paste(unlist(model), collapse = " "), nrow(dataset)))'
    data = table({"id": Role.NONE}, id=[1, 2], x=[1.0, 2.0], y=["a", "b"])
    scored = run("score-model", trained(trainer, scorer, data), data)
    assert scored.column("told").to_pylist() == ["x y character y TRUE id x y"] * 2


def test_scoring_without_the_label_and_with_more_columns() -> None:
    model = trained()
    scored = run("score-model", model, table(more=["a", "b"], z=[4.0, None], x=[2.0, 3.0]))
    assert scored.arrow.column_names == ["more", "z", "x", "Scored Labels"]
    assert scored.column("Scored Labels").to_pylist() == [pytest.approx(3.0), None]


@pytest.mark.parametrize(
    ("trainer", "scorer", "says"),
    [
        ("x <- 1", None, "has to set the variable model"),
        (None, "x <- 1", "has to set the variable scores"),
        (None, "scores <- 1:20", '"scores" is no data.frame'),
        (None, "scores <- data.frame(a = 1:3)", "gave 3 rows for the 20"),
        ("\nstop('no')", None, "line 2: no"),
        (None, "\nstop('no')", "line 2: no"),
        ("model <- ", None, "unexpected end of input"),
    ],
)
def test_scripts_that_fail(trainer: str | None, scorer: str | None, says: str) -> None:
    with pytest.raises(BottegaError) as caught:
        run("score-model", trained(trainer, scorer), DATA)
    assert caught.value.code == "0063"
    assert says in str(caught.value)


def test_data_that_nothing_can_be_learned_from() -> None:
    learner = run("create-r-model")
    fails("0021", "train-model", learner, Table(DATA.arrow.slice(0, 0)), label="y")
    fails("0047", "train-model", learner, table(y=[1.0]), label="y")
    fails("0001", "score-model", trained(), table(x=[1.0]))


@pytest.mark.parametrize("given", [{"trainer": ""}, {"scorer": "#" * 40_000}])
def test_scripts_that_cannot_be(given: dict[str, str]) -> None:
    fails("0063", "create-r-model", **given)


def test_what_a_model_tells_of_itself() -> None:
    told = trained().describe()
    assert (told["learner"], told["rows"], told["label"]) == ("R model", 20, {"name": "y"})
    assert [each["name"] for each in told["features"]] == ["x", "z"]
