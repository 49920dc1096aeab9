"""`/v1/language`: what an editor is told about a script while somebody types."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from bottega.engine import environment_of
from bottega.engine.environment_of import Choice
from bottega.errors import BottegaError
from tests.server.helpers import serving, until

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment
    from bottega.sandbox.host.pool import Pool
    from tests.server.helpers import Served


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Served]:
    """One server for all tests but those that end its language server: each begun anew looks through the environment."""
    with serving(tmp_path_factory.mktemp("language"), pool) as served:
        yield served


SCRIPT = """import pandas as pd

def helper(a: int, b: str = "x") -> float:
    \"\"\"Help with it.\"\"\"
    return a + len(b)

def azureml_main(dataframe1=None, dataframe2=None):
    |
    return dataframe1,
"""


def asked(server: Served, what: str, line: str, *, after: str | None = None, **more: Any) -> Any:
    """The answer for the script with that line, at its end or after a part of it."""
    text = SCRIPT.replace("|", line)
    number = next(n for n, each in enumerate(text.split("\n"), 1) if each == f"    {line}")
    column = 4 + (len(line) if after is None else line.index(after) + len(after))
    place = {} if what == "problems" else {"line": number, "column": column}
    body = {"editor": "one", "text": text, "tables": [True, False]} | place | more
    return server.v1("POST", f"/language/{what}", json=body)


def labels(answer: Any) -> list[str]:
    return [each["label"] for each in answer["items"]]


def test_a_connected_table_is_a_frame_and_what_comes_of_it_too(shared: Served) -> None:
    assert {"groupby", "merge", "dropna"} <= set(labels(asked(shared, "completions", "dataframe1.")))
    assert "mean" in labels(asked(shared, "completions", 'dataframe1.groupby("a").'))
    assert "str" in labels(asked(shared, "completions", 'dataframe1["a"].'))
    assert "groupby" not in labels(asked(shared, "completions", "dataframe2."))
    assert "groupby" in labels(asked(shared, "completions", "dataframe2.", tables=[True, True]))


def test_a_single_table_at_the_second_port_is_the_first_argument_or_the_second_as_the_mapping_says(
    shared: Served,
) -> None:
    second: dict[str, Any] = {"tables": [False, True]}
    assert "groupby" in labels(asked(shared, "completions", "dataframe1.", **second))
    slots: dict[str, Any] = second | {"port_mapping": "slots"}
    assert "groupby" not in labels(asked(shared, "completions", "dataframe1.", **slots))
    assert "groupby" in labels(asked(shared, "completions", "dataframe2.", **slots))


def test_names_to_import_come_with_the_line_that_imports_them(shared: Served) -> None:
    found = asked(shared, "completions", "StandardSca")["items"]
    scaler = next(each for each in found if each["label"] == "StandardScaler")
    assert scaler["source"] == "sklearn.preprocessing"
    assert scaler["edits"][0]["line"] == 1
    assert "StandardScaler" in scaler["edits"][0]["text"] or "sklearn" in scaler["edits"][0]["text"]
    assert not [each for each in asked(shared, "completions", "St")["items"] if each["edits"]]


def test_nothing_of_ours_is_offered_or_complained_of(shared: Served) -> None:
    assert not [each for each in labels(asked(shared, "completions", "_bot")) if "bottega" in each]
    assert asked(shared, "problems", "pass") == {"problems": [], "python2": False}


def test_problems_stand_where_they_are_in_the_script(shared: Served) -> None:
    (problem,) = asked(shared, "problems", 'print("😀", undefined_thing)')["problems"]
    assert (problem["line"], problem["column"], problem["end_line"], problem["end_column"]) == (8, 16, 8, 31)
    assert problem["severity"] == "error"
    assert "undefined_thing" in problem["message"]
    (problem,) = asked(shared, "problems", "print(dataframe2.shape)")["problems"]
    assert "None" in problem["message"]
    (unused,) = asked(shared, "problems", "spare = 1")["problems"]
    assert unused["unnecessary"]


def test_a_problem_behind_a_table_in_the_same_line_stands_there(shared: Served) -> None:
    text = "def azureml_main(dataframe1=None, dataframe2: Nothing=None): return dataframe1, wrong\n"
    found = shared.v1("POST", "/language/problems", json={"editor": "two", "text": text})["problems"]
    assert [text[each["column"] : each["end_column"]] for each in found] == ["Nothing", "wrong"]


def test_a_text_that_never_ends_is_a_problem_of_its_own_last_line(shared: Served) -> None:
    text = 'def azureml_main(dataframe1):\n    return """'
    found = shared.v1("POST", "/language/problems", json={"editor": "two", "text": text})["problems"]
    assert found
    assert {each["line"] for each in found} == {2}


def test_modules_of_a_bundle_are_not_missed(shared: Served) -> None:
    assert asked(shared, "problems", "import mine; mine.go()")["problems"]
    assert not asked(shared, "problems", "import mine; mine.go()", bundle=True)["problems"]


def test_the_packages_that_a_script_asks_for_itself_are_known_once_they_are_there(
    shared: Served, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '# /// script\n# dependencies = ["humanize"]\n# ///\nimport humanize\n\ndef azureml_main():\n    return humanize\n'

    def codes(**more: Any) -> list[str]:
        body = {"editor": "two", "text": text} | more
        return [each["code"] for each in shared.v1("POST", "/language/problems", json=body)["problems"]]

    assert codes() == ["import-not-found"]  # its node names the environment
    assert codes(inline=True) == []  # nothing is built yet
    asked_for = []

    def built(choice: Choice) -> Environment:
        asked_for.append(choice.name)
        return environment

    monkeypatch.setattr(environment_of, "built", built)
    assert codes(inline=True) == ["import-not-found"]
    assert set(asked_for) == {environment_of.of(text).name}
    asked_for.clear()
    text = text.replace('["humanize"]', '["humanize')  # as while somebody types it
    assert codes(inline=True)
    assert asked_for == []


def test_a_name_is_explained(shared: Served) -> None:
    found = asked(shared, "explanation", "helper(1)", after="hel")["found"]
    assert found["code"].startswith("def helper(")
    assert found["help"] == "Help with it."
    assert (found["span"]["line"], found["span"]["column"], found["span"]["end_column"]) == (8, 4, 10)
    assert asked(shared, "explanation", "dataframe1", after="data")["found"]["code"] == "DataFrame"
    assert asked(shared, "explanation", "# nothing", after="# no")["found"] is None


def test_a_call_shows_how_it_is_made(shared: Served) -> None:
    (first,) = asked(shared, "signatures", "helper(1, ")["signatures"]
    assert first["active"] == 1
    shown = [first["label"][each["start"] : each["end"]] for each in first["parameters"]]
    assert shown == ["a: int", 'b: str = "x"']
    assert asked(shared, "signatures", "helper")["signatures"] == []


def test_each_editor_has_its_own_text(shared: Served) -> None:
    for editor, name in (("one", "first_name"), ("two", "second_name")):
        found = labels(asked(shared, "completions", f"{name} = 1; {name[:4]}", editor=editor))
        assert name in found
        assert not {"first_name", "second_name"} - {name} & set(found)


def test_more_editors_than_are_kept_open_get_their_answers(shared: Served) -> None:
    for number in range(40):
        assert "helper" in labels(asked(shared, "completions", "helpe", editor=str(number % 20)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "x" * (600 << 10)},
        {"line": 0},
        {"column": -1},
        {"editor": ""},
        {"environment": "../../etc"},
        {"environment": "nobody-made-it"},
        {"tables": [True] * 100},
    ],
    ids=str,
)
def test_what_is_no_question_is_refused(shared: Served, wrong: dict[str, Any]) -> None:
    body = {"editor": "one", "text": "", "line": 1, "column": 0} | wrong
    shared.v1("POST", "/language/completions", status=400, json=body)


def test_a_place_beyond_the_text_has_no_answer_and_does_no_harm(shared: Served) -> None:
    body = {"editor": "one", "text": "import os\n", "line": 4000, "column": 4000}
    shared.v1("POST", "/language/completions", json=body)
    assert shared.v1("POST", "/language/explanation", json=body) == {"found": None}
    assert asked(shared, "problems", "pass") == {"problems": [], "python2": False}


def test_a_server_that_was_killed_is_begun_anew(server: Served) -> None:
    asked(server, "problems", "pass")
    analysts = server.app.state.analysts
    (running,) = analysts._open.values()
    os.kill(running._jail.process.pid, signal.SIGKILL)
    until(lambda: running._peer.is_over)
    assert "groupby" in labels(asked(server, "completions", "dataframe1."))


def test_nobody_asks_without_a_token(shared: Served) -> None:
    assert shared.client.post("/v1/language/problems", json={"editor": "one", "text": ""}).status_code == 401


def test_without_a_language_server_an_editor_is_told_why(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bottega.server.language.jail.binary", _no_binary)
    answer = server.v1("POST", "/language/problems", status=424, json={"editor": "one", "text": ""})
    assert answer["code"] == "LanguageServerMissing"
    assert "ty is missing" in answer["detail"]


def _no_binary() -> str:
    raise BottegaError("sandbox-unavailable", reason="the program ty is missing", advice="pip install ty")


def test_a_missing_module_says_its_package_who_has_it_and_what_adds_it(shared: Served) -> None:
    told = shared.v1("POST", "/language/module", json={"module": "bokeh.plotting"})
    assert told["package"] == "bokeh"
    assert told["environments"][:2] == ["classic", "anaconda"]
    assert told["command"] == "bottega environment create NAME --packages pandas bokeh"
    told = shared.v1("POST", "/language/module", json={"module": "no_such_thing"})
    assert told["environments"] == []
    assert shared.v1("POST", "/language/module", status=400, json={"module": "a; b"})["code"] == "request-invalid"
