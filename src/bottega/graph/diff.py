"""What differs between two experiments, in the words of their modules: spelling and layout of files do not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import Any

from bottega.errors import BottegaError
from bottega.graph.document import DATASET_MODULE, Experiment, FileRef, Node, Source, WebService
from bottega.graph.renames import followed, renames
from bottega.graph.topology import FindModule, cached, output_port
from bottega.graph.writing import node_tree, plain_value, same, service_tree
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import Port, folded

_MANY_LINES = 20_000  # comparing more, line by line, takes long


@dataclass(frozen=True)
class Change:
    """One difference.

    kind     "title", "description", "environment", "node added", "node removed", "node renamed", "module",
             "parameter", "input", "comment", "pinned", "web service input", "web service output", "web service parameter"
             or "moved"
    node     its id in the new experiment, or the old one's where it was removed
    subject  the parameter or input by the module's name for it; the web service's by its own
    before   plain values; None for what was not there
    detail   of texts with several lines, the lines of a unified diff
    """

    kind: str
    node: str | None = None
    subject: str | None = None
    before: Any = None
    after: Any = None
    detail: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON takes it."""
        return {
            "kind": self.kind,
            "node": self.node,
            "subject": self.subject,
            "before": self.before,
            "after": self.after,
            "detail": list(self.detail),
        }


def diff(old: Experiment, new: Experiment, find_module: FindModule) -> list[Change]:
    """All changes from old to new; nodes that merely moved come last."""
    return list(_Comparison(old, new, find_module).changes())


class _Comparison:
    def __init__(self, old: Experiment, new: Experiment, find_module: FindModule) -> None:
        self._old = old
        self._new = new
        self._find = cached(find_module)
        self._renamed = renames(old, new)

    def changes(self) -> Iterator[Change]:
        yield from self._plain("title", None, self._old.title, self._new.title)
        yield from self._plain("description", None, self._old.description, self._new.description)
        yield from self._plain("environment", None, self._old.environment, self._new.environment)
        both = {self._renamed.get(name, name): node for name, node in self._old.nodes.items()}
        for name, node in both.items():
            if name not in self._new.nodes:
                yield Change("node removed", name, before=node_tree(node))
        for name, node in self._new.nodes.items():
            if name not in both:
                yield Change("node added", name, after=node_tree(node))
            else:
                yield from self._node(both[name], node)
        yield from self._service()
        yield from self._beside()
        for name in self._new.nodes:
            if name in both:
                yield from self._place(both[name].id, name)

    def _node(self, old: Node, new: Node) -> Iterator[Change]:
        if old.id != new.id:
            yield Change("node renamed", new.id, before=old.id, after=new.id)
        specs = self._find(old.module), self._find(new.module)
        modules = [spec.name if spec else node.module for spec, node in zip(specs, (old, new), strict=True)]
        yield from self._plain("module", new.id, *modules)
        yield from self._parameters(old, new, *specs)
        before, after = self._edges(self._old, old, specs[0]), self._edges(self._new, new, specs[1])
        for port in dict.fromkeys([*before, *after]):
            yield from self._plain("input", new.id, before.get(port), after.get(port), port)
        yield from self._plain("comment", new.id, old.comment, new.comment)
        yield from self._plain("pinned", new.id, old.pinned, new.pinned)

    def _plain(self, kind: str, node: str | None, old: Any, new: Any, subject: str | None = None) -> Iterator[Change]:
        if not same(old, new):
            yield Change(kind, node, subject, old or None, new or None, _detail(old, new))

    def _edges(self, experiment: Experiment, node: Node, spec: ModuleSpec | None) -> dict[str, str]:
        """The edges into a node: ports by their own names, nodes by their new ids."""
        found = self._renamed if experiment is self._old else {}
        told: dict[str, str] = {}
        for spelling, source in node.inputs.items():
            port = spec.input(spelling) if spec else None
            output = output_port(experiment, source, self._find)
            begin = followed(Node("", "", {"": source}), found).inputs[""]
            told.setdefault(port.name if port else spelling, str(Source(begin.node, output.name) if output else begin))
        return told

    def _service(self) -> Iterator[Change]:
        """Changes of what callers see; ports and parameters by their own names, nodes by their new ids."""
        before, after = (self._service_tree(each) for each in (self._old, self._new))
        for kind in ("input", "output", "parameter"):
            old, new = before[kind], after[kind]
            for name in dict.fromkeys([*old, *new]):
                yield from self._plain(f"web service {kind}", None, old.get(name), new.get(name), name)

    def _beside(self) -> Iterator[Change]:
        """Changes of notes and groups, told as comments that belong to no node."""
        before = {
            title: sorted(self._renamed.get(each, each) for each in had) for title, had in self._old.groups.items()
        }
        after = {title: sorted(members) for title, members in self._new.groups.items()}
        for title in dict.fromkeys([*before, *after]):
            yield from self._plain("comment", None, before.get(title), after.get(title), title)
        for name in dict.fromkeys([*self._old.notes, *self._new.notes]):
            old, new = self._old.notes.get(name), self._new.notes.get(name)
            yield from self._plain("comment", None, old and old.text, new and new.text, name)

    def _service_tree(self, experiment: Experiment) -> dict[str, dict[str, Any]]:
        service, names = experiment.web_service, _Names(experiment, self._find)
        for old, new in self._renamed.items() if experiment is self._old else ():
            service = service.renamed(old, new)
            names.ids[new] = old
        outputs = {name: names.output(source) for name, source in service.outputs.items()}
        inputs = {name: tuple(map(names.input, ports)) for name, ports in service.inputs.items()}
        parameters = {
            name: replace(each, sets=tuple(str(names.parameter(Source.parse(place))) for place in each.sets))
            for name, each in service.parameters.items()
        }
        told = service_tree(WebService(inputs, outputs, parameters))
        return {kind: told.get(f"{kind}s", {}) for kind in ("input", "output", "parameter")}

    def _parameters(
        self, old: Node, new: Node, old_spec: ModuleSpec | None, new_spec: ModuleSpec | None
    ) -> Iterator[Change]:
        before, after = _given(self._old, old, old_spec), _given(self._new, new, new_spec)
        if old_spec is not None and new_spec is not None and old_spec.name == new_spec.name:
            defaults = {each.name: each.as_plain(each.default) for each in new_spec.parameters if not each.required}
            before, after = defaults | before, defaults | after
        for name in dict.fromkeys([*before, *after]):
            one, other = before.get(name), after.get(name)
            if not same(one, other):
                yield Change("parameter", new.id, name, one, other, _detail(one, other))

    def _place(self, old: str, new: str) -> Iterator[Change]:
        before, after = self._old.layout.get(old), self._new.layout.get(new)
        if before != after:
            yield Change("moved", new, before=before and list(before), after=after and list(after))


class _Names:
    """The modules' own names for ports and parameters, however an experiment spells them.

    ids  nodes under which the experiment has what goes by another id
    """

    def __init__(self, experiment: Experiment, find: FindModule) -> None:
        self._experiment = experiment
        self._find = find
        self.ids: dict[str, str] = {}

    def input(self, source: Source) -> Source:
        spec = self._spec(source)
        return _called(source, spec.input(source.port or "") if spec else None)

    def output(self, source: Source) -> Source:
        spec = self._spec(source)
        first = spec.outputs[0] if spec and spec.outputs else None
        return _called(source, spec.output(source.port) if spec and source.port else first)

    def parameter(self, source: Source) -> Source:
        spec = self._spec(source)
        return _called(source, spec.parameter(source.port or "") if spec else None)

    def _spec(self, source: Source) -> ModuleSpec | None:
        node = self._experiment.nodes.get(self.ids.get(source.node, source.node))
        return self._find(node.module) if node else None


def _called(source: Source, found: Port | Parameter | None) -> Source:
    return Source(source.node, found.name) if found else source


def _given(experiment: Experiment, node: Node, spec: ModuleSpec | None) -> dict[str, Any]:
    """The parameters that a node has, by their own names, as plain values of their types."""
    told: dict[str, Any] = {}
    for spelling, value in node.parameters.items():
        parameter = spec.parameter(spelling) if spec else None
        name = parameter.name if parameter else spelling
        told.setdefault(name, _value(experiment, node, parameter, value, spec))
    return told


def _value(experiment: Experiment, node: Node, parameter: Parameter | None, value: Any, spec: ModuleSpec | None) -> Any:
    """A value as its parameter takes it; as it is written where that fails. Data files go by their names."""
    is_data = (spec.name if spec else folded(node.module)) == DATASET_MODULE
    if parameter is None or (is_data and isinstance(value, FileRef)):
        return plain_value(value)
    try:
        return parameter.as_plain(parameter.convert(experiment.resolve_value(value)))
    except BottegaError:
        return plain_value(value)


def _detail(old: Any, new: Any) -> tuple[str, ...]:
    if not (isinstance(old, str) and isinstance(new, str) and ("\n" in old or "\n" in new)):
        return ()
    before, after = old.splitlines(), new.splitlines()
    if len(before) + len(after) > _MANY_LINES:
        return ()
    return tuple(unified_diff(before, after, lineterm=""))[2:]
