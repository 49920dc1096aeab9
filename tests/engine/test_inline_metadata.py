"""What scripts say themselves of their packages (PEP 723), and what hostile ones say."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bottega.engine import inline_metadata
from bottega.engine.inline_metadata import Inline, read
from bottega.errors import BottegaError

# As the specification gives it.
REFERENCE = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def block(*lines: str) -> str:
    return "\n".join(["# /// script", *(f"# {line}" if line else "#" for line in lines), "# ///"]) + "\n"


def script(*lines: str) -> str:
    return f"import pandas\n\n{block(*lines)}\ndef azureml_main(df):\n    return df\n"


def wrong(text: str | bytes) -> tuple[int, str]:
    with pytest.raises(BottegaError) as caught:
        read(text)
    assert caught.value.code == "inline-metadata"
    return int(str(caught.value.facts["line"])), str(caught.value.facts["reason"])


def test_dependencies_and_python() -> None:
    found = read(script('requires-python = ">=3.9,<3.12"', "dependencies = [", '  "Rich >= 13",', '  "pandas<3",', "]"))
    assert found == Inline(("pandas<3", "rich>=13"), "<3.12,>=3.9")
    assert found.requirements == "pandas<3\nrich>=13\n"
    assert [found.takes(version) for version in ("3.8.18", "3.9.0", "3.11.7", "3.12.1")] == [False, True, True, False]


def test_pandas_and_pyarrow_come_along_where_pandas_is_not_asked_for() -> None:
    assert read(block('dependencies = ["rich"]')) == Inline(("pandas", "pyarrow", "rich"))
    assert read(block('dependencies = ["PyArrow==15"]')) == Inline(("pandas", "pyarrow==15"))
    assert read(block('dependencies = ["pandas"]')) == Inline(("pandas",))
    assert read(block("")) == Inline(("pandas", "pyarrow"))


def test_equal_wishes_have_one_name() -> None:
    one = read(block('dependencies = ["Scikit_Learn>=1,<2", "rich[jupyter]"]'))
    other = read(
        block('dependencies = ["rich[Jupyter]", "scikit-learn <2, >=1"]', "[tool.uv]", 'index-url = "https://x"')
    )
    assert one is not None
    assert one == other
    assert re.fullmatch(r"script-[0-9a-f]{12}", one.name)
    again = read(block('dependencies = ["rich"]'))
    assert again is not None
    assert again.name != one.name


@pytest.mark.parametrize("text", ["", "import x\n", "# /// script\n# x = 1\n", "# /// other\n# x\n# ///\n", "# /// script\n# ///\n",
                                  " # /// script\n # ///\n", "# /// script \n# a\n# ///\n", "x = '# /// script'\n"])  # fmt: skip
def test_scripts_without_a_block(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_encodings(end: str, encoding: str) -> None:
    text = script('dependencies = ["rich"]', "# größer 열").replace("\n", end)
    assert read(text.encode(encoding)) == Inline(("pandas", "pyarrow", "rich"))


def test_other_encodings_do_no_harm() -> None:
    text = "# 이름\n" + script('dependencies = ["rich"]')
    assert read(text.encode("cp949")) == Inline(("pandas", "pyarrow", "rich"))


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (("dependencies = [",), 4, "no TOML"),
        (("", "dependencies = nothing"), 5, "no TOML"),
        (('dependencies = "rich"',), 4, "takes a list of texts"),
        (("dependencies = [1]",), 4, "takes a list of texts"),
        (("x = 1", 'dependencies = ["rich", "!!"]'), 5, "is no dependency"),
        (('dependencies = ["-r /etc/passwd"]',), 4, "is no dependency"),
        (('dependencies = ["rich\\n--index-url http://x"]',), 3, "is no dependency"),
        (("dependencies = [\"rich ; python_version > '${HOME}'\"]",), 4, "is no dependency"),
        (('dependencies = ["rich @ http://127.0.0.1/x.whl"]',), 4, "names an address"),
        (('dependencies = ["rich @ file:///etc/passwd"]',), 4, "names an address"),
        (('dependencies = ["./here"]',), 4, "is no dependency"),
        (("requires-python = 3.11",), 4, "takes a text"),
        (('requires-python = "eleven"',), 4, "tells no versions of Python"),
        ((f"dependencies = {['a'] * 201}",), 4, "more than 200"),
        ((f'dependencies = ["{"a" * 501}"]',), 4, "more than 500 characters"),
        (("x = " + "[" * 20_000,), 4, "nested too deep"),
        ((f"x = '{'a' * 32_000}'",), 3, "more than 32,000 characters"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(lines: tuple[str, ...], line: int, words: str) -> None:
    found, reason = wrong(script(*lines))
    assert words in reason
    assert found in {line, 4}
    assert len(reason) < 400


def test_two_blocks_are_one_too_many() -> None:
    assert wrong(block("") + "\n" + block("")) == (5, "it is the second of its kind, and a script has one")


def test_a_name_that_could_be_a_file_is_none() -> None:
    found = read(block('dependencies = ["x.whl"]'))
    assert found is not None
    assert "x-whl\n" in found.requirements


_LINES = st.sampled_from(
    ["# /// script", "# ///", "#", "# x = 1", "#x", "x", "", "# /// other", " # ///", "# /// script "]
)


@given(st.lists(_LINES, max_size=14).map("\n".join))
@example("# /// script\n# ///\n# x = 1\n# ///")
@example("# /// script\n# /// script\n# ///")
@example("# /// script\n#\n# ///\n# ///\nx\n# /// script\n#\n# ///")
def test_blocks_are_those_of_the_specification(text: str) -> None:
    """As its expression finds them, which takes longer the more beginnings have no end."""
    lines = text.split("\n")
    found = [(begin, end) for begin, end in inline_metadata._blocks(lines)]
    wanted = []
    for match in REFERENCE.finditer(text):
        if match["type"] == "script":
            wanted.append((text[: match.start()].count("\n"), text[: match.end()].count("\n")))
    # A block of another type, which may hold the beginning of one of ours, is no business of a script's.
    if "# /// other" not in lines:
        assert found == wanted


def test_a_hostile_text_takes_no_longer_than_its_length() -> None:
    """Half a million beginnings without an end, of which each could be looked through to the end of all."""
    assert read("# /// script\n" * 500_000) is None
