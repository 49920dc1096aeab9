"""The web service of classic's JSON; also the older way, `PublishInfo`, which has no names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bottega.graph.classic import values
from bottega.graph.classic.nodes import Link, Reader
from bottega.graph.classic.reading import At
from bottega.graph.document import UNSET, Experiment, ServiceParameter, Source, WebService
from bottega.graph.writing import plain_value, same


def decode_service(reader: Reader, at: At, graph: At, like: Experiment | None) -> WebService:
    """Inputs, outputs and parameters. Raises `experiment-invalid`."""
    if at.value is None or at.value == "":
        at = At({}, at.path)
    inputs = _ports(at.get("Inputs"), "input", reader.input)
    outputs = _ports(at.get("Outputs"), "output", reader.output)
    publish = graph.get("PublishInfo")
    if not inputs and not outputs and publish.is_object:
        inputs = _nameless(publish.get("InputPortsForPublish"), "input", reader.input)
        outputs = _nameless(publish.get("OutputPortsForPublish"), "output", reader.output)
    parameters: dict[str, ServiceParameter] = {}
    for listed in (at.get("Parameters"), graph.get("Parameters")):
        for name, parameter in _parameters(listed, reader, like):
            parameters.setdefault(name, parameter)
    return WebService(
        {name: tuple(source for _, source in found) for name, found in inputs.items()},
        {name: _only(found) for name, found in outputs.items()},
        parameters,
    )


_Found = dict[str, list[tuple[At, Source]]]


def _ports(at: At, kind: str, source: Callable[[At], Source]) -> _Found:
    """The ports by name, each once."""
    entries = [(each, each.get("Name")) for each in at.items()]
    free = _free_names(kind, {name.text() for _, name in entries})
    found: _Found = {}
    for each, name in entries:
        place = each.get("PortId")
        told = name.name() if name.text().strip() else next(free)
        _add(found, told, place, source(place))
    return found


def _nameless(at: At, kind: str, source: Callable[[At], Source]) -> _Found:
    free = _free_names(kind, set())
    found: _Found = {}
    for each in at.items():
        _add(found, next(free), each, source(each))
    return found


def _add(found: _Found, name: str, at: At, source: Source) -> None:
    listed = found.setdefault(name, [])
    if source not in (each for _, each in listed):
        listed.append((at, source))


def _only(found: list[tuple[At, Source]]) -> Source:
    if len(found) > 1:
        found[1][0].refuse("another port has this name already")
    return found[0][1]


def _free_names(kind: str, taken: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"{kind}{number}" not in taken:
            yield f"{kind}{number}"


def _parameters(at: At, reader: Reader, like: Experiment | None) -> Iterator[tuple[str, ServiceParameter]]:
    """The parameters that anything is joined to."""
    joined: dict[str, list[Link]] = {}
    for link in reader.links:
        joined.setdefault(link.name, []).append(link)
    seen = set()
    for each in at.items():
        name = each.get("Name").name()
        if name in seen:
            each.get("Name").refuse("it is there twice")
        seen.add(name)
        if name in joined:
            before = like.web_service.parameters.get(name) if like else None
            yield name, _parameter(each, joined[name], reader, before)


def _parameter(at: At, links: list[Link], reader: Reader, before: ServiceParameter | None) -> ServiceParameter:
    sets = tuple(str(link.place) for link in links)
    definition = at.get("ParameterDefinition")
    definition = definition if definition.is_object else At({}, definition.path)
    description = definition.get("Description")
    words = description.text() if isinstance(description.value, str) else ""
    if not definition.get("HasDefaultValue").flag(otherwise=True):
        return ServiceParameter(sets, required=True, description=words)
    value = at.get("Value") if at.get("Value").value is not None else definition.get("DefaultValue")
    return ServiceParameter(sets, default=_default(value, links, reader, before), description=words)


def _default(at: At, links: list[Link], reader: Reader, before: ServiceParameter | None) -> Any:
    """The default, but where it is what stands in the nodes anyway and nobody said it before."""
    parameter = links[0].parameter
    given, value = at.value is not None, at.literal()
    if parameter is not None:
        try:
            given, value = values.from_text(parameter, value)
        except ValueError as error:
            at.refuse(str(error))
    elif given:
        value = values.plain_text(value)
    had = before.default if before else UNSET
    if not given:  # a client never saw a secret
        return had if parameter and parameter.secret else UNSET
    if had is not UNSET and same(plain_value(had), value):
        return had
    stands = all(same(reader.value(link.place), value) for link in links)
    return UNSET if stands else value
