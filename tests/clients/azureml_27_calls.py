"""What a user does with azureml 0.2.7 on Python 2.7, where all of it runs: a function a story.

python2.7 azureml_27_calls.py STORY FACTS
"""

# mypy: ignore-errors
# ruff: noqa: ANN001, ANN202, ANN201, UP010

from __future__ import print_function, unicode_literals

import json
import sys

import pandas as pd
from azureml import AzureMLConflictHttpError, DataTypeIds, Workspace, services
from pandas.util.testing import assert_frame_equal


def datasets(facts):
    ws = Workspace(facts["workspace"], facts["token"], facts["root"])
    frame = pd.DataFrame({"a": [1, 2, 3], "x": [0.5, None, -2.25], "name": ["one", "two", "three"]})
    made = ws.datasets.add_from_dataframe(frame, DataTypeIds.GenericCSV, "from two", "of Python 2")
    assert made.owner == "Python SDK"
    assert_frame_equal(ws.datasets["from two"].to_dataframe(), frame)
    text = "erste Zeile\nzweite, mit \u00fc\n".encode("utf-8")
    made = ws.datasets.add_from_raw_data(text, DataTypeIds.PlainText, "lines", "two of them")
    assert made.read_as_binary() == text
    assert len(made.to_dataframe()) == 2
    refusal(
        AzureMLConflictHttpError,
        lambda: ws.datasets.add_from_dataframe(frame, DataTypeIds.GenericCSV, "lines", "again"),
    )
    assert len(ws.experiments) > 0


def called(facts):
    @services.service(facts["url"], facts["key"])
    @services.types(a=int, b=float, who=unicode)  # noqa: F821
    @services.returns({"total": float, "who": unicode})  # noqa: F821
    def adder(a, b, who):
        raise NotImplementedError

    assert adder(1, 2.5, "\u00c4nn") == {"total": 3.5, "who": "\u00c4nn"}
    assert adder(b=0.5, who="x", a=2) == {"total": 2.5, "who": "x"}
    assert adder.map([1, 2], [0.5, 0.25], ["p", "q"]) == [{"total": 1.5, "who": "p"}, {"total": 2.25, "who": "q"}]
    error = refusal(RuntimeError, lambda: adder(-1, 2.0, "x"))
    assert "ValueError: a is negative" in str(error)


def published(facts):
    """Python 2's own code objects are what this sends; no server of today runs them, and this one says so."""

    def function(a, b):
        return a + b

    error = refusal(
        ValueError, lambda: services.publish(function, facts["workspace"], facts["token"], endpoint=facts["root"])
    )
    assert str(error).startswith("Failed to publish function: python-2.7-64 runtime not available"), error


def refusal(kind, call):
    """What a call raises, which has to be of a kind."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError("nothing was refused")


if __name__ == "__main__":
    globals()[sys.argv[1]](json.loads(sys.argv[2]))
