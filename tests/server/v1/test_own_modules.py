"""Modules of the workspace's own beside ours: in the catalogue of the page, in runs, and for clients of classic's API."""

from __future__ import annotations

from pathlib import Path

from bottega.engine import own_modules
from bottega.graph.classic import families
from bottega.sdk import catalogue
from tests.engine import own
from tests.server.helpers import Served
from tests.server.v1.test_runs import ran

DOCUMENT = """bottega: 1
nodes:
  people:
    module: enter-data-manually
    parameters: {data_format: CSV, has_header: true, data: "name,age\\nann,1\\nbob,\\n"}
  more:
    module: grow
    inputs: {dataset: people}
    parameters: {column: age, by: 5}
"""


def test_it_is_one_of_the_catalogue(server: Served, tmp_path: Path) -> None:
    before = {each["name"] for each in server.v1("GET", "/catalogue")["modules"]}
    own_modules.add(server.workspace, own.grow(tmp_path), pool=server.context.pool)
    server.context.shelf.look_again()
    told = {each["name"]: each for each in server.v1("GET", "/catalogue")["modules"]}
    assert set(told) - before == {"grow"}
    grow = told["grow"]
    assert (grow["title"], grow["category"], grow["isolation"]) == ("Grow", "Mine", "jail")
    assert [port["name"] for port in grow["inputs"]] == ["dataset"]
    assert set(grow["parameters"]["properties"]) == {"column", "by"}
    assert server.v1("GET", "/modules/Old Grow") == grow
    listed = server.client.get(server.api(f"/modules/{families.module_id('grow')}"), headers=server.studio)
    assert listed.status_code == 200
    assert listed.json()["Name"] == "Grow"
    run = ran(server, DOCUMENT)
    assert run["status"] == "Finished", run
    own_modules.remove(server.workspace, "grow")
    server.context.shelf.look_again()
    assert "grow" not in {each["name"] for each in server.v1("GET", "/catalogue")["modules"]}
    server.v1("GET", "/modules/grow", 404)


def test_a_server_that_ends_takes_its_shelf_down(server: Served, tmp_path: Path) -> None:
    own_modules.add(server.workspace, own.grow(tmp_path), pool=server.context.pool)
    assert catalogue.find("grow") is not None
    server.context.close()
    assert catalogue.find("grow") is None
