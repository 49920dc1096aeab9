"""The catalogue is whole, and every entry of it reads as text."""

from __future__ import annotations

import string

import pytest

from bottega.errors import BottegaError, describe
from bottega.errors.catalogue import CATALOGUE, Entry

# Classic's numbers: 0001 to 0157 without those that were never given out, and 1000.
_CLASSIC = {f"{number:04}" for number in [*range(1, 158), 1000]} - {
    f"{number:04}" for number in [76, *range(91, 100), *range(116, 121)]
}

_OWN = {
    "r-missing",
    "r-refused",
    "usage",
    "sandbox-unavailable",
    "jail-broken",
    "environment-unknown",
    "environment-build-failed",
    "environment-invalid",
    "canceled",
    "conversion-failed",
    "script-too-large",
    "result-invalid",
    "input-too-large",
    "pool-lost",
    "access-refused",
    "blob-damaged",
    "blob-missing",
    "dataset-unknown",
    "experiment-invalid",
    "experiment-problems",
    "folds-missing",
    "inline-metadata",
    "inline-python",
    "level-unknown",
    "module-unknown",
    "parameter-missing",
    "query-failed",
    "store-damaged",
    "store-failed",
}

# What the raisers pass; a template may name these facts and no others.
_FIXED = {
    "0001": {"column", "columns"},
    "0003": {"input"},
    "0017": {"column", "type"},
    "0018": {"path", "reason"},
    "0048": {"path", "reason"},
    "0049": {"path", "line", "reason"},
    "0061": {"path", "line", "expected", "found"},
    "0085": {"message"},
    "0102": {"path", "reason"},
    "0138": {"limit"},
    "0139": {"column", "type", "reason"},
    "1000": {"library", "message"},
    "usage": {"reason"},
    "sandbox-unavailable": {"reason", "advice"},
    "jail-broken": {"reason"},
    "environment-unknown": {"name", "names"},
    "environment-build-failed": {"name", "reason"},
    "environment-invalid": {"name", "reason"},
    "canceled": set(),
    "result-invalid": {"port", "reason"},
    "input-too-large": {"input", "size", "limit"},
    "pool-lost": {"reason"},
    "access-refused": {"target", "reason", "advice"},
    "blob-damaged": {"digest"},
    "blob-missing": {"digest"},
    "store-damaged": {"path", "reason"},
    "dataset-unknown": {"name", "names"},
    "experiment-invalid": {"path", "reason", "line"},
    "experiment-problems": {"path", "count"},
    "parameter-missing": {"parameter"},
    "query-failed": {"database", "reason"},
    "level-unknown": {"column", "value"},
    "folds-missing": {"dataset"},
    "module-unknown": {"name", "near"},
    "store-failed": {"path", "reason"},
}

_EVERY = pytest.mark.parametrize(("code", "entry"), CATALOGUE.items(), ids=list(CATALOGUE))


def _facts(template: str) -> set[str]:
    """Return the names in braces; raises ValueError where a brace is not balanced."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_classic_code_is_there_and_no_other_number() -> None:
    assert len(_CLASSIC) == 143
    assert {code for code in CATALOGUE if code.isdigit()} == _CLASSIC


def test_own_codes() -> None:
    assert {code for code in CATALOGUE if not code.isdigit()} == _OWN


@_EVERY
def test_templates_are_plain_names_in_braces(code: str, entry: Entry) -> None:
    for template in (entry.message, entry.advice):
        assert all(name.isidentifier() for name in _facts(template)), code
        assert (
            template.count("{")
            == template.count("}")
            == len([name for _, name, _, _ in string.Formatter().parse(template) if name is not None])
        ), code


@_EVERY
def test_all_its_facts_are_filled_in(code: str, entry: Entry) -> None:
    names = _facts(entry.message) | _facts(entry.advice)
    text = describe(BottegaError(code, **{name: f"<{name}>" for name in names}))
    assert all(f"<{name}>" in text for name in names)
    assert "{" not in text
    assert "(unknown" not in text


@_EVERY
def test_facts_left_out_read_as_unknown(code: str, entry: Entry) -> None:
    text = describe(BottegaError(code))
    assert "{" not in text
    for name in _facts(entry.message):
        assert f"(unknown {name})" in text


@_EVERY
def test_reads_as_sentences(code: str, entry: Entry) -> None:
    for template in filter(None, (entry.message, entry.advice)):
        assert template == template.strip()
        assert not template.endswith((".", ":", ",")), "describe sets the full stop"
        assert template[0].isupper() or template[0] == "{"
        assert "  " not in template
    text = describe(BottegaError(code))
    assert text.endswith((".", "?", "!"))
    assert text.startswith(f"Error {code}: ") if code.isdigit() else text[0].isupper() or text[0] == "("


def test_no_two_entries_share_a_text() -> None:
    for texts in (
        [entry.message for entry in CATALOGUE.values()],
        [entry.advice for entry in CATALOGUE.values() if entry.advice],
    ):
        assert sorted(texts) == sorted(set(texts))


def test_classic_entries_say_what_to_do() -> None:
    silent = {code for code, entry in CATALOGUE.items() if code.isdigit() and not entry.advice}
    assert silent == {"0085"}, "there the interpreter has the last word"


@pytest.mark.parametrize(("code", "facts"), _FIXED.items(), ids=list(_FIXED))
def test_facts_are_those_that_raisers_pass(code: str, facts: set[str]) -> None:
    entry = CATALOGUE[code]
    assert _facts(entry.message) | _facts(entry.advice) == facts


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            BottegaError("0001", column="age", columns="name, height"),
            "Error 0001: There is no column age in this table. Choose one of its columns: name, height.",
        ),
        (
            BottegaError("0048", path="patients.csv", reason="No such file or directory"),
            (
                "Error 0048: Cannot open patients.csv: No such file or directory. "
                "Check that the file is there and may be read."
            ),
        ),
        (
            BottegaError("0061", path="a.csv", line=3, found=2, expected=4),
            (
                "Error 0061: Line 3 of a.csv has 2 values, but the table has 4 columns. "
                "Correct that line; often a separator or a quotation mark is missing or one too many."
            ),
        ),
        (
            BottegaError("0085", message="NameError: name 'x' is not defined"),
            "Error 0085: The script failed:\nNameError: name 'x' is not defined.",
        ),
        (
            BottegaError("1000", library="pyarrow", message="{odd} braces"),
            (
                "Error 1000: The library pyarrow failed: {odd} braces. "
                "If the data and the parameters are in order, this is a fault to report."
            ),
        ),
        (BottegaError("usage", reason="bottega run needs a file"), "Bottega run needs a file."),
        (
            BottegaError("sandbox-unavailable", reason="no user namespaces", advice="Allow them with sysctl."),
            "No jail can be set up on this machine: no user namespaces. Allow them with sysctl.",
        ),
        (BottegaError("canceled"), "The run was canceled before it ended."),
    ],
    ids=lambda value: value.code if isinstance(value, BottegaError) else "",
)
def test_describe(error: BottegaError, text: str) -> None:
    assert describe(error) == text
    assert str(error) == text


def test_describe_of_an_unknown_code_shows_the_facts() -> None:
    assert describe(BottegaError("9999", value=1)) == "Error 9999: {'value': 1}"


def test_a_path_keeps_its_spelling() -> None:
    assert str(BottegaError("experiment-invalid", path="deep.json", reason="x", line=1)).startswith("deep.json is")
    assert str(BottegaError("experiment-invalid", path="the file", reason="x", line=1)).startswith("The file is")
