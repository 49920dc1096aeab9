"""Errors that speak to the user: a code and the facts; the words are made at the edge.

>>> error = BottegaError("0048", path="patients.csv", reason="No such file or directory")
>>> describe(error)
'Error 0048: cannot open patients.csv: No such file or directory.'
"""

from bottega.errors.error import BottegaError
from bottega.errors.text import describe, sentence

__all__ = ["BottegaError", "describe", "sentence"]
