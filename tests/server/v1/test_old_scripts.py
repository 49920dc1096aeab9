"""`/v1/language` about old scripts: names that went come with their fixes, and Python 2 is one problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from bottega.server.language import old
from tests.server.helpers import serving

if TYPE_CHECKING:
    from bottega.sandbox.host.pool import Pool
    from tests.server.helpers import Served

HEAD = "import pandas as pd\n\ndef azureml_main(dataframe1=None, dataframe2=None):\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("old"), pool) as served:
        yield served


def problems(server: Served, text: str, **more: Any) -> Any:
    return server.v1("POST", "/language/problems", json={"editor": "one", "text": text, **more})


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """As an editor does it."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda each: (each["line"], each["column"]), reverse=True):
        start, end = edit["line"] - 1, edit["end_line"] - 1
        head = lines[start].encode("utf-16-le")[: edit["column"] * 2].decode("utf-16-le")
        tail = lines[end].encode("utf-16-le")[edit["end_column"] * 2 :].decode("utf-16-le")
        lines[start : end + 1] = (head + edit["text"] + tail).split("\n")
    return "\n".join(lines)


def test_a_removed_name_comes_with_its_fix(shared: Served) -> None:
    text = f'{HEAD}    print("😀", dataframe1.as_matrix())\n    return dataframe1\n'
    found = problems(shared, text)
    (problem,) = found["problems"]
    assert (problem["line"], problem["column"], problem["end_column"]) == (4, 27, 36)
    assert (problem["severity"], problem["code"]) == ("error", "removed-name")
    assert ".to_numpy()" in problem["message"]
    (fix,) = problem["fixes"]
    assert fix["safe"]
    assert applied(text, fix["edits"]) == text.replace("as_matrix", "to_numpy")
    assert found["python2"] is False


def test_with_old_names_it_is_a_warning(shared: Served) -> None:
    text = f"{HEAD}    return dataframe1.append(dataframe2)\n"
    (problem,) = problems(shared, text, old_names=True)["problems"]
    assert problem["severity"] == "warning"
    assert applied(text, problem["fixes"][0]["edits"]) == text.replace(
        "dataframe1.append(dataframe2)", "pd.concat([dataframe1, dataframe2])"
    )


def test_what_needs_a_person_has_no_fix(shared: Served) -> None:
    (problem,) = problems(shared, f"{HEAD}    return dataframe1.append({{'a': 1}}, ignore_index=True)\n")["problems"]
    assert (problem["code"], problem["fixes"]) == ("removed-name", [])


def test_python_2_is_one_problem_that_can_be_converted(shared: Served) -> None:
    text = f'{HEAD}    print "a"\n    print "b"\n    try:\n        pass\n    except ValueError, e:\n        pass\n    return dataframe1'
    found = problems(shared, text)
    assert found["python2"] is True
    (problem,) = found["problems"]
    assert (problem["code"], problem["severity"], problem["line"]) == ("python2", "error", 4)
    made = applied(text, problem["fixes"][0]["edits"])
    converted = shared.v1("POST", "/language/conversion", json={"text": text})
    assert converted["text"] == made
    assert 'print("a")' in made
    assert "except ValueError as e:" in made
    assert converted["changed"]
    assert '+    print("a")' in converted["diff"]
    assert problems(shared, made)["python2"] is False


def test_what_is_broken_in_any_python_stays_so(shared: Served) -> None:
    found = problems(shared, f"{HEAD}    return dataframe1 +\n")
    assert found["python2"] is False
    assert found["problems"]
    assert "python2" not in {each["code"] for each in found["problems"]}


def test_converting_what_is_no_python_is_refused_with_its_line(shared: Served) -> None:
    told = shared.v1("POST", "/language/conversion", 400, json={"text": "x = 1\nprint 1 2\n"})
    assert "line 2" in str(told).lower()
    shared.v1("POST", "/language/conversion", 400, json={"text": "x" * (600 << 10)})
    shared.v1("POST", "/language/conversion", 400, json={})


def test_a_script_of_python_3_is_left(shared: Served) -> None:
    assert shared.v1("POST", "/language/conversion", json={"text": "x = 1\n"}) == {
        "text": "x = 1\n", "changed": False, "notes": [], "diff": [],
    }  # fmt: skip


def test_only_so_many_are_read_at_once(shared: Served) -> None:
    with old.turn(), old.turn(), old.turn(), old.turn():
        told = shared.v1("POST", "/language/conversion", 429, json={"text": "print 1"})
    assert "again" in str(told)
    assert shared.v1("POST", "/language/conversion", json={"text": "print 1"})["changed"]
