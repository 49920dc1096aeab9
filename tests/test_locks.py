"""Locks fit what they were resolved from, and name their packages by hash and no host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
LOCKS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("tests/clients", "src/bottega/sandbox/environments")
    for path in (ROOT / folder).glob("*.lock")
)


@pytest.mark.parametrize("lock", LOCKS)
def test_packages_are_named_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=[A-Za-z])", text.strip()):
        assert "--hash=sha256:" in block, block[:80]


@pytest.mark.parametrize("lock", [each for each in LOCKS if (ROOT / each).with_suffix(".in").exists()])
def test_a_lock_fits_what_it_was_resolved_from(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = {canonicalize_name(name): Version(version) for name, version in _PINNED.findall(text)}
    wanted = [line for line in (ROOT / lock).with_suffix(".in").read_text().splitlines() if re.match(r"[A-Za-z]", line)]
    assert wanted
    for requirement in map(Requirement, (line.partition(" #")[0] for line in wanted)):
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, str(requirement)
