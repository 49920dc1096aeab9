"""The pages around a web service (fact sheet 5.6, clients.md 3)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bottega.sandbox.host.pool import Pool
from bottega.server.pages import form, help, html, parts  # noqa: A004
from bottega.server.pages.subject import Subject
from bottega.services.program import Output, Program
from tests.server.helpers import serving
from tests.server.published import Service, adder, publish
from tests.services.described import program as described

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = ["", "/score", "/jobs", "/update", "/test"]
_VOID = {"br", "hr", "input", "link", "meta", "path", "rect"}


class Reader(HTMLParser):
    """Reads a page and holds that what is opened is closed, ids are unique, and labels belong to something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        self.ids += [told["id"] or ""] if "id" in told else []
        self.labels += [told["for"] or ""] if "for" in told else []
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]
        self.inline += [name for name in told if name.startswith("on") or name == "style"]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def check(self) -> None:
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids)
        assert set(self.labels) <= set(self.ids)
        assert not self.inline
        assert not [each for each in self.addresses if not each.startswith(("/", "#"))]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Service]:
    with adder(tmp_path_factory.mktemp("pages"), pool) as made:
        yield made


def subject(program: Program | None = None, **more: Any) -> Subject:
    given: dict[str, Any] = {"service": "Name <i>", "description": "What & why", "endpoint": "default"} | more
    return Subject("https://h/pre", "w" * 32, "s" * 32, endpoint_id="e" * 32, program=program or described(), **given)


MADE = {"overview": help.overview, "score": help.score, "jobs": help.jobs, "update": help.update, "test": form.form}


@pytest.mark.parametrize("page", MADE)
@pytest.mark.parametrize("what", ["all", "samples", "bare", "model"])
def test_pages_are_whole(page: str, what: str) -> None:
    told = {
        "all": subject(), "samples": subject(has_samples=True), "bare": subject(Program("")),
        "model": subject(described(outputs=(Output("model", "t.m", "TrainedModel"),))),
    }[what]  # fmt: skip
    text = MADE[page](told)
    Reader(text).check()
    assert "Name &lt;i&gt;" in text
    assert "<i>" not in text
    assert "https://h/pre/" in text or page in {"update", "test"} or what == "model"


@pytest.mark.parametrize("page", MADE)
def test_rows_of_data_are_shown_only_where_their_owner_wants_it(page: str) -> None:
    hidden, shown = MADE[page](subject()), MADE[page](subject(has_samples=True))
    for text in ("secret-word", "2016-01-02"):
        assert text not in hidden
    assert page in {"overview", "jobs", "update"} or "2016-01-02" in shown


def test_links_stay_at_the_name_that_a_browser_has() -> None:
    reader = Reader(help.overview(subject()))
    assert {each.split("/")[1] for each in reader.addresses if each.startswith("/")} == {"pre"}


@pytest.mark.parametrize("prefix", ["", "/apihelp"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_need_no_key(service: Service, prefix: str, page: str) -> None:
    answer = service.served.client.get(f"{prefix}{service.help}{page}", headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    Reader(answer.text).check()
    assert "Ann's secret" not in answer.text
    for key in (*service.keys, service.served.token):
        assert key not in answer.text


@pytest.mark.parametrize("page", ["", "/score"])
def test_nothing_runs_in_a_page_but_its_own_scripts(service: Service, page: str) -> None:
    headers = service.served.client.get(service.help + page, headers=BROWSER).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


def test_what_pages_refer_to_is_there(service: Service) -> None:
    client = service.served.client
    for page in PAGES:
        for url in Reader(client.get(service.help + page, headers=BROWSER).text).addresses:
            if url.startswith("/"):
                answer = client.get(url, headers=BROWSER)
                assert answer.status_code == 200, url
    assert client.get("/apihelp/static/pages.css").headers["cache-control"].endswith("immutable")
    for name in ("none.css", "..%2fparts.py", "%2e%2e/parts.py"):
        assert client.get(f"/apihelp/static/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/score", "/apidocument", "/test", "/samples"])
@pytest.mark.parametrize("what", ["workspace", "service", "endpoint"])
def test_pages_of_nothing_are_not_found(service: Service, path: str, what: str) -> None:
    wrong = {"workspace": service.served.workspace.id, "service": service.id, "endpoint": service.endpoint}[what]
    answer = service.served.client.get(service.help.replace(wrong, "0" * 32) + path, headers=BROWSER)
    assert answer.status_code == 404


def test_the_address_of_an_endpoint_is_a_page_to_browsers_alone(service: Service) -> None:
    client = service.served.client
    assert "<h1>Adder" in client.get(service.help, headers=BROWSER).text
    assert client.get(service.help, headers=BROWSER | service.served.bearer).json()["Name"] == "default"
    assert client.get(service.help, headers={"Accept": "*/*"}).status_code == 401


def test_the_root_names_nothing(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTTEGA_APP", str(tmp_path))  # where the studio in the browser is not built
    answer = service.served.client.get("/", headers=BROWSER)
    Reader(answer.text).check()
    for secret in ("Adder", service.id, service.served.workspace.id):
        assert secret not in answer.text


@pytest.mark.parametrize("path", ["swagger", "apidocument"])
def test_the_description_needs_no_key(service: Service, path: str) -> None:
    url = f"{service.calls}/swagger.json" if path == "swagger" else f"{service.help}/apidocument"
    told = service.served.client.get(url).json()
    assert (told["host"], told["basePath"], told["schemes"]) == ("testserver", service.calls, ["http"])
    assert list(told["definitions"]["input1Item"]["properties"]) == ["a", "b", "who"]
    assert "secret" not in json.dumps(told)


def test_samples_are_for_those_with_a_key(service: Service) -> None:
    client = service.served.client
    assert client.get(f"{service.help}/samples").status_code == 401
    told = client.get(f"{service.help}/samples", headers=service.key).json()
    assert told["Inputs"]["input1"]["Values"][0] == ["1", "2.5", "Ann's secret"]
    mine = publish(service.served)
    mine.served.workspace.services.change_endpoint(mine.endpoint, sample_data=True)
    assert 'value="Ann&#x27;s secret"' in client.get(f"{mine.help}/test", headers=BROWSER).text
    assert '&lt;i&gt;"Bob"&lt;/i&gt;' in client.get(f"{mine.help}/score", headers=BROWSER).text.replace('\\"', '"')


def test_behind_a_proxy_all_addresses_are_as_told(tmp_path: Any, pool: Pool) -> None:
    with serving(tmp_path / "ws", pool, public_url="https://studio.example/bottega") as served:
        made = publish(served)
        text = served.client.get(f"{made.help}/score", headers=BROWSER).text
        assert f'"https://studio.example/bottega{made.calls}/execute?api-version=2.0&amp;details=true"' in text
        told = served.client.get(f"{made.calls}/swagger.json").json()
        assert (told["host"], told["schemes"], told["basePath"]) == (
            "studio.example",
            ["https"],
            f"/bottega{made.calls}",
        )


def test_the_client_of_r_finds_the_snippet(service: Service) -> None:
    """What its endpointHelp does: tags whose attributes have plain names go, then what follows two signs after the name."""
    text = service.served.client.get(f"{service.help}/score").text
    tag = re.compile(r"""</?\w+((\s+\w+(\s*=\s*(?:".*?"|'.*?'|[^'">\s]+))?)+\s*|\s*)/?>""")
    lines = "\n".join(tag.sub("", line) for line in text.splitlines())
    code = lines[lines.index("code-snippet-r") + len("code-snippet-r") + 2 :]
    assert code.startswith("library(httr)\nlibrary(jsonlite)\n")
    assert "toJSON(data" in code
    assert "&amp;" not in code.split("toJSON")[1]


def test_a_form_has_a_box_for_each_column_and_parameter() -> None:
    made = described()
    reader = Reader(form.form(subject(msgspec.structs.replace(made, inputs=made.inputs[:1]), has_samples=True)))
    boxes = {told["data-column"]: told for tag, told in reader.tags if "data-column" in told}
    assert list(boxes) == ["age", "pay & more", "kind", "married", "seen", "took", "odd"]
    assert (boxes["age"]["value"], boxes["age"]["inputmode"], boxes["pay & more"]["inputmode"]) == (
        "39",
        "numeric",
        "decimal",
    )
    parameters = {
        told["data-parameter"]: (tag, "required" in told) for tag, told in reader.tags if "data-parameter" in told
    }
    assert parameters["method"] == ("select", True)
    assert parameters["penalty"] == ("input", False)
    key = next(told for tag, told in reader.tags if told.get("id") == "key")
    assert (key["type"], key["autocomplete"], "value" in key, "name" in key) == ("password", "off", False, False)


def test_markup_is_only_what_was_made_as_markup() -> None:
    made = html.tag("p", "<b>", html.tag("b", '"&"'), None, [1, "x"], title='"<', hidden=True, data_x=None, class_="c")
    assert made == '<p title="&quot;&lt;" hidden class="c">&lt;b&gt;<b>"&amp;"</b>1x</p>\n'
    with pytest.raises(TypeError):
        html.tag("p", object())


def test_types_of_parameters_in_words() -> None:
    told = {each.name: parts.type_text(each) for each in described().parameters}
    assert told == {
        "penalty": "number above 0 to 9", "method": "one of fast, exact", "seed": "whole number from 3",
        "columns": "columns: names, or a selection", "limit": "number",
    }  # fmt: skip


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a,b\n1,2\n", {"ColumnNames": ["a", "b"], "Values": [["1", "2"]]}),
        ("\ufeffa,b\r\n1,\r\n\r\n,2", {"ColumnNames": ["a", "b"], "Values": [["1", None], [None, "2"]]}),
        ('"x, y",z\n"say ""hi""\nthere",""\n', {"ColumnNames": ["x, y", "z"], "Values": [['say "hi"\nthere', ""]]}),
        ("a\tb\n1,5\t2", {"ColumnNames": ["a", "b"], "Values": [["1,5", "2"]]}),
        ("a\n", {"ColumnNames": ["a"], "Values": []}),
        ("a,b\n1", "Row 1 has 1 cells, but there are 2 column names."),
        ('a\n"1', "A quote is never closed."),
        ("\n\n", "There is no line of column names."),
    ],
    ids=["plain", "windows", "quotes", "tabs", "no-rows", "ragged", "open-quote", "nothing"],
)
def test_the_form_reads_comma_separated_text(text: str, wanted: Any) -> None:
    script = parts.static("test.js").decode() + (
        "\ntry { console.log(JSON.stringify(parseRows(JSON.parse(process.argv[1])))); }"
        " catch (error) { console.log(JSON.stringify(error.message)); }"
    )
    done = subprocess.run(["node", "-e", script, json.dumps(text)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == wanted


def test_a_subject_without_samples_has_no_rows_anywhere() -> None:
    told = msgspec.json.encode(subject().program.inputs)
    assert b"secret-word" not in told
    assert b"categories" not in told
