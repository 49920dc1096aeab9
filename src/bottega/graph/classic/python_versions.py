"""Classic's choice "Python Version" of its scripts: here an environment with libraries of that age, for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bottega.graph.classic import families, ids
from bottega.graph.classic.exported import Exported
from bottega.graph.classic.reading import At
from bottega.graph.document import Experiment

# As the sandbox has it, which stands beside this layer.
ENVIRONMENT = "classic"
_MODULE, _PARAMETER = "execute-python-script", "Python Version"
_LONGEST, _MOST_NAMED = 200, 5


def settled(experiment: Experiment, found: Exported, graph: Any) -> tuple[Experiment, tuple[str, ...]]:
    """The experiment with the environment for scripts of classic's, where it has any, and notes that say so.

    found  the file; where Bottega wrote it, it tells the environment itself
    graph  the value of "Graph" that the experiment was read from
    """
    if isinstance(found.environment, str):
        return replace(experiment, environment=found.environment.strip()[:_LONGEST]), ()
    versions = _versions(graph)
    if not versions:
        return experiment, ()
    told = f"Scripts ran on {_list(versions)}: `environment: {ENVIRONMENT}` gives them libraries of that age"
    notes = [f"{told}, and names that those have removed since."]
    if old := [node for node, version in versions.items() if "python 2" in version.casefold()]:
        told = ", ".join(old[:_MOST_NAMED]) + (", …" if len(old) > _MOST_NAMED else "")
        notes.append(f"Scripts in Python 2 ({told}) are converted by `bottega migrate`, or by the editor's offer.")
    return replace(experiment, environment=ENVIRONMENT), tuple(notes)


def _versions(graph: Any) -> dict[str, str]:
    """The choice by node; empty texts where nothing is chosen."""
    found: dict[str, str] = {}
    for module in At(graph, "Graph").get("ModuleNodes").items():
        if families.module_of(module.get("ModuleId").text(most=_LONGEST)) == _MODULE:
            node = ids.incoming(module.get("Id").text(most=_LONGEST)) or ""
            found[node] = next(
                (version for each in module.get("ModuleParameters").items() if (version := _chosen(each))), ""
            )
    return found


def _chosen(parameter: At) -> str:
    value = parameter.get("Value").value
    is_meant = parameter.get("Name").text(most=_LONGEST).strip().casefold() == _PARAMETER.casefold()
    return value.strip()[:_LONGEST] if is_meant and isinstance(value, str) else ""


def _list(versions: Mapping[str, str]) -> str:
    told = sorted({version for version in versions.values() if version})
    return " and ".join(told[:_MOST_NAMED]) or "the Python of the classic Studio"
