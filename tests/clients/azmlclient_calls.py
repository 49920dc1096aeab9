"""What a user does with azmlclient 2.6.0 from PyPI: a function a story, run in that client's own environment.

    python azmlclient_calls.py STORY FACTS

The client itself is as published. Only its requirement `autoclass`, which no Python after 3.7 can import, is stood in
for by the one decorator of it that the client uses. A story that goes wrong ends in a traceback.
"""

# mypy: ignore-errors

from __future__ import annotations

import inspect
import json
import sys
import types
from typing import Any

import numpy as np
import pandas as pd
import requests
from pandas.testing import assert_frame_equal
from requests.adapters import HTTPAdapter


def autodict(cls: type) -> type:
    """Makes a class a mapping of its constructor's arguments."""
    names = [
        each.name for each in inspect.signature(cls.__init__).parameters.values()
        if each.name != "self" and each.kind is not each.VAR_KEYWORD
    ]  # fmt: skip
    cls.keys = lambda self: list(names)
    cls.__iter__ = lambda self: iter(names)
    cls.__len__ = lambda self: len(names)
    cls.__getitem__ = getattr
    return cls


if sys.version_info >= (3, 8):  # noqa: UP036 - it is told on Python 3.7, too
    sys.modules["autoclass"] = types.ModuleType("autoclass")
    sys.modules["autoclass"].autodict = autodict

from azmlclient import AzureMLClient, ClientConfig, azureml_service  # noqa: E402
from azmlclient.base import JobExecutionException, execute_bes, execute_rr  # noqa: E402
from azmlclient.base_databinding import AzmlException  # noqa: E402

VISITS = pd.DataFrame(
    {
        "patient": ["Ann", "Böb", 'Cyd, "the third"', "日本"],
        "age": [31, 45, 29, 60],
        "weight": [61.5, np.nan, 80.25, 70.0],
        "visited": pd.to_datetime(["2016-01-01T08:30:00", "2016-02-29T23:59:59", "2017-07-14", "1969-12-31T12:00:00"]),
        "smoker": [True, False, True, False],
    }
)


def expected(visits: pd.DataFrame, replacement: float) -> dict[str, pd.DataFrame]:
    """What the service makes of visits, in plain pandas; times come back as this client reads them: in UTC."""
    weight = visits.weight.fillna(replacement)
    scored = visits.assign(weight=weight, index=weight / visits.age, next=visits.visited + pd.Timedelta(days=7))
    for name in ("visited", "next"):
        scored[name] = scored[name].dt.tz_localize("UTC")
    groups = scored.groupby("smoker").weight.agg(["count", "max"]).reset_index()
    groups.columns = ["smoker", "visits", "heaviest"]
    return {"output1": scored, "output2": groups}


def same(found: dict[str, pd.DataFrame], wanted: dict[str, pd.DataFrame]) -> None:
    assert list(found) == list(wanted)
    for name, frame in wanted.items():
        got = found[name]
        if "smoker" in got and got.smoker.dtype != frame.smoker.dtype:
            got = got.assign(smoker=got.smoker.astype(bool))  # SQLite has no Booleans
        assert_frame_equal(got, frame, check_exact=True)


def table(facts: dict[str, Any]) -> None:
    _request_response(facts, use_swagger_format=False)


def records(facts: dict[str, Any]) -> None:
    _request_response(facts, use_swagger_format=True)


def _request_response(facts: dict[str, Any], **form: Any) -> None:
    for parameters in ({"replacement": "50"}, pd.DataFrame({"replacement": ["50"]})):
        found = execute_rr(facts["key"], facts["api"], {"input1": VISITS}, parameters, ["output1", "output2"], **form)
        same(found, expected(VISITS, 50.0))
    one = execute_rr(facts["key"], facts["api"], {"input1": VISITS}, None, ["output2"], True, **form)
    same(one, {"output2": expected(VISITS, 1.0)["output2"]})


class Visits(AzureMLClient):
    """A client as its documentation has users write them."""

    @azureml_service
    def visits(self, frame: pd.DataFrame) -> pd.DataFrame:
        found = self.call_azureml(self.visits, {"input1": frame}, ["output1", "output2"], {"replacement": "50"})
        return found["output1"]


def declared(facts: dict[str, Any]) -> None:
    text = f"[global]\nssl_verify = True\n[visits]\nbase_url = {facts['api']}\napi_key = {facts['key']}\n"
    with open("visits.cfg", "w") as file:
        file.write(text)
    client = Visits(ClientConfig.load_config("visits.cfg"))
    wanted = expected(VISITS, 50.0)["output1"]
    assert_frame_equal(client.visits(VISITS), wanted, check_exact=True)
    with client.rr_calls(use_swagger_format=True):
        assert_frame_equal(client.visits(VISITS), wanted, check_exact=True)


def refusals(facts: dict[str, Any]) -> None:
    def call(frame: pd.DataFrame = VISITS, key: str = facts["key"], outputs: Any = None, **parameters: Any) -> None:
        execute_rr(key, facts["api"], {"input1": frame}, parameters, outputs)

    error = refusal(AzmlException, lambda: call(VISITS.assign(age=[31, -45, 29, 60]))).error_dict
    (detail,) = error["details"]
    assert (error["code"], detail["code"]) == ("ModuleExecutionError", "85")
    assert detail["target"] == "Execute Python Script RRS"
    assert "ValueError: Alter ist negativ: früher" in detail["message"]
    for missing in (VISITS.drop(columns="age"), VISITS.assign(age="old")):
        error = refusal(AzmlException, lambda frame=missing: call(frame)).error_dict
        assert "age" in error["details"][0]["message"], error
    error = refusal(AzmlException, lambda: call(key="A" * 88)).error_dict
    assert error["code"] == "Unauthorized"
    error = refusal(AzmlException, lambda: call(unknown="1")).error_dict
    assert "unknown" in error["details"][0]["message"], error
    assert "are missing in the results" in str(refusal(Exception, lambda: call(outputs=["output3"])))


def refusal(kind: type[Exception], call: Any) -> Any:
    """What a call raises, which has to be of a kind."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError("nothing was refused")


class Redirected(HTTPAdapter):
    """Azurite in the place of an account's own host: this client knows no other (clients.md 2)."""

    def __init__(self, account: str, port: int) -> None:
        super().__init__()
        self._host = f"{account}.blob.core.windows.net"
        self._port = port

    def send(self, request: Any, **how: Any) -> Any:
        request.headers["Host"] = self._host
        request.url = request.url.replace(f"https://{self._host}", f"http://127.0.0.1:{self._port}")
        return super().send(request, **how)


def batch(facts: dict[str, Any]) -> None:
    many = pd.concat([VISITS] * 5000, ignore_index=True)
    same(_batch(facts, many, ["output1", "output2"], replacement="50"), expected(many, 50.0))
    same(_batch(facts, VISITS, ["output2"]), {"output2": expected(VISITS, 1.0)["output2"]})


def batch_failure(facts: dict[str, Any]) -> None:
    negative = VISITS.assign(age=[31, -45, 29, 60])
    error = refusal(JobExecutionException, lambda: _batch(facts, negative, ["output1"]))
    assert "ValueError: Alter ist negativ: früher" in str(error)
    assert facts["account_key"] not in str(error)
    error = refusal(AzmlException, lambda: _batch(facts, VISITS, ["output3"])).error_dict
    assert "output3" in json.dumps(error), error


def _batch(facts: dict[str, Any], frame: pd.DataFrame, outputs: list[str], **parameters: str) -> Any:
    session = requests.Session()
    account = facts["account"]
    session.mount(f"https://{account}.blob.core.windows.net", Redirected(account, facts["port"]))
    return execute_bes(
        facts["key"], facts["api"], account, facts["account_key"], facts["container"], "some/folder", None,
        {"input1": frame}, parameters, outputs, nb_seconds_between_status_queries=0.1, requests_session=session,
    )  # fmt: skip


if __name__ == "__main__":
    globals()[sys.argv[1]](json.loads(sys.argv[2]))
