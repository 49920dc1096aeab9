"""Any experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from bottega.graph.document import UNSET, Experiment, FileRef, Note

IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True) | st.sampled_from(["y", "no", "null", "true", "on"])
NAMES = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and "\n" not in text)
PORTS = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_ .'-]{0,8}[A-Za-z0-9_])?", fullmatch=True) | st.just(
    "résultat: #2, {x}"
)
LINES = st.lists(
    st.text(max_size=8) | st.sampled_from(["", " ", "  x", "\tx", "# no", "a: b", "x ", "---"]), max_size=6
)
TEXTS = st.text(max_size=20) | LINES.map("\n".join) | LINES.map("\n".join).map(lambda text: text + "\n\n")
SCALARS = (
    TEXTS
    | st.sampled_from(["a, b?", "what? !no *x"])
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(
        [
            "yes",
            "null",
            "~",
            "0x1F",
            "1e3",
            "2001-01-01",
            "-",
            "?",
            "=",
            "<<",
            "007",
            ".5",
            "",
            "a #b",
            "a, b?",
            "what? !no *x",
        ]
    )
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=8
) | NAMES.map(FileRef)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    experiment = Experiment(draw(TEXTS), draw(TEXTS))
    for name in draw(st.lists(IDS, unique=True, max_size=6)):
        experiment = draw(_with_node(experiment, name))
        if draw(st.booleans()):
            experiment = experiment.move(name, draw(_PIXELS), draw(_PIXELS))
    experiment = draw(_with_notes(experiment))
    has_service = draw(st.booleans())
    if has_service and experiment.nodes:
        return _with_service(draw, experiment)
    return experiment


def _with_notes(experiment: Experiment) -> st.SearchStrategy[Experiment]:
    pixels = st.builds(float, _PIXELS)
    sizes = st.floats(1, 5000)
    notes = st.dictionaries(
        NAMES, st.builds(Note, TEXTS, st.tuples(pixels, pixels), st.tuples(sizes, sizes)), max_size=3
    )
    groups = st.lists(st.sampled_from([*experiment.nodes] or ["none"]), unique=True, min_size=1, max_size=3)
    titled = st.dictionaries(NAMES, groups.map(tuple), max_size=1 if experiment.nodes else 0)
    return st.builds(lambda notes, groups: replace(experiment, notes=notes, groups=groups), notes, titled)


def _with_service(draw: st.DrawFn, experiment: Experiment) -> Experiment:
    places = st.builds(lambda node, port: f"{node}.{port}", st.sampled_from(list(experiment.nodes)), PORTS)
    several = st.lists(places, min_size=1, max_size=3)
    for name in draw(st.lists(NAMES, max_size=3)):
        experiment = experiment.with_service_input(name, *draw(several))
    for name in draw(st.lists(NAMES, max_size=2)):
        experiment = experiment.with_service_output(name, draw(places | st.sampled_from(list(experiment.nodes))))
    for name in draw(st.lists(NAMES, max_size=3)):
        required = draw(st.booleans())
        default = draw(VALUES) if not required and draw(st.booleans()) else UNSET
        experiment = experiment.with_service_parameter(
            name, *draw(several), required=required, default=default, description=draw(TEXTS)
        )
    return experiment


_PIXELS = st.integers(-5000, 5000) | st.floats(-5000, 5000)


def _with_node(experiment: Experiment, name: str) -> st.SearchStrategy[Experiment]:
    if not experiment.nodes:
        return st.builds(lambda dataset: experiment.add_dataset(name, dataset), NAMES | NAMES.map(FileRef))
    sources = st.builds(
        lambda node, port: f"{node}.{port}" if port else node,
        st.sampled_from(list(experiment.nodes)),
        st.none() | PORTS,
    )
    edges = st.dictionaries(NAMES, sources, max_size=4)
    values = st.dictionaries(NAMES, VALUES, max_size=4)

    def build(module: str, inputs: dict[str, str], parameters: dict[str, Any], comment: str) -> Experiment:
        grown = experiment.add(name, module, inputs=inputs, comment=comment)
        for parameter, value in parameters.items():
            grown = grown.set(name, parameter, value)
        return grown

    return st.builds(build, NAMES | st.just("saved-dataset"), edges, values, TEXTS)
