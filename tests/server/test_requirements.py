"""What clients may ask to be installed: packages of the index by name."""

from __future__ import annotations

import pytest

from bottega.server.errors import HttpError
from bottega.server.requirements import LONGEST, check

HASH = "--hash=sha256:" + "0a" * 32


@pytest.mark.parametrize(
    "text",
    [
        "pandas",
        "pandas==2.2.3\nnumpy >= 1.26, < 3\r\nscikit_learn~=1.5\n",
        "\ufeff# what we need\n\nzope.interface != 5.0  # not that one\n",
        "requests[socks, security] >= 2 ; python_version < '3.13' and sys_platform == \"linux\"",
        "pandas (>=1.5,<2)",
        "torch===2.0.0+cpu",
        f"pandas==2.2.3 \\\n    {HASH} \\\n    {HASH}\nnumpy==2.0.0 {HASH}",
        "a",
        "pyarrow==1!2.0.*",
    ],
)
def test_packages_by_name(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("-r other.txt", 1, "options"),
        ("pandas\n--index-url https://example.org/simple", 2, "options"),
        ("pandas\n\n--extra-index-url=https://example.org", 3, "options"),
        ("-e .", 1, "options"),
        ("--no-binary :all:", 1, "options"),
        ("-c limits.txt", 1, "options"),
        ("pandas @ https://example.org/pandas.whl", 1, "addresses"),
        ("pandas@file:///etc/passwd", 1, "addresses"),
        ("https://example.org/pandas-1.0-py3-none-any.whl", 1, "addresses"),
        ("git+https://example.org/a.git", 1, "addresses"),
        ("./folder", 1, "addresses"),
        ("../folder", 1, "addresses"),
        ("/etc", 1, "addresses"),
        ("folder/package", 1, "addresses"),
        ("C:\\package", 1, "addresses"),
        ("package-1.0-py3-none-any.whl", 1, "addresses"),
        ("package.tar.gz", 1, "addresses"),
        ("requirements.txt", 1, "addresses"),
        ("pandas --index-url https://example.org", 1, "addresses"),
        ("pan\\\n--index-url x", 1, "names no package"),
        ("pandas\n${HOME}", 2, "names no package"),
        ("pandas numpy", 1, "names no package"),
        ("pandas --config-settings=x", 1, "names no package"),
        ("pandas==", 1, "names no package"),
        ("pandas ; import os\nnumpy\x00", 2, "names no package"),
        ("pandas --hash=md5:00", 1, "names no package"),
        ("écrit", 1, "names no package"),
        (".", 1, "names no package"),
    ],
)
def test_nothing_else(text: str, line: int, what: str) -> None:
    with pytest.raises(HttpError) as raised:
        check(text)
    assert raised.value.status == 400
    assert f"Line {line} " in raised.value.message
    assert what in raised.value.message
    assert [each.target for each in raised.value.details] == ["body.requirements"]


@pytest.mark.parametrize("text", ["", "\n \n", "# only words", "\\\n\\\n"])
def test_at_least_one(text: str) -> None:
    with pytest.raises(HttpError, match="a package at least"):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * (LONGEST - 2) + "!", "a[" + "b," * (LONGEST // 2), "a" + "<1," * (LONGEST // 3), "a-" * (LONGEST // 2),
        "a;" + " x" * (LONGEST // 2 - 1) + "?", "a" + f" {HASH}" * (LONGEST // 80) + "?",
    ],
)  # fmt: skip
def test_long_lines_are_not_tried_in_many_ways(text: str) -> None:
    """A pattern that did so would take years; the timeout of tests would tell."""
    with pytest.raises(HttpError, match="Line 1"):
        check(text)
