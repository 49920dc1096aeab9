"""The commands that the documents show are ones that the command line has."""

from __future__ import annotations

import contextlib
import importlib
import io
import keyword
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bottega.cli.main import VERBS

_ROOT = Path(__file__).parents[2]
_DOCUMENTS = [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(?:sh)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"\s{2,}|\s#")
_NEXT = {"&", "&&", "|", ";", ">"}
_DEEPEST = 3  # service endpoint keys


def _commands(document: Path) -> Iterator[list[str]]:
    """The words after `bottega` of each line that begins so, in a block of the shell's or one that says nothing of itself."""
    for block in _BLOCK.findall(document.read_text()):
        for line in block.replace("\\\n", " ").splitlines():
            if line.removeprefix("$ ").startswith("bottega "):
                words = shlex.split(_COMMENT.split(line.removeprefix("$ "))[0])
                end = next((place for place, word in enumerate(words) if word in _NEXT), len(words))
                yield [word.strip("[]") for word in words[1:end]]


@cache
def _help(*words: str) -> str:
    """What a verb tells of itself, down to its own verbs; empty where there is none of that name."""
    if words[0] not in VERBS:
        return ""
    verb = importlib.import_module(
        f"bottega.cli.{words[0]}_" if keyword.iskeyword(words[0]) else f"bottega.cli.{words[0]}"
    )
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit):
        verb.main([*words[1:], "--help"])
    return told.getvalue()


def _unknown(words: list[str]) -> list[str]:
    """What of a command its verb does not tell of: options, or the verb itself."""
    own = [word for word in words if not word.startswith("-")]
    told = "".join(_help(*own[:depth]) for depth in range(1, min(len(own), _DEEPEST) + 1))
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    return [each for each in options if each not in told] if told else [words[0]]


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_every_verb_and_option_of_a_document_is_there(document: Path) -> None:
    assert [(" ".join(words), unknown) for words in _commands(document) if (unknown := _unknown(words))] == []


@pytest.mark.parametrize(
    ("command", "unknown"),
    [
        ("nothing FILE", ["nothing"]),
        ("script FILE --out a.csv --nowhere", ["--nowhere"]),
        ("environment create mine --packages pandas", []),
        ("service endpoint keys NAME --workspace ws", []),
    ],
)
def test_what_is_not_there_is_found(command: str, unknown: list[str]) -> None:
    assert _unknown(command.split()) == unknown


def test_commands_are_found_in_documents() -> None:
    assert ["script", "examples/breast_cancer.py", "--out", "patients.csv"] in list(_commands(_ROOT / "docs/tour.md"))
