"""How each removed name is written today: one function for a few names, asked by the table's own names."""

from __future__ import annotations

from bottega.migration.reading.rules import frames, imports, libraries, located, moments, resampled
from bottega.migration.reading.rules.rule import RULES, Rewrite, generic

__all__ = ["RULES", "Rewrite", "frames", "generic", "imports", "libraries", "located", "moments", "resampled"]
