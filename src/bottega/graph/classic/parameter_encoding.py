"""A node's parameters as classic's JSON lists them: those that count, each mode's own right after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from bottega.errors import BottegaError
from bottega.graph.classic import names, values
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter


class Settings:
    """What is set at one node.

    spec   None for an unknown module: then all is told as it is
    given  values by any spelling, files read
    links  web service parameters by the names of the module parameters that they set
    """

    def __init__(
        self, spec: ModuleSpec | None, given: Mapping[str, Any], links: Mapping[str, str], *, clear_credentials: bool
    ) -> None:
        self._spec = spec
        self._links = links
        self._clear = clear_credentials
        self._had: dict[str, Any] = {}
        self._unknown: dict[str, Any] = {}
        for spelling, value in given.items():
            parameter = spec.parameter(spelling) if spec else None
            (self._had if parameter else self._unknown).setdefault(parameter.name if parameter else spelling, value)

    def told(self, extras: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """The entries of "ModuleParameters"; `extras` are the client's values of what only classic has."""
        for spec in [self._spec] if self._spec else []:
            for parameter in self._in_order(spec, None, self._settled(spec)):
                text = self._text(spec, parameter)
                if not names.is_own(spec, parameter) or text != values.to_text(parameter, parameter.default):
                    yield self._entry(parameter.name, names.parameter_name(spec, parameter), text)
            for extra in names.extras_of(spec):
                if extra.name not in self._unknown and (extra.told or extra.name in extras):
                    yield self._entry(extra.name, extra.name, extras.get(extra.name, extra.value))
        for name, value in self._unknown.items():
            yield self._entry(name, name, values.to_text(None, value))

    def text_of(self, spelling: str) -> str | None:
        """The text of the value that a parameter has now."""
        parameter = self._spec.parameter(spelling) if self._spec else None
        if self._spec is None or parameter is None:
            return values.to_text(None, self._unknown.get(spelling))
        return self._text(self._spec, parameter)

    def _entry(self, name: str, told: str, text: str | None) -> dict[str, Any]:
        return {"Name": told, "Value": text, "ValueType": "Literal", "LinkedGlobalParameter": self._links.get(name)}

    def _text(self, spec: ModuleSpec, parameter: Parameter) -> str | None:
        if names.is_credential(spec, parameter) or (self._clear and parameter.secret):
            return None
        if parameter.name not in self._had and parameter.required:
            return None
        return values.to_text(parameter, self._value(parameter))

    def _value(self, parameter: Parameter) -> Any:
        return self._had.get(parameter.name, parameter.default)

    def _settled(self, spec: ModuleSpec) -> dict[str, Any]:
        """Converted values; without those that cannot be read, so that nothing depends on them."""
        settled = {}
        for parameter in spec.parameters:
            with suppress(BottegaError):
                settled[parameter.name] = parameter.convert(self._value(parameter))
        return settled

    def _in_order(self, spec: ModuleSpec, mode: str | None, settled: Mapping[str, Any]) -> Iterator[Parameter]:
        """The parameters that count, or that callers set, below a mode."""
        for parameter in spec.parameters:
            if (parameter.when[-1].parameter if parameter.when else None) == mode:
                if parameter.counts(settled) or parameter.name in self._links:
                    yield parameter
                yield from self._in_order(spec, parameter.name, settled)
