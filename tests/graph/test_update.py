"""An edit of a file written by hand touches its own lines and no other."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from difflib import SequenceMatcher
from io import StringIO
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.graph.file import dumps, loads, update
from bottega.graph.writing import service_tree
from tests.graph.strategies import NAMES, VALUES, experiments

FOUR = """\
# An experiment by hand
bottega: 1   # the format
title:   'My title'

# All the nodes
nodes:
    # the data
    patients:
        dataset: "breast-cancer" # known to all

    # the script
    rank:
        module: execute-python-script
        inputs:
            dataset1: patients   # first
            dataset2: 'patients'
        parameters:
            script: |   # in Python
                def f():
                    a
               \x20
                    b
            mode: {file: x.txt}
            sizes: [1, 2,
                3]
            names:
            - a   # one
            - b

            - c
        # after the script

    last:
        module: "normalize data"
        parameters: {how: ZScore, upper: 1.50}
layout: {rank: [1, 2], last: [ 3,4 ]}
# the end
"""
FLOW = """\
---
layout:
  rank: [1, 2]
  last:
    - 3
    - 4
nodes: {patients: {dataset: breast-cancer},   # data
  rank: {module: execute-python-script, inputs: {dataset1: patients, dataset2: patients},
    parameters: {script: "def f():\\n    a\\n\\n    b\\n", mode: {file: x.txt}, sizes: [1, 2, 3], names: [a, b, c]}},
  last: {module: normalize data, parameters: {how: ZScore, upper: 1.5}}  # end
  }
bottega: 1
title: >-
  My
  title
...
"""
JSON = """\
{
  "bottega": 1,
  "title": "My title",
  "nodes": {
    "patients": {"dataset": "breast-cancer"},
    "rank": {
      "module": "execute-python-script",
      "inputs": {"dataset1": "patients", "dataset2": "patients"},
      "parameters": {
        "script": "def f():\\n    a\\n\\n    b\\n",
        "mode": {"file": "x.txt"},
        "sizes": [1, 2, 3],
        "names": ["a", "b", "c"]
      }
    },
    "last": {"module": "normalize data", "parameters": {"how": "ZScore", "upper": 1.5}}
  },
  "layout": {"rank": [1, 2], "last": [3, 4]}
}
"""
BARE = """\
bottega: 1
title: My title
nodes:
 patients:
  dataset:
   breast-cancer
 rank:
  module: execute-python-script
  inputs: {dataset1: patients, dataset2: patients}
  parameters:
   script:
    "def f():\\n    a\\n\\n\\
    \\    b\\n"
   mode:
    file: x.txt
   sizes:
    - 1
    - 2
    - 3
   names: [a, b, c]
 last:
  module: normalize data
  parameters:
   how: ZScore
   upper: 1.5
layout:
 rank: [1, 2]
 last: [3, 4]"""
STYLES = {
    "four": FOUR,
    "flow": FLOW,
    "json": JSON,
    "bare": BARE,
    "dos": FOUR.replace("\n", "\r\n"),
    "end": FOUR.rstrip("\n"),
}
EXPERIMENT = (
    Experiment("My title")
    .add_dataset("patients", "breast-cancer")
    .add(
        "rank",
        "execute-python-script",
        inputs={"dataset1": "patients", "dataset2": "patients"},
        position=(1, 2),
        script="def f():\n    a\n\n    b\n",
        mode=FileRef("x.txt"),
        sizes=[1, 2, 3],
        names=["a", "b", "c"],
    )
    .add("last", "normalize data", position=(3, 4), how="ZScore", upper=1.5)
)
Edit = Callable[[Experiment], Experiment]
# By name: the edit, and the fragments of which one is in each line that may go.
EDITS: dict[str, tuple[Edit, tuple[str, ...]]] = {
    "title": (lambda e: replace(e, title="Other"), ("itle",)),
    "no title": (lambda e: replace(e, title=""), ("itle",)),
    "description": (lambda e: replace(e, description="What for"), ()),
    "long description": (lambda e: replace(e, description="What\nfor\n"), ()),
    "dataset": (lambda e: e.set("patients", "dataset", "iris"), ("breast-cancer",)),
    "data file": (lambda e: e.set("patients", "dataset", FileRef("a b.csv")), ("breast-cancer",)),
    "module": (lambda e: _with(e, "last", module="clip-values"), ("normalize data",)),
    "comment": (lambda e: _with(e, "patients", comment="Mine"), ()),
    "number": (lambda e: e.set("last", "upper", 2), ("upper",)),
    "text": (lambda e: e.set("last", "how", "Min: Max #1"), ("how",)),
    "new parameter": (lambda e: e.set("last", "lower", 0), ("upper",)),
    "new text": (lambda e: e.set("last", "lower", "a\n  b\n"), ("upper",)),
    "no parameter": (lambda e: e.unset("last", "how"), ("how",)),
    "no parameters": (lambda e: e.unset("last", "how").unset("last", "upper"), ("how", "upper", "parameters:")),
    "first parameter": (lambda e: e.set("patients", "dataset", "x").add("b", "m").set("b", "p", 1), ("breast-cancer",)),
    "script line": (lambda e: e.set("rank", "script", "def f():\n    a\n\n    c\n"), ("    b", "script")),
    "script lines": (lambda e: e.set("rank", "script", "x\ndef f():\n    a\n\n    b\n    c\n"), ("    b", "script")),
    "script end": (lambda e: e.set("rank", "script", "def f():\n    a\n\n    b"), ("    b", "script")),
    "script ends": (lambda e: e.set("rank", "script", "def f():\n    a\n\n    b\n\n\n"), ("    b", "script")),
    "script begin": (lambda e: e.set("rank", "script", "  def f():\n    a\n\n    b\n"), ("def f", "    b", "script")),
    "script file": (lambda e: e.set("rank", "script", FileRef("f.py")), ("def f", "    a", "    b", "script", "               ")),
    "file": (lambda e: e.set("rank", "mode", FileRef("y.txt")), ("x.txt",)),
    "no file": (lambda e: e.set("rank", "mode", "y"), ("x.txt", "mode")),
    "text for file": (lambda e: e.set("rank", "mode", "x\ny\n"), ("x.txt", "mode")),
    "item": (lambda e: e.set("rank", "names", ["a", "x", "c"]), ("b", "names")),
    "new items": (lambda e: e.set("rank", "names", ["z", "a", "b", "b2", "c", "d"]), ("names",)),
    "fewer items": (lambda e: e.set("rank", "names", ["b"]), ("a   #", "c", "names")),
    "no items": (lambda e: e.set("rank", "names", []), ("a   #", "b", "c", "names")),
    "other items": (lambda e: e.set("rank", "sizes", [1, 20, 3]), ("2", "sizes")),
    "mapping for list": (lambda e: e.set("rank", "names", {"begin": "all columns"}), ("a   #", "b", "c", "names")),
    "edge": (lambda e: e.connect("rank", "dataset2", "last.x"), ("dataset2",)),
    "new edge": (lambda e: e.connect("last", "dataset", "rank"), ()),
    "new edge beside others": (lambda e: e.connect("rank", "bundle", "last"), ("dataset2",)),
    "no edge": (lambda e: e.disconnect("rank", "dataset1"), ("dataset1",)),
    "no edges": (lambda e: e.disconnect("rank", "dataset1").disconnect("rank", "dataset2"), ("inputs", "dataset")),
    "new node": (lambda e: e.add("new", "m", inputs={"x": "rank"}, p="a\nb\n"), ()),
    "new node with place": (lambda e: e.add("new", "m", position=(5, 6.5)), ("layout", "last")),
    "renamed": (lambda e: e.rename("rank", "ranked"), ("rank",)),
    "renamed with edges": (lambda e: e.rename("patients", "people"), ("patients",)),
    "removed": (lambda e: e.remove("last"), ("last", "normalize", "how", "parameters", "upper", "3", "4")),
    "moved": (lambda e: e.move("rank", 10, 2), ("rank",)),
    "first place": (lambda e: e.move("patients", 10, 2), ("layout", "last")),
    "no layout": (lambda e: replace(e, layout={}), ("layout", "rank: [", "last", "3", "4")),
    "many": (
        lambda e: replace(e.remove("patients"), title="x").rename("last", "z").set("z", "how", 1).add("q", "m").move("q", 1, 1),
        ("atients", "breast", "dataset", "itle", "last", "inputs", "how", "layout", "# the data"),
    ),
}  # fmt: skip


def _with(experiment: Experiment, node: str, **changes: Any) -> Experiment:
    return replace(experiment, nodes={**experiment.nodes, node: replace(experiment.nodes[node], **changes)})


def _gone(before: str, after: str) -> list[str]:
    """The lines that are not there any more."""
    one, other = before.splitlines(), after.splitlines()
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [line for tag, begin, end, _, _ in codes if tag in {"delete", "replace"} for line in one[begin:end]]


@pytest.mark.parametrize("style", STYLES)
def test_the_styles_all_mean_the_same(style: str) -> None:
    loaded = loads(STYLES[style])
    assert loaded.problems == ()
    assert loaded.experiment == EXPERIMENT
    assert update(STYLES[style], EXPERIMENT) == STYLES[style]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("style", ["four", "dos", "end", "bare"])
def test_an_edit_touches_only_its_own_lines(style: str, edit: str) -> None:
    text = STYLES[style]
    change, fragments = EDITS[edit]
    edited = change(EXPERIMENT)
    after = update(text, edited)
    assert loads(after).experiment == edited
    gone = _gone(text, after)
    fragments = (*fragments, "def f") if style == "bare" and "script" in fragments else fragments
    assert [line for line in gone if line.strip() and not any(each in line for each in fragments)] == []
    assert after.endswith("\n") or not text.endswith("\n")
    assert "\r\n" not in after or after.count("\r\n") == after.count("\n")


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("style", ["flow", "json"])
def test_an_edit_in_flow_style_stays_there(style: str, edit: str) -> None:
    text = STYLES[style]
    edited = EDITS[edit][0](EXPERIMENT)
    after = update(text, edited)
    assert loads(after).experiment == edited
    if style == "json":
        assert _read_as_json(after) == YAML(typ="safe", pure=True).load(after)
    else:
        assert "---\n" in after
        assert "...\n" in after


def _read_as_json(text: str) -> Any:
    import json

    return json.loads(text)


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        ("title", ["title:   'My title'"]),
        ("dataset", ['        dataset: "breast-cancer" # known to all']),
        ("script line", ["                    b"]),
        ("new node", []),
        ("new edge", []),
        ("item", ["            - b"]),
        ("fewer items", ["            - a   # one", "", "            - c"]),
        ("edge", ["            dataset2: 'patients'"]),
        ("moved", ["layout: {rank: [1, 2], last: [ 3,4 ]}"]),
        ("renamed", ["    rank:", "layout: {rank: [1, 2], last: [ 3,4 ]}"]),
        (
            "removed",
            [
                "",
                "    last:",
                '        module: "normalize data"',
                "        parameters: {how: ZScore, upper: 1.50}",
                "layout: {rank: [1, 2], last: [ 3,4 ]}",
            ],
        ),
    ],
)
def test_exactly_these_lines_go(edit: str, lines: list[str]) -> None:
    gone = _gone(FOUR, update(FOUR, EDITS[edit][0](EXPERIMENT)))
    assert gone == lines


def test_what_is_around_a_value_stays() -> None:
    after = update(FOUR, EDITS["dataset"][0](EXPERIMENT))
    assert '        dataset: "iris" # known to all\n' in after
    after = update(FOUR, EDITS["edge"][0](EXPERIMENT))
    assert "            dataset2: 'last.x'\n" in after
    after = update(FOUR, EDITS["moved"][0](EXPERIMENT))
    assert "layout: {rank: [10, 2], last: [ 3,4 ]}\n" in after
    after = update(FOUR, EDITS["script file"][0](EXPERIMENT))
    assert "            script: {file: f.py}   # in Python\n            mode:" in after


def test_a_new_node_stands_apart_as_the_others_do() -> None:
    after = update(FOUR, EXPERIMENT.add("new", "m", p=1))
    assert "upper: 1.50}\n\n    new:\n        module: m\n        parameters:\n            p: 1\nlayout:" in after
    assert update(after, EXPERIMENT) == FOUR


def test_json_stays_json() -> None:
    after = update(JSON, EXPERIMENT.add("new", "m", p="a", position=(5, 6)))
    read = _read_as_json(after)
    assert read["nodes"]["new"] == {"module": "m", "parameters": {"p": "a"}}
    assert read["layout"]["new"] == [5, 6]
    assert _gone(JSON, after) == [
        '    "last": {"module": "normalize data", "parameters": {"how": "ZScore", "upper": 1.5}}',
        '  "layout": {"rank": [1, 2], "last": [3, 4]}',
    ]


def test_what_was_wrong_stays_where_it_does_not_matter() -> None:
    text = "bottega: 1\nnodes:\n  a:\n    modul: x\n    module: m\n    module: n\nlayout:\n  b: [1, 2]\nmore: 1\n"
    after = update(text, loads(text).experiment.set("a", "p", 1))
    assert (
        after == text.replace("    module: n\n", "    module: n\n    parameters:\n      p: 1\n")
        or _gone(text, after) == []
    )
    assert loads(after).experiment.nodes["a"].parameters == {"p": 1}


def test_empty_places_are_filled() -> None:
    text = "bottega: 1\nnodes: {}  # none yet\nlayout:   # none yet\n# end\n"
    after = update(text, Experiment().add("a", "m", position=(1, 2)))
    assert after == "bottega: 1\nnodes:  # none yet\n  a:\n    module: m\nlayout:   # none yet\n  a: [1, 2]\n# end\n"
    assert update(after, Experiment()) == "bottega: 1\nnodes: {}  # none yet\n# end\n"


def test_a_dataset_told_the_long_way_stays_so() -> None:
    text = "bottega: 1\nnodes:\n  a:\n    module: saved-dataset  # x\n    parameters:\n      dataset: d # y\n"
    after = update(text, loads(text).experiment.set("a", "dataset", "e").rename("a", "b"))
    assert after == text.replace("d # y", "e # y").replace("  a:", "  b:")


RULES = """\
bottega: 1
nodes:
  a:
    module: m
    parameters:
      columns:
        begin: no columns   # none at first
        rules:
        - include: {names: [a]}   # first
        - exclude:   # second
            names:
            - b   # third
          # fourth
        - include:
            types: Numeric
      pairs:
      - - 1
        - 2
      -   - 3   # three
          - 4
      empty: |   # nothing yet
      folded: >
        some
        words
# end
"""


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        (lambda r: r[0]["include"]["names"].append("z"), ["        - include: {names: [a]}   # first"]),
        (lambda r: r[1]["exclude"]["names"].append("z"), []),
        (lambda r: r[1]["exclude"].update(names=["c"]), ["            - b   # third"]),
        (lambda r: r[1]["exclude"].update(indices="1-2"), []),
        (lambda r: r.append({"include": {"roles": ["label"]}}), []),
        (lambda r: r.insert(0, {"include": ["x", "y"]}), []),
        (lambda r: r.pop(0), ["        - include: {names: [a]}   # first"]),
        (lambda r: r.pop(), ["        - include:", "            types: Numeric"]),
        (lambda r: r[2].update(include={"types": ["Numeric", "String"]}), ["            types: Numeric"]),
    ],
    ids=range(9),
)
def test_rules_of_a_selection(change: Callable[[list[Any]], Any], gone: list[str]) -> None:
    old = loads(RULES).experiment
    columns = deepcopy(old.nodes["a"].parameters["columns"])
    change(columns["rules"])
    after = update(RULES, old.set("a", "columns", columns))
    assert loads(after).experiment == old.set("a", "columns", columns)
    assert _gone(RULES, after) == gone


@pytest.mark.parametrize(
    ("name", "value", "gone"),
    [
        ("pairs", [[1, 5], [3, 4]], ["        - 2"]),
        ("pairs", [[1, 2], [3]], ["          - 4"]),
        ("pairs", [[1, 2]], ["      -   - 3   # three", "          - 4"]),
        ("pairs", [[1, 2], "x\ny\n"], ["      -   - 3   # three", "          - 4"]),
        ("pairs", [[1, 2], [4]], ["      -   - 3   # three", "          - 4"]),
        ("pairs", None, ["      pairs:", "      - - 1", "        - 2", "      -   - 3   # three", "          - 4"]),
        ("empty", "a\nb\n", []),
        ("empty", "a", ["      empty: |   # nothing yet"]),
        ("folded", "words", ["      folded: >", "        some", "        words"]),
        ("folded", "some\nwords\n", ["      folded: >"]),
    ],
    ids=range(10),
)
def test_lists_in_lists_and_block_texts(name: str, value: Any, gone: list[str]) -> None:
    edited = loads(RULES).experiment.set("a", name, value)
    after = update(RULES, edited)
    assert loads(after).experiment == edited
    assert _gone(RULES, after) == gone


def test_a_canonical_file_stays_canonical() -> None:
    text = dumps(EXPERIMENT)
    for change, _ in EDITS.values():
        assert update(text, change(EXPERIMENT)) == dumps(change(EXPERIMENT))


def _by_another_hand(experiment: Experiment, indent: int, offset: int, flow: bool | None) -> str:
    """The file as ruamel would write it, with a remark in front."""
    nodes: dict[str, Any] = {}
    for name, node in experiment.nodes.items():
        values = {k: {"file": v.path} if isinstance(v, FileRef) else v for k, v in node.parameters.items()}
        inputs = {port: str(source) for port, source in node.inputs.items()}
        nodes[name] = {"comment": node.comment, "module": node.module, "parameters": values, "inputs": inputs}
    layout = {name: list(place) for name, place in experiment.layout.items()}
    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = flow
    yaml.indent(mapping=indent, sequence=indent + offset, offset=offset)
    out = StringIO()
    told = {
        "title": experiment.title,
        "layout": layout,
        "web_service": service_tree(experiment.web_service),
        "nodes": nodes,
        "bottega": 1,
        "description": experiment.description,
    }
    yaml.dump(told, out)
    return "# a remark\n" + out.getvalue()


def _is_read(text: str, experiment: Experiment) -> bool:
    try:
        return loads(text).experiment == experiment
    except BottegaError:
        return False


_EDITS = st.one_of(
    st.tuples(st.just("set"), NAMES, VALUES),
    st.tuples(st.just("unset")),
    st.tuples(st.just("rename"), st.from_regex(r"[a-z]{9,10}", fullmatch=True)),
    st.tuples(st.just("remove")),
    st.tuples(st.just("disconnect")),
    st.tuples(st.just("connect"), NAMES),
    st.tuples(st.just("move")),
    st.tuples(st.just("add"), st.from_regex(r"[a-z]{9,10}", fullmatch=True), VALUES),
    st.tuples(st.just("service"), NAMES, VALUES),
    st.tuples(st.just("no service")),
)


def _edited(experiment: Experiment, node: str, edit: tuple[Any, ...]) -> Experiment:
    parameters, inputs = list(experiment.nodes[node].parameters), list(experiment.nodes[node].inputs)
    match edit:
        case ("set", name, value):
            return experiment.set(node, parameters[0] if parameters and len(name) < 6 else name, value)
        case ("unset",) if parameters:
            return experiment.unset(node, parameters[-1])
        case ("disconnect",) if inputs:
            return experiment.disconnect(node, inputs[0])
        case ("connect", port):
            return experiment.connect(node, port, node)
        case ("remove",):
            return experiment.remove(node)
        case ("move",):
            return experiment.move(node, 7, 8)
        case ("rename", new) if new not in experiment.nodes:
            return experiment.rename(node, new)
        case ("add", new, value) if new not in experiment.nodes:
            return experiment.add(new, "m", p=value, position=(1, 1))
    return _with_service(experiment, node, edit)


def _with_service(experiment: Experiment, node: str, edit: tuple[Any, ...]) -> Experiment:
    match edit:
        case ("service", name, value):
            changed = experiment.with_service_input(name, f"{node}.x").with_service_output(name, node)
            return changed.with_service_parameter(name, f"{node}.p", f"{node}.q", default=value)
        case ("no service",) if experiment.web_service.inputs:
            return experiment.without_service("input", next(iter(experiment.web_service.inputs)))
    return experiment


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(experiments(), st.data(), st.integers(1, 5), st.integers(0, 2), st.sampled_from([True, False, None]))
def test_any_edit_of_any_file_means_the_edited_experiment(
    experiment: Experiment, data: st.DataObject, indent: int, offset: int, flow: bool | None
) -> None:
    text = _by_another_hand(experiment, indent + 1, offset, flow)
    assume(_is_read(text, experiment))  # ruamel writes texts in flow style that it cannot read itself
    edited = experiment
    for _ in range(data.draw(st.integers(0, 3))):
        if edited.nodes:
            edited = _edited(edited, data.draw(st.sampled_from(list(edited.nodes))), data.draw(_EDITS))
    after = update(text, edited)
    assert loads(after).experiment == edited
    assert after.startswith("# a remark\n")
