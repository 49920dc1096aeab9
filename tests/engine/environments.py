"""A home whose environments are all the shipped one, under as many names as a test wants."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bottega.sandbox.host.environment import Environment


class Names:
    """The names of a home of the test's own."""

    def __init__(self, folder: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = folder / "environments"
        self._environment = environment
        (self._root / "names").mkdir(parents=True)
        (self._root / environment.digest).symlink_to(environment.folder)
        self.give("default")
        monkeypatch.setenv("BOTTEGA_HOME", str(folder))

    def give(self, name: str, requirements: str = "", *, compatibility: bool = False) -> None:
        """Let another name stand for it, as if it had been made of these requirements.

        compatibility  for one with removed names, in which nothing runs: it is known by its facts alone
        """
        digest = self._environment.digest
        if compatibility:
            digest = f"{digest[:-4]}c1a5"
            (self._root / digest).mkdir(exist_ok=True)
            meta = json.loads((self._environment.folder / "meta.json").read_text())
            (self._root / digest / "meta.json").write_text(json.dumps(meta | {"compatibility": True}))
        entry = {"digest": digest, "requirements": requirements}
        (self._root / "names" / f"{name}.json").write_text(json.dumps(entry))
