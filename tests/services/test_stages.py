"""How a program's nodes are put together in jails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.services.program import Input, Node, Program, place
from bottega.services.stages import Stage, Way, sources, split

MODULE, SCRIPT, HOST = "select-columns-in-dataset", "execute-python-script", "import-data"


def program(*nodes: tuple[str, str, str]) -> Program:
    """Nodes by id, module and the ids that feed it."""
    return Program(
        title="Test",
        nodes=tuple(
            Node(name, module, links={f"port{n}": f"{source}.out" for n, source in enumerate(feeders.split())})
            for name, module, feeders in nodes
        ),
    )


def shape(stages: list[Stage]) -> list[str]:
    return [f"{stage.way}: {' '.join(node.id for node in stage.nodes)}" for stage in stages]


def test_a_chain_of_modules_is_one_stage() -> None:
    assert shape(split(program(("a", MODULE, ""), ("b", MODULE, "a"), ("c", MODULE, "a b")))) == ["modules: a b c"]


def test_a_script_between_modules_parts_them() -> None:
    chain = program(("a", MODULE, ""), ("s", SCRIPT, "a"), ("b", MODULE, "s a"), ("c", MODULE, "b"))
    assert shape(split(chain)) == ["modules: a", "script: s", "modules: b c"]


def test_modules_beside_a_script_run_with_those_before_it() -> None:
    found = program(("s", SCRIPT, ""), ("a", MODULE, ""), ("b", MODULE, "a"), ("c", MODULE, "s b"))
    assert shape(split(found)) == ["modules: a b", "script: s", "modules: c"]


def test_scripts_and_what_reaches_out_are_stages_of_their_own() -> None:
    found = program(("h", HOST, ""), ("s", SCRIPT, "h"), ("t", SCRIPT, "s"))
    assert shape(split(found)) == ["host: h", "script: s", "script: t"]


def test_a_program_without_live_nodes() -> None:
    assert split(Program(title="Test")) == []


def test_a_module_that_is_no_more() -> None:
    with pytest.raises(BottegaError, match="no module gone"):
        split(program(("a", "gone", "")))


@given(st.data())
def test_each_stage_has_its_inputs_from_those_before(data: st.DataObject) -> None:
    ids = [f"n{n}" for n in range(data.draw(st.integers(1, 9)))]
    nodes = []
    for number, name in enumerate(ids):
        feeders = data.draw(st.sets(st.sampled_from(ids[:number]))) if number else set()
        nodes.append((name, data.draw(st.sampled_from([MODULE, SCRIPT, HOST])), " ".join(sorted(feeders))))
    done: set[str] = set()
    for stage in split(program(*nodes)):
        for node in stage.nodes:
            assert {place(source)[0] for source in node.links.values()} <= done | {each.id for each in stage.nodes}
        assert stage.way is Way.MODULES or len(stage.nodes) == 1
        done |= {node.id for node in stage.nodes}
    assert done == set(ids)


def test_a_fed_port_reads_the_web_service_input() -> None:
    found = Program(
        title="Test",
        inputs=(Input("my input", ("a.dataset1", "gone.dataset1")),),
        nodes=(Node("a", SCRIPT, links={"dataset2": "people.dataset"}),),
    )
    assert sources(found) == {"a": {"dataset1": "in:my input", "dataset2": "people.dataset"}}
