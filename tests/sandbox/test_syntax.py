"""Scripts are parsed by a process of their own, whatever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.sandbox.host import syntax


def test_each_script_has_its_own_answer() -> None:
    told = syntax.check(
        {"good": "def azureml_main(df):\n    return df\n", "bad": "x = 1\ndef azureml_main(df:\n", "empty": ""}
    )
    assert told["good"] is None
    assert told["empty"] is None
    assert told["bad"] is not None
    assert told["bad"][0] == 2
    assert told["bad"][1].startswith("SyntaxError")


def test_nothing_to_parse_starts_no_process() -> None:
    assert syntax.check({}) == {}


def test_nothing_of_a_script_runs(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    assert syntax.check({"a": f"open({str(target)!r}, 'w')\n"}) == {"a": None}
    assert not target.exists()


@pytest.mark.parametrize(
    "text",
    ["(" * 100_000, "x = " + "-" * 200_000 + "1", "a\0b", "x = '\ud800", "if True:\n" + "".join(" " * n + "if 1:\n" for n in range(1, 300)),
     "print 'two'", "\tx = 1\n  y = 2\n"],
    ids=["brackets", "signs", "nul", "surrogate", "indents", "python 2", "tabs"],
)  # fmt: skip
def test_what_no_parser_likes_is_told_and_hurts_nobody_else(text: str) -> None:
    told = syntax.check({"odd": text, "good": "x = 1\n"})
    assert told["good"] is None
    assert told["odd"] is not None
    line, message = told["odd"]
    assert line >= 1
    assert message


def test_a_parser_that_ends_leaves_the_others_their_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    program = syntax._PROGRAM.replace("told.append(None)", "sys.exit(1) if 'die' in text else told.append(None)")
    monkeypatch.setattr(syntax, "_PROGRAM", program)
    told = syntax.check({"die": "die = 1", "good": "x = 1", "bad": "x ="})
    assert told["good"] is None
    assert told["die"] is not None
    assert "nested" in told["die"][1]
    assert told["bad"] is not None
    assert told["bad"][1].startswith("SyntaxError")
