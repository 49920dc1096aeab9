"""Samples, lists, the archive, the catalogue, and how endpoints are called."""

from __future__ import annotations

import pytest

from bottega.engine import check as checking
from bottega.server.beginnings import SAMPLES, Sample
from bottega.server.minutes import Minutes
from tests.server.helpers import Served
from tests.server.v1.test_experiments import DOCUMENT, made
from tests.server.v1.test_runs import ran


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_samples_have_no_problems(server: Served, sample: Sample) -> None:
    told = server.v1("POST", f"/samples/{sample.id}/copy", 201)
    assert server.v1("POST", f"/experiments/{told['id']}/check", json={})["problems"] == []
    assert checking.check(sample.experiment, server.workspace, "copy") == []
    assert set(sample.experiment.layout) == set(sample.experiment.nodes)


def test_samples_are_listed(server: Served) -> None:
    listed = server.v1("GET", "/samples")
    assert all(each["title"] and each["description"] and each["graph"]["edges"] for each in listed)
    server.v1("POST", "/samples/none/copy", 404)


def test_a_list_shows_the_newest_run_and_the_graph(server: Served) -> None:
    run = ran(server)
    (one,) = server.v1("GET", "/experiments")
    assert (one["run"]["id"], one["run"]["status"]) == (run["id"], "Finished")
    assert one["graph"]["edges"] == [["people", "some"]]
    assert one["graph"]["nodes"][1]["title"] == "Select Columns in Dataset"
    assert one["graph"]["nodes"][1]["y"] > one["graph"]["nodes"][0]["y"]


def test_searched_by_every_word(server: Served) -> None:
    made(server)
    for words, count in (("people", 1), ("PEOPLE ann", 1), ("people zebra", 0), ("", 1)):
        assert len(server.v1("GET", "/experiments", params={"search": words})) == count, words


def test_archived_and_back(server: Served) -> None:
    run = ran(server)
    path = f"/experiments/{run['experiment']}"
    assert server.v1("PATCH", path, json={"archived": True})["archived"]
    assert server.v1("GET", "/experiments") == []
    assert [each["id"] for each in server.v1("GET", "/experiments", params={"archived": True})] == [run["experiment"]]
    server.v1("PATCH", path, json={"archived": False})
    (back,) = server.v1("GET", "/experiments")
    assert back["run"]["id"] == run["id"]


def test_renamed_in_its_text(server: Served) -> None:
    experiment = made(server)
    told = server.v1("PATCH", f"/experiments/{experiment}", json={"title": "Folk: all", "description": "of them"})
    assert (told["title"], told["summary"]) == ("Folk: all", "of them")
    assert "# a comment that stays" in told["document"]
    assert server.v1("GET", f"/experiments/{experiment}")["title"] == "Folk: all"
    server.v1("PATCH", f"/experiments/{experiment}", 412, json={"title": "x"}, headers={"If-Match": '"old"'})
    server.v1("PATCH", f"/experiments/{experiment}", 400, json={"title": ""})


def test_what_usually_follows(server: Served) -> None:
    edge = ("enter-data-manually", "dataset", "select-columns-in-dataset", "dataset")

    def count() -> int:
        follows = server.v1("GET", "/catalogue")["follows"]
        return sum(f["count"] for f in follows if (f["module"], f["port"], f["next"], f["input"]) == edge)

    before = count()
    made(server)
    assert count() == before + 1


def test_the_catalogue_is_all_modules(server: Served) -> None:
    told = server.v1("GET", "/catalogue")
    assert [each["name"] for each in told["modules"]] == [each["name"] for each in server.v1("GET", "/modules")]
    assert {"iris", "wine"} <= {each["name"] for each in told["samples"]}
    assert DOCUMENT


def test_minutes_of_an_endpoint() -> None:
    now = [600.0]
    minutes = Minutes(lambda: now[0])
    minutes.add("a", 0.5, is_error=False)
    minutes.add("a", 1.5, is_error=True)
    now[0] = 725.0
    minutes.add("a", 0.1, is_error=False)
    start, found = minutes.last("a", 3)
    assert start == 600.0
    assert [(each.calls, each.errors, each.seconds, each.longest) for each in found] == [
        (2, 1, 2.0, 1.5), (0, 0, 0.0, 0.0), (1, 0, 0.1, 0.1),
    ]  # fmt: skip
    assert [each.calls for each in minutes.last("b", 2)[1]] == [0, 0]


def test_minutes_are_bounded() -> None:
    now = [0.0]
    minutes = Minutes(lambda: now[0])
    for number in range(3000):
        now[0] = number * 60.0
        minutes.add("a", 0.0, is_error=False)
    assert len(minutes._endpoints["a"]) == 1440
    for number in range(300):
        minutes.add(f"e{number}", 0.0, is_error=False)
    assert len(minutes._endpoints) == 200
