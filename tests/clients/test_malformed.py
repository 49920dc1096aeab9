"""Many requests with something wrong in each: every one is answered, none with a fault of ours, and nothing is lost."""

from __future__ import annotations

import io
import json
import logging
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx2
import pytest

from bottega.engine.look import is_whole
from bottega.sandbox.host.pool import Pool
from bottega.server import logs
from tests.clients.malformed import Request, mutated, noise
from tests.clients.well_formed import CSV, QUERY, requests, sent, table
from tests.server.helpers import Live, listening, serving, until
from tests.server.published import Service, program, publish
from tests.server.studio.helpers import DETECTION, Api

pytestmark = pytest.mark.slow
# How many; the same number makes the same requests. 20,000 take four minutes.
MOST = int(os.environ.get("BOTTEGA_MALFORMED") or 2000)
SOURCE = """
import pandas as pd

def azureml_main(df):
    return pd.DataFrame({"total": df.a + df.b, "who": df.who})
"""
SHARES = {"rrs": 0.25, "bes": 0.15, "studio": 0.3, "management": 0.15, "native": 0.1, "wire": 0.05}
_CSV = b"x,y\n1,2\n3,\xc3\xa4\n"


@dataclass(frozen=True)
class Site:
    """A server with things that requests may change, and things that none of them names."""

    live: Live
    handled: Service
    kept: Service
    dataset: str
    experiment: str
    log: io.StringIO
    good: dict[str, list[Request]]

    def state(self) -> dict[str, Any]:
        """All that nobody may have changed."""
        api = Api(self.live.served)
        dataset, experiment = api.get(f"/datasources/{self.dataset}"), api.get(f"/experiments/{self.experiment}")
        services = self.live.workspace.services
        return {
            "tokens": (self.live.workspace.tokens.primary, self.live.workspace.tokens.secondary),
            "dataset": (dataset["Name"], dataset["Size"], api.fetch(dataset["DownloadLocation"])),
            "experiment": (experiment["Graph"], experiment["Etag"], experiment["Status"]["StatusCode"]),
            "service": (services.get(self.kept.id), services.endpoints(self.kept.id)),
            "keys": [services.keys(each.endpoint) for each in (self.kept, self.handled)],
            "answers": [self._call(each) for each in (self.kept, self.handled)],
        }

    def _call(self, service: Service) -> Any:
        answer = httpx2.post(
            f"{self.live.url}{service.calls}/execute?api-version=2.0", json=table(), headers=service.key
        )
        return answer.status_code, answer.json()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Site]:
    log = io.StringIO()
    logs.configure(log, level=logging.ERROR)
    with serving(tmp_path_factory.mktemp("malformed") / "workspace", pool) as served, listening(served) as live:
        api = Api(served)
        handled, kept = publish(served, program(SOURCE)), publish(served, program(SOURCE), "Kept")
        good = requests(handled, api.upload("changing", _CSV))
        dataset = api.upload("kept", _CSV)["Id"]
        experiment = api.save(api.get(f"/experiments/{DETECTION}")["Graph"], Description="Kept")["ExperimentId"]
        yield Site(live, handled, kept, dataset, experiment, log, good)
    logs.configure(level=logging.ERROR)


def ask(site: Site, data: bytes, *, end: bool = False) -> int | None:
    """The status of the answer, which has to be in order; None where there is none."""
    answer = site.live.raw(data, end=end)
    site.live.served.context.logins._failed.clear()  # who guesses is locked out elsewhere
    if not answer:
        return None
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    assert status < 500 or status == 501, f"{status}\n{data[:3000]!r}\n{site.log.getvalue()[-4000:]}"
    assert b"\r\nx-ms-request-id: " in head, (data[:3000], head)
    assert b"Traceback" not in body or b"ModuleExecutionError" in body, (data[:3000], body[:1000])
    if status >= 400 and body:
        told = json.loads(body)
        is_native = b"application/problem+json" in head
        assert told["detail"] if is_native else told["error"]["code"] and told["error"]["details"][0]["message"], told
    return status


@pytest.mark.parametrize("surface", SHARES)
def test_each_is_answered_and_nothing_is_lost(site: Site, surface: str) -> None:
    chance = Random(f"{surface} {MOST}")
    before, told = site.state(), len(site.log.getvalue())
    assert [status for status, _ in before["answers"]] == [200, 200]
    statuses: Counter[int | None] = Counter()
    good = site.good.get(surface) or [each for several in site.good.values() for each in several]
    for _ in range(int(MOST * SHARES[surface])):
        request = chance.choice(good)
        if surface == "wire":
            statuses[ask(site, noise(request.wire, chance), end=True)] += 1
        else:
            statuses[ask(site, mutated(request, chance).wire)] += 1
    assert site.log.getvalue()[told:] == ""
    assert site.state() == before
    assert statuses[400] > 0, statuses
    if surface != "wire":  # where what comes may be no request at all
        assert statuses[None] == 0, statuses


def test_files_of_jobs(site: Site) -> None:
    """Whatever a file holds, its job ends, and tells what is wrong in words of the user's world."""
    chance, service = Random(f"files {MOST}"), site.handled
    client, path = service.served.client, f"{service.calls}/jobs"
    ended: Counter[str] = Counter()
    for number in range(MOST // 40):
        data = chance.randbytes(chance.randrange(3000)) if number % 5 == 4 else noise(CSV * (number % 3 + 1), chance)
        body = {"Inputs": {"input1": sent(service, data)}}
        job = client.post(path + QUERY, json=body, headers=service.key).json()
        assert client.post(f"{path}/{job}/start{QUERY}", headers=service.key).status_code == 204
        told: dict[str, Any] = {}

        def is_over(job: str = job, told: dict[str, Any] = told) -> bool:
            told.update(client.get(f"{path}/{job}{QUERY}", headers=service.key).json())
            return told["StatusCode"] in {"Finished", "Failed", "Cancelled"}

        until(is_over)
        ended[told["StatusCode"]] += 1
        assert (told["StatusCode"] == "Failed") == bool(told["Details"]), (data, told)
        assert "bottega/" not in (told["Details"] or ""), (data, told)
        assert "InternalError" not in (told["Details"] or ""), (data, told)
        assert client.delete(f"{path}/{job}{QUERY}", headers=service.key).status_code == 204
    assert min(ended["Finished"], ended["Failed"]) > 0, ended
    assert ended["Cancelled"] == 0
    assert site.log.getvalue() == ""


def test_the_good_ones_are_good(site: Site) -> None:
    """Most of what is made bad is right as it is, so that what is bad about it is what was made so."""
    for good in site.good.values():
        refused = [(each.method, each.path, status) for each in good if (status := ask(site, each.wire) or 0) >= 400]
        assert len(refused) <= 0.35 * len(good), refused


def test_the_workspace_is_sound_afterwards(site: Site) -> None:
    assert site.live.workspace.upkeep.verify(is_whole) == []
    assert httpx2.get(f"{site.live.url}/healthz").status_code == 200
