"""The smallest edit that makes an experiment file mean another experiment.

The edit is made in the text itself, by what stands where, so that comments, quotes, blank lines
and indentation of all other lines stay. It is read again before it counts; an edit that does
not mean the experiment, as odd layouts may bring about, gives way to the canonical text.
"""

from __future__ import annotations

from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.graph.edits import Awkward, Editor
from bottega.graph.reading import Loaded, loads
from bottega.graph.renames import likely_renames
from bottega.graph.syntax import Collection, Tree, compose
from bottega.graph.writing import dumps, same, tree


def update(text: str, experiment: Experiment) -> str:
    """The text, edited to mean the experiment. The order of nodes stays the text's.

    Raises `experiment-invalid` where the text is no experiment file.
    """
    loaded = loads(text, experiment.folder)
    if _means(loaded, experiment):
        return text
    canonical = dumps(experiment)
    if not loaded.problems and text == dumps(loaded.experiment):
        return canonical
    try:
        edited = _edited(loaded, experiment)
    except Awkward:
        return canonical
    # A last line without an end stays one, unless its end belongs to a value.
    candidates = [edited] if text.endswith("\n") else [edited.removesuffix("\n").removesuffix("\r"), edited]
    return next((each for each in candidates if _reads_as(each, experiment)), canonical)


def _edited(loaded: Loaded, experiment: Experiment) -> str:
    text = loaded.text
    newline = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    root = compose(text, "the experiment")
    if not isinstance(root, Collection):
        raise Awkward
    text = text if text.endswith("\n") else text + newline
    found = likely_renames(loaded.experiment, experiment)
    long = _long(root)
    old = tree(loaded.experiment, long)
    new = tree(experiment, frozenset(found.get(name, name) for name in long))
    editor = Editor(text, newline, _step(root, text), found)
    editor.change(root, old, new, ())
    return editor.result()


def _long(root: Collection) -> frozenset[str]:
    """The nodes that are told with `module:`, even datasets."""
    nodes = root.get("nodes")
    if nodes is None or not isinstance(nodes.value, Collection):
        return frozenset()
    entries = nodes.value.entries
    return frozenset(entry.key.text for entry in entries if entry.key and _is_long(entry.value))


def _is_long(node: Tree) -> bool:
    return isinstance(node, Collection) and node.get("dataset") is None and node.get("module") is not None


def _step(root: Collection, text: str) -> int:
    """The columns by which the file indents."""
    for entry in root.entries:
        if isinstance(entry.value, Collection) and entry.value.keyed and not entry.value.flow:
            return min(max(entry.value.start - text.rfind("\n", 0, entry.value.start) - 1, 1), 8)
    return 2


def _reads_as(text: str, experiment: Experiment) -> bool:
    try:
        return _means(loads(text, experiment.folder), experiment)
    except BottegaError:
        return False


def _means(loaded: Loaded, experiment: Experiment) -> bool:
    return same(tree(loaded.experiment), tree(experiment))
