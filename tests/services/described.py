"""A web service's program with one of everything, for tests of what is told of it."""

from __future__ import annotations

from typing import Any

from bottega.services.program import Field, Input, Output, Parameter, Program, Resource

FIELDS = (
    Field("age", "Integer"), Field("pay & more", "Double"), Field("kind", "Categorical String", categories=("x", "y")),
    Field("married", "Boolean"), Field("seen", "DateTime"), Field("took", "TimeSpan"), Field("odd", "String", known=False),
)  # fmt: skip
ROWS = (
    ("39", "1.5", "x", "True", "2016-01-02T00:00:00", "01:00:00", "1"),
    ("50", None, "secret-word", "False", None, None, None),
)


def program(**more: Any) -> Program:
    """It."""
    parameters = (
        Parameter(
            "penalty", ("train.c",), {"type": "number", "exclusiveMinimum": 0, "maximum": 9, "title": "C"}, default=1.0,
            description="How much.",
        ),
        Parameter("method", ("x.y",), {"type": "string", "enum": ["fast", "exact"], "default": "fast"}, required=True),
        Parameter("seed", ("x.z",), {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "null"}]}, required=True),
        Parameter("columns", ("x.c",), {"type": ["string", "array", "object"], "x-columns": True}, default=None),
        Parameter("limit", ("x.l",), {"type": "number"}, default=float("inf")),
    )  # fmt: skip
    given: dict[str, Any] = {
        "title": "Income <b>",
        "inputs": (Input("input1", ("score.dataset",), FIELDS, ROWS), Input("more/of~it", ("a.b",), FIELDS[:1])),
        "outputs": (
            Output("output1", "score.scored_dataset", fields=(*FIELDS, Field("Scored Labels", "String"))),
            Output("input1", "score.scored_dataset", fields=FIELDS[:1]),
        ),
        "parameters": parameters,
        "resources": (Resource("Income [trained model]", "ILearner", "train.trained_model"),),
    }
    return Program(**{**given, **more})
