"""What is left of azureml.services 0.2.7 on Python 3: calling a service; publishing is for Python 2.7 alone (clients.md 1.5).

python azureml_services_calls.py STORY FACTS
"""

# mypy: ignore-errors

from __future__ import annotations

import json
import sys
from typing import Any

from azureml import services


def adder(facts: dict[str, Any]) -> Any:
    """The service as this client knows it: a function whose arguments are columns."""

    @services.service(facts["url"], facts["key"])
    @services.returns({"total": float, "who": str})
    @services.dataframe_service(a=int, b=float, who=str)
    @services.types(a=int, b=float, who=str)
    def function(a: int, b: float, who: str) -> None:
        raise NotImplementedError

    return function


def called(facts: dict[str, Any]) -> None:
    function = adder(facts)
    assert function(1, 2.5, "Änn") == {"total": 3.5, "who": "Änn"}
    assert function(who='"quoted"', b=0.1, a=-0) == {"total": 0.1, "who": '"quoted"'}
    rows = function.map(range(50), [each / 4 for each in range(50)], map(str, range(50)))
    assert rows == [{"total": each + each / 4, "who": str(each)} for each in range(50)]
    url, key, _ = function
    assert (url, key) == (facts["url"], facts["key"])


def refused(facts: dict[str, Any]) -> None:
    def message(facts: dict[str, Any], *row: Any) -> str:
        try:
            adder(facts)(*row)
        except RuntimeError as error:
            return str(error)
        raise AssertionError(row)

    assert "ValueError: a is negative" in message(facts, -1, 2.0, "x")
    assert "authorization" in message(facts | {"key": "A" * 88}, 1, 2.0, "x")


if __name__ == "__main__":
    globals()[sys.argv[1]](json.loads(sys.argv[2]))
