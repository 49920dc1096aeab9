"""Names in an exported program: what is imported, and the variables of nodes; none hides another."""

from __future__ import annotations

import builtins
import keyword
from collections import defaultdict
from collections.abc import Iterable

from bottega.engine.export.layout import WIDTH

# What any program may import, by the module that has it; a module that has none is imported itself.
_TOOLS = {
    "ArffFile": "bottega.sdk",
    "Columns": "bottega.sdk",
    "CsvFile": "bottega.sdk",
    "Outside": "bottega.engine.reach",
    "Path": "pathlib",
    "SvmLightFile": "bottega.sdk",
    "TsvFile": "bottega.sdk",
    "Zip": "bottega.sdk",
    "as_table": "bottega.sandbox.runner.ports",
    "environ": "os",
    "formats": "bottega.dataset",
    "pickle": "",
}
_RESERVED = frozenset([*dir(builtins), *keyword.kwlist, *keyword.softkwlist, *_TOOLS])


class Names:
    """Gives out names, each once. All that is imported but tools has to come before variables."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {*_RESERVED, *taken}
        self._imports: dict[tuple[str, str], str] = {}

    def tool(self, name: str) -> str:
        """One of the tools, imported from here on."""
        return self._imports.setdefault((_TOOLS[name], name), name)

    def imported(self, module: str, name: str, wish: str) -> str:
        """The name by which something of a module goes, as near to the wish as can be."""
        key = (module, name)
        if key not in self._imports:
            self._imports[key] = self.variable(wish)
        return self._imports[key]

    def variable(self, wish: str) -> str:
        """A name for a variable, as near to the wish as can be."""
        base = wish.replace("-", "_")
        name, number = base, 1
        while name in self._taken:
            name = f"{base}_{number}"
            number += 1
        self._taken.add(name)
        return name

    def import_lines(self) -> list[str]:
        """The import statements: the standard library's, then ours and others', each sorted."""
        by_module: dict[str, list[str]] = defaultdict(list)
        for (module, name), alias in sorted(self._imports.items()):
            by_module[module].append(name if name == alias else f"{name} as {alias}")
        plain = [f"import {name}" for name in by_module.pop("", [])]
        lines = {module: _lines(module, names) for module, names in by_module.items()}
        return [
            *plain,
            *lines.pop("os", []),
            *lines.pop("pathlib", []),
            "",
            *(line for each in lines.values() for line in each),
        ]


def _lines(module: str, names: list[str]) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    return [line] if len(line) <= WIDTH else [f"from {module} import (", *(f"    {name}," for name in names), ")"]
