"""Environments as the rest of Bottega asks for them: there, or built now."""

from __future__ import annotations

from bottega.sandbox.host.recipe import Recipe, lock_text, make, prune, register, remove, size, update
from bottega.sandbox.host.shipped import digest, ensure

__all__ = ["Recipe", "digest", "ensure", "lock_text", "make", "prune", "register", "remove", "size", "update"]
