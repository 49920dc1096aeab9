"""Shelves: modules of workspaces beside those that come along, which go first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec, Own


@dataclass(frozen=True, eq=False)
class Few:
    """Some modules."""

    specs: tuple[ModuleSpec, ...]

    def find(self, name: str) -> ModuleSpec | None:
        return next((spec for spec in self.specs if spec.name == name), None)

    def every(self) -> Sequence[ModuleSpec]:
        return self.specs


def _spec(name: str, digest: str = "1") -> ModuleSpec:
    like = catalogue.get("split-data")
    return replace(like, name=name, title=name.title(), former=(), own=Own(digest, '{"file": "x.py"}'))


@contextmanager
def _up(*specs: ModuleSpec) -> Iterator[None]:
    shelf = Few(specs)
    catalogue.put_up(shelf)
    try:
        yield
    finally:
        catalogue.take_down(shelf)


def test_found_while_it_is_up() -> None:
    before = catalogue.names()
    with _up(_spec("mine")):
        assert catalogue.get("mine") is catalogue.find("MINE")
        assert set(catalogue.names()) - set(before) == {"mine"}
        assert catalogue.names() == sorted(catalogue.names())
        assert {each.name for each in catalogue.every()} == {*before, "mine"}
        assert {each.name for each in catalogue.shipped()} == set(before)
    assert catalogue.names() == before
    assert catalogue.find("mine") is None


def test_who_comes_first() -> None:
    with _up(_spec("mine", "old"), _spec("split-data")):
        assert catalogue.get("split-data").own is None
        assert [each.own for each in catalogue.every() if each.name == "split-data"] == [None]
        with _up(_spec("mine", "new")):
            assert catalogue.digest(catalogue.get("mine")) == "new"
            assert catalogue.names().count("mine") == 1
        assert catalogue.digest(catalogue.get("mine")) == "old"


def test_where_a_jail_finds_the_code() -> None:
    assert catalogue.source(catalogue.get("split-data")) == {
        "place": "bottega.modules.data_transformation.split_data", "function": "split_data",
    }  # fmt: skip
    assert catalogue.digest(catalogue.get("split-data")) == catalogue.code_digest("split-data")
    told = catalogue.source(_spec("mine"))
    assert told["code"] == '{"file": "x.py"}'
    assert "place" not in told
