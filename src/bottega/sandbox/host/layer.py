"""How strong a jail this machine can make."""

from __future__ import annotations

from enum import StrEnum


class Layer(StrEnum):
    """What a job is shut in by.

    NAMESPACES  bubblewrap outside, own namespaces for each job inside, Landlock, call filter
    LANDLOCK    no namespaces to be had: Landlock, call filter and limits; threads but no
                processes, and no quota over the whole folder
    NONE        nothing: only when asked for by name
    """

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    NONE = "none"
