"""Which addresses stand for stored files of this very server."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.server.jobs import own_files
from bottega.server.signing import Signer
from bottega.store.workspace import Workspace

DIGEST = "ab" * 32


class Clock:
    """A time that is told."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("name", ["in.csv", "with blank.csv", "ä%2F'.csv"], ids=["plain", "blank", "odd"])
@pytest.mark.parametrize("base", ["http://127.0.0.1:8080", "https://elsewhere", "https://elsewhere/a/studio"])
def test_a_signed_address_tells_its_file_whatever_the_server_is_called(tmp_path: Path, name: str, base: str) -> None:
    with Workspace.open(tmp_path / "w") as workspace:
        clock = Clock()
        signer = Signer(workspace.vault, clock)
        own = own_files(signer)
        url = str(signer.url(base, f"downloads/{DIGEST}/{name}", seconds=60))
        assert own(url) == DIGEST
        clock.now += 61
        assert own(url) is None


def test_all_other_addresses_are_elsewhere(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w") as workspace:
        signer = Signer(workspace.vault)
        own = own_files(signer)
        url = str(signer.url("http://a", f"downloads/{DIGEST}/in.csv"))
        table = str(signer.url("http://a", f"downloads/table/{DIGEST}/in.csv"))
        other = Signer(workspace.vault).url("http://a", f"downloads/{DIGEST}/in.csv")
        assert own(str(other)) == DIGEST  # any of this workspace's
        for bad in (
            table, url.replace("ab", "cd", 1), url.replace("sig=", "sig=x"), url.replace("in.csv", "out.csv"),
            url.partition("?")[0], "", "http://[", "http://a/downloads", f"http://a/downloads/{DIGEST}/in.csv?se=x&sp=r&sig=",
            url.replace("se=", "se=9"), "https://a.blob.core.windows.net/c/b?sig=1",
        ):  # fmt: skip
            assert own(bad) is None, bad


@given(st.text())
def test_any_text_is_some_address(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    with Workspace.open(tmp_path_factory.getbasetemp() / "any") as workspace:
        own = own_files(Signer(workspace.vault))
        for url in (text, f"http://a/downloads/{DIGEST}/{text}", f"http://a/downloads/{DIGEST}/x?{text}"):
            assert own(url) is None
