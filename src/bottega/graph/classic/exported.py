"""Files of classic's: an experiment as its clients exported it, or its graph alone."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bottega.errors import BottegaError
from bottega.graph.classic.encoding import Encoded
from bottega.graph.document import Experiment, FileRef, Node

MAX_BYTES = 64 << 20
# What holds the graph in an experiment, and what a graph holds.
_GRAPHS = ("ExperimentGraph", "Graph")
_NODES = "ModuleNodes"
# PowerShell writes UTF-16 unless told otherwise; longer marks first, for one begins another.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Exported:
    """The values of "Graph" and "WebService", not yet looked into; title, description and environment where the file tells them."""

    graph: Any
    web_service: Any = None
    title: Any = ""
    description: Any = ""
    environment: Any = None


def text_of(data: bytes, path: str) -> str:
    """The text of a file in UTF-8, or in what its mark tells. Raises `experiment-invalid`."""
    if len(data) > MAX_BYTES:
        raise _invalid(path, f"it is larger than {MAX_BYTES >> 20} MiB")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data, known = data[len(mark) :], encoding
            break
    else:
        known = "utf-8"
    try:
        return data.decode(known)
    except UnicodeDecodeError as error:
        raise _invalid(path, f"it is no text in {known.upper()}") from error


def find(text: str, path: str = "the file") -> Exported | None:
    """What classic exported; None for a text that is anything else.

    Raises `experiment-invalid` for classic's JSON that is broken off.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if text[:1] not in {"{", "["}:
        return None
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        if any(f'"{name}"' in text for name in (_NODES, *_GRAPHS)):
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            reason = f"it is no JSON: {error.msg}" if isinstance(error, json.JSONDecodeError) else "it is no JSON"
            raise _invalid(path, reason, line) from error
        return None
    if isinstance(tree, list) and len(tree) == 1:  # as PowerShell writes what it took from a list
        (tree,) = tree
    return _of(tree) if isinstance(tree, Mapping) and any(name in tree for name in (_NODES, *_GRAPHS)) else None


def read(data: bytes, path: str) -> Exported:
    """The same of a file that has to be one. Raises `experiment-invalid`."""
    found = find(text_of(data, path), path)
    if found is None:
        raise _invalid(
            path, f"it has neither {' nor '.join((*_GRAPHS, _NODES))}, so it is nothing that classic exported"
        )
    return found


def dumps(experiment: Experiment, told: Encoded) -> str:
    """The whole text of a file, as classic's clients export an experiment."""
    whole = {
        "Description": experiment.title,
        "Summary": experiment.description,
        "Environment": experiment.environment,
        "Graph": told.graph,
        "WebService": told.web_service,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def lost(experiment: Experiment) -> list[str]:
    """What an experiment has that classic's JSON cannot hold, a sentence each."""
    told = {
        "Notes and groups on the canvas are left out.": experiment.notes or experiment.groups,
        "Pins are left out.": any(node.pinned for node in experiment.nodes.values()),
        "Parameters that stand in files go out as text.": any(map(_has_file, experiment.nodes.values())),
    }
    return [sentence for sentence, applies in told.items() if applies]


def _has_file(node: Node) -> bool:
    return node.dataset is None and any(isinstance(value, FileRef) for value in node.parameters.values())


def _of(tree: Mapping[str, Any]) -> Exported:
    graph = next((tree[name] for name in _GRAPHS if name in tree), tree)
    return Exported(
        graph, tree.get("WebService"), tree.get("Description"), tree.get("Summary"), tree.get("Environment")
    )


def _invalid(path: str, reason: str, line: int = 1) -> BottegaError:
    return BottegaError("experiment-invalid", path=path, line=line, reason=reason)
