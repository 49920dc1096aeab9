"""Documents that were read a moment ago: a page asks for one many times between two edits."""

from __future__ import annotations

from functools import lru_cache

from bottega.graph import reading
from bottega.graph.document import Experiment
from bottega.graph.reading import Loaded

_MOST = 64


@lru_cache(maxsize=_MOST)
def loaded(text: str) -> Loaded:
    """What a stored document says; a value that nobody changes. Raises `experiment-invalid`."""
    return reading.loads(text)


def experiment(text: str) -> Experiment:
    """The same without lines and problems."""
    return loaded(text).experiment
