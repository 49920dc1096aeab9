"""Locks fit what they were resolved from, and name their packages by hash and no host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
_PINNED = re.compile(r"[A-Za-z0-9._-]+==")
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


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("lock", [each for each in LOCKS if (ROOT / each).with_suffix(".in").exists()])
def test_a_lock_fits_what_it_was_resolved_from(lock: str, python: str) -> None:
    here = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}

    def of(lines: list[str]) -> list[Requirement]:
        """What of them counts on that Python."""
        every = [Requirement(line) for line in lines]
        return [each for each in every if each.marker is None or each.marker.evaluate(here)]

    source = (ROOT / lock).with_suffix(".in").read_text().splitlines()
    wanted = of([line.partition(" #")[0] for line in source if re.match(r"[A-Za-z]", line)])
    pinned = of([line.rstrip("\\ ") for line in (ROOT / lock).read_text().splitlines() if _PINNED.match(line)])
    versions = {canonicalize_name(each.name): Version(str(each.specifier).removeprefix("==")) for each in pinned}
    assert wanted
    for requirement in wanted:
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, str(requirement)
