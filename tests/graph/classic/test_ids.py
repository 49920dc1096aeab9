"""Ids of modules, nodes and assets."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.graph.classic import assets, families, ids
from bottega.graph.classic.assets import Asset
from bottega.graph.document import is_id
from bottega.sdk import catalogue
from tests.graph.classic.shapes import GLOBAL, NOTHING


def test_families_are_classics() -> None:
    assert len(families.FAMILIES) == len({family.id for family in families.FAMILIES.values()}) == 56
    assert all(re.fullmatch(r"[0-9a-f]{32}", family.id) for family in families.FAMILIES.values())
    assert families.FAMILIES["execute-python-script"] == families.Family(
        "cdb56f957f4c404dbde75bb972e6f232", "Execute Python Script"
    )
    assert families.module_id("score-model") == f"{GLOBAL}.401b4f92e7244d5abe81d5b0ff9bdb33.v1-default-1751"
    assert families.slug_of(f"{GLOBAL}.401B4F92E7244D5ABE81D5B0FF9BDB33.v1-default-1642") == "score-model"
    assert families.FAMILIES["extract-n-gram-features-from-text"].title == "Extract N-Gram Features from Text"


def test_titles_are_those_of_the_modules_here() -> None:
    shared = set(families.FAMILIES) & set(catalogue.names())
    assert {"train-model", "clean-missing-data", "two-class-boosted-decision-tree", "linear-regression"} <= shared
    assert {name: catalogue.get(name).title for name in shared} == {
        name: families.FAMILIES[name].title for name in shared
    }


@pytest.mark.parametrize("name", catalogue.names())
def test_every_module_has_an_id_and_is_found_by_it(name: str) -> None:
    told = families.module_id(name)
    assert re.fullmatch(rf"{GLOBAL}\.[0-9a-f]{{32}}\.v1-default-1751", told)
    assert families.slug_of(told) == families.module_of(told) == name


@pytest.mark.parametrize(
    "told", ["", "x", "a.b", "a.b.c", "a.b.c.d", f"{GLOBAL}.zz.missing-module", f"{GLOBAL}.ff.missing-module"]
)
def test_unknown_modules(told: str) -> None:
    assert families.slug_of(told) is None
    assert families.module_of(told) == f"unknown-{told}"
    assert families.module_id(f"unknown-{told}") == told


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_names_of_modules_come_back(name: str) -> None:
    assert families.nameless(name).count(".") == 2
    assert families.module_of(families.nameless(name)) == name


@pytest.mark.parametrize(
    ("classic", "ours"),
    [("a", "a"), ("5d-1", "n-5d-1"), ("_x", "n-_x"), ("-", "n--"), ("n-1", "n-1"), ("", None), ("a b", None), ("a.b", None)],
)  # fmt: skip
def test_incoming(classic: str, ours: str | None) -> None:
    assert ids.incoming(classic) == ours


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}|n-[0-9_-]{0,5}", fullmatch=True))
def test_ids_come_back(node: str) -> None:
    assert is_id(node)
    assert ids.incoming(ids.outgoing(node)) == node


@given(st.from_regex(r"[0-9_-][A-Za-z0-9_-]{0,20}", fullmatch=True))
def test_classics_ids_come_back(node: str) -> None:
    ours = ids.incoming(node)
    assert ours is not None
    assert is_id(ours)
    assert ids.outgoing(ours) == node


@given(st.sampled_from(["dataset", "trained-model", "transform"]), st.text(st.characters(codec="utf-8")))
def test_assets_that_a_workspace_has_not_come_back(kind: str, name: str) -> None:
    told = assets.id_of(Asset(kind, name), NOTHING)
    assert told.count(".") == 2
    assert ":" not in told
    assert assets.name_of(kind, told, NOTHING) == name


@pytest.mark.parametrize(
    "told",
    ["x", "a.b", f"{GLOBAL}.zz.missing-dataset", f"{GLOBAL}.ff.missing-dataset", f"{GLOBAL}.61.missing-transform"],
)
def test_an_id_that_tells_no_name_is_one(told: str) -> None:
    assert assets.name_of("dataset", told, NOTHING) == told
