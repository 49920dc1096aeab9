"""Environments by the native API: made from an index, looked at, changed, removed; and what may not be asked for."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from bottega.sandbox.host import environment as environments
from bottega.sandbox.host.environment import SHIPPED, Environment
from tests.server.helpers import Served, until
from tests.server.packages import Index


@pytest.fixture(autouse=True)
def home(tmp_path: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any environment; `environment` of all tests is where it was."""
    assert environment.folder.is_dir()
    monkeypatch.setenv("BOTTEGA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """All that uv finds, while it is there."""
    made = Index(tmp_path / "index")
    made.add("base", "1.0")
    made.add("small", "1.0", requires=("base>=1",))
    monkeypatch.setenv("UV_DEFAULT_INDEX", made.url)
    return made


def begun(server: Served, **wish: Any) -> dict[str, Any]:
    return dict(server.v1("POST", "/environments", 202, json=wish))


def over(server: Served, build: dict[str, Any]) -> dict[str, Any]:
    """A build when it is over."""
    until(lambda: server.v1("GET", f"/builds/{build['id']}")["state"] not in {"waiting", "building"})
    return dict(server.v1("GET", f"/builds/{build['id']}"))


def listed(server: Served) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in server.v1("GET", "/environments")}


def refused(server: Served, status: int, where: str, **wish: Any) -> str:
    told = server.v1("POST", "/environments", status, json=wish)
    assert told["errors"][0]["path"] == where, told
    assert server.v1("GET", "/builds") == []
    return str(told["detail"])


def test_those_that_come_along_are_told_before_they_are_built(server: Served) -> None:
    told = listed(server)
    assert set(told) == set(SHIPPED)
    assert {each["state"] for each in told.values()} == {"absent"}
    assert all(each["shipped"] and each["size"] is None and each["digest"] == "" for each in told.values())
    detail = server.v1("GET", "/environments/classic")
    assert (detail["state"], detail["packages"], detail["compatibility"]) == ("absent", {}, True)


def test_made_looked_at_and_removed(server: Served, index: Index) -> None:
    answer = server.client.post(
        "/v1/environments",
        headers=server.bearer,
        json={"name": "mine", "requirements": "small\n", "compatibility": True},
    )
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/builds/{answer.json()['id']}"
    build = over(server, answer.json())
    assert (build["state"], build["error"], build["kind"]) == ("ready", None, "create")
    assert build["lines"]
    summary = listed(server)["mine"]
    assert (summary["state"], summary["kind"], summary["package_count"], summary["shipped"]) == (
        "ready",
        "built",
        2,
        False,
    )
    assert summary["compatibility"] is True
    assert summary["size"] > 0
    detail = server.v1("GET", "/environments/mine")
    assert detail["packages"] == {"base": "1.0", "small": "1.0"}
    assert detail["requirements"].strip() == "small"
    assert server.v1("GET", "/environments/mine/users") == []
    lock = server.v1("GET", "/environments/mine/lock")
    assert "attachment" in lock.headers["content-disposition"]
    assert "small==1.0" in lock.text
    assert "--hash=sha256:" in lock.text
    server.v1("DELETE", "/environments/mine", 204)
    assert "mine" not in listed(server)
    server.v1("GET", "/environments/mine", 404)


def test_updated_and_changed(server: Served, index: Index) -> None:
    assert over(server, begun(server, name="mine", requirements="small"))["state"] == "ready"
    first = listed(server)["mine"]["digest"]
    index.add("base", "1.1")
    build = over(server, server.v1("POST", "/environments/mine/update", 202, json={}))
    assert (build["kind"], build["state"]) == ("update", "ready"), build["error"]
    second = server.v1("GET", "/environments/mine")
    assert second["packages"] == {"base": "1.1", "small": "1.0"}
    assert second["digest"] != first
    change = {"requirements": "base==1.0"}
    assert over(server, server.v1("POST", "/environments/mine/update", 202, json=change))["state"] == "ready"
    third = server.v1("GET", "/environments/mine")
    assert (third["packages"], third["requirements"].strip()) == ({"base": "1.0"}, "base==1.0")


def test_what_cannot_be_resolved_is_told_and_changes_nothing(server: Served, index: Index) -> None:
    build = over(server, begun(server, name="mine", requirements="small>=7"))
    assert (build["state"], build["requirements"]) == ("failed", "small>=7")
    assert "small" in build["error"]
    assert listed(server)["mine"]["state"] == "failed"
    assert server.v1("GET", "/environments/mine")["build"]["error"] == build["error"]
    assert environments.names() == []
    server.v1("DELETE", f"/builds/{build['id']}")
    assert "mine" not in listed(server)
    assert over(server, begun(server, name="mine", requirements="small"))["state"] == "ready"
    change = {"requirements": "nowhere-to-be-found"}
    assert over(server, server.v1("POST", "/environments/mine/update", 202, json=change))["state"] == "failed"
    after = listed(server)["mine"]
    assert (after["state"], after["package_count"], after["build"]["state"]) == ("ready", 2, "failed")
    server.v1("DELETE", "/environments/mine", 204)
    assert "mine" not in listed(server)  # its failure goes with it


def test_a_name_that_is_taken(server: Served, index: Index) -> None:
    over(server, begun(server, name="mine", requirements="small"))
    told = server.v1("POST", "/environments", 409, json={"name": "mine", "requirements": "base"})
    assert told["errors"][0]["path"] == "body.name"


def test_a_name_that_cannot_be(server: Served) -> None:
    for name in ("..", "a/b", "-a", "a b", "a" * 65, ".hidden", "é", "a\n"):
        assert "name" in refused(server, 400, "body.name", name=name, requirements="small")


def test_a_wish_of_another_form(server: Served) -> None:
    wishes: list[dict[str, Any]] = [
        {}, {"name": ""}, {"name": 1}, {"name": "a", "packages": []}, {"name": "a", "requirements": ["pandas"]},
        {"name": "a", "compatibility": "yes"}, {"name": "a", "requirements": "x" * (1 << 17)}, {"name": "a", "wheels": "/tmp"},
        {"name": "a", "from_source": True},
    ]  # fmt: skip
    for wish in wishes:
        server.v1("POST", "/environments", 400, json=wish)


def test_nothing_but_packages_of_the_index(server: Served, index: Index) -> None:
    texts = ("", "-r /etc/passwd", "small @ file:///tmp/small", "../small", "--index-url=http://127.0.0.1/")
    for text in texts:
        refused(server, 400, "body.requirements", name="mine", requirements=text)
    over(server, begun(server, name="there", requirements="small"))
    for text in texts:
        told = server.v1("POST", "/environments/there/update", 400, json={"requirements": text})
        assert told["errors"][0]["path"] == "body.requirements"


def test_those_that_come_along_are_as_they_are(server: Served) -> None:
    refused(server, 400, "body.name", name="classic", requirements="pandas")
    refused(server, 400, "body.name", name="anaconda", python="3.12")


def test_a_python_that_cannot_be(server: Served) -> None:
    for python in ("python3", "./python", "3", "3.x", "", "3.12; rm", "-3.12", "~/python", "/usr/bin/python3\0"):
        server.v1("POST", "/environments", 400, json={"name": "mine", "requirements": "small", "python": python})
    assert server.v1("GET", "/builds") == []


def test_a_python_that_is_not_here(server: Served, index: Index) -> None:
    build = over(server, begun(server, name="mine", requirements="small", python="3.98"))
    assert build["state"] == "failed"
    assert "3.98" in build["error"]


def test_the_pythons_that_are_here(server: Served) -> None:
    told = server.v1("GET", "/pythons")
    own = [each["version"] for each in told if each["is_own"]]
    assert own == [".".join(map(str, sys.version_info[:3]))]
    numbers = [tuple(map(int, each["version"].split("."))) for each in told]
    assert numbers == sorted(set(numbers), reverse=True)


def test_an_interpreter_by_its_path_only_where_files_are_allowed(server: Served) -> None:
    wish = {"name": "mine", "python": sys.executable}
    assert "does not allow" in refused(server, 403, "body.python", **wish)
    server.v1("PATCH", "/workspace/settings", json={"allow_local_files": True})
    refused(server, 400, "body.python", name="mine", python="/bin/sh")
    build = over(server, begun(server, **wish))
    assert build["state"] == "ready", build["error"]
    told = listed(server)["mine"]
    assert (told["kind"], told["size"]) == ("registered", None)
    assert "pandas==" in server.v1("GET", "/environments/mine/lock").text
    server.v1("POST", "/environments/mine/update", 409, json={"requirements": "small"})
    assert over(server, server.v1("POST", "/environments/mine/update", 202, json={}))["state"] == "ready"
    server.v1("DELETE", "/environments/mine", 204)
    assert Path(sys.executable).exists()


def test_what_is_built_by_its_own_code_is_not_updated_from_here(server: Served, index: Index) -> None:
    over(server, begun(server, name="mine", requirements="small"))
    place = environments.root() / "names" / "mine.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), "from_source": True}))
    for change in ({}, {"requirements": "base"}):
        assert "own code" in server.v1("POST", "/environments/mine/update", 409, json=change)["detail"]


def test_cancelled_while_it_waits_for_the_index(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index answers to nobody, so only cancelling ends it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{silent.getsockname()[1]}/simple")
        build = begun(server, name="mine", requirements="small")
        link, _ = silent.accept()  # by now it asks
        with link:
            assert listed(server)["mine"]["state"] == "building"
            server.v1("POST", "/environments", 409, json={"name": "mine", "requirements": "base"})
            server.v1("DELETE", f"/builds/{build['id']}")
            assert over(server, build)["state"] == "cancelled"
    assert "mine" not in listed(server)
    assert environments.names() == []
    folder = environments.root()
    assert not [each for each in folder.glob("*") if each.is_dir() and each.name != "names"]


def test_who_uses_one_keeps_it(server: Served, index: Index) -> None:
    over(server, begun(server, name="mine", requirements="small"))
    document = (
        "bottega: 1\ntitle: Forecast\nnodes:\n  s: {module: execute-python-script, parameters: {environment: mine}}\n"
    )
    made = server.v1("POST", "/experiments", 201, content=document.encode())
    users = [{"kind": "experiment", "id": made["id"], "title": "Forecast"}]
    assert server.v1("GET", "/environments/mine/users") == users
    told = server.v1("DELETE", "/environments/mine", 409)
    assert "Forecast" in told["detail"]
    assert told["errors"][0]["path"] == f"experiment {made['id']}"
    server.v1("DELETE", f"/experiments/{made['id']}", 204)
    server.v1("DELETE", "/environments/mine", 204)


@pytest.mark.parametrize("name", ["default", "bottega"])
def test_what_the_server_works_with_stays(server: Served, name: str, home: Path, environment: Environment) -> None:
    names = home / "environments" / "names"
    names.mkdir(parents=True)
    (names.parent / environment.digest).symlink_to(environment.folder)
    (names / f"{name}.json").write_text(f'{{"digest": "{environment.digest}"}}')
    assert listed(server)[name]["state"] == "ready"
    server.v1("DELETE", f"/environments/{name}", 409)
    assert listed(server)[name]["state"] == "ready"


def test_what_is_not_there(server: Served) -> None:
    for name in ("none", "..", "%2e%2e%2fnames", "%00", "a" * 150):
        server.v1("GET", f"/environments/{name}", 404)
        server.v1("GET", f"/environments/{name}/lock", 404)
        server.v1("POST", f"/environments/{name}/update", 404, json={})
        server.v1("DELETE", f"/environments/{name}", 404)
        server.v1("GET", f"/builds/{name}", 404)
        server.v1("DELETE", f"/builds/{name}", 404)


def test_a_session_needs_our_header(server: Served) -> None:
    """As all that changes something: a page of somebody else's cannot make a browser build."""
    server.client.post(
        "/v1/session", json={"token": server.token}, headers={"x-bottega-request": "1", "origin": "http://testserver"}
    )
    wish = {"name": "mine", "requirements": "small"}
    assert server.client.post("/v1/environments", json=wish).status_code == 403
    foreign = {"x-bottega-request": "1", "origin": "http://elsewhere.example"}
    assert server.client.post("/v1/environments", json=wish, headers=foreign).status_code == 403
    assert server.v1("GET", "/builds") == []


def test_the_end_of_the_server_ends_builds(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{silent.getsockname()[1]}/simple")
        build = begun(server, name="mine", requirements="small")
        link, _ = silent.accept()
        with link:
            server.app.state.builds.close()
            assert server.v1("GET", f"/builds/{build['id']}")["state"] == "cancelled"
            server.v1("POST", "/environments", 503, json={"name": "other", "requirements": "small"})
