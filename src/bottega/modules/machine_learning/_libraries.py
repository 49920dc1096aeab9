"""What every module here that makes, trains or runs a model wants imported beforehand.

One tuple for all of them, so that one zygote serves a whole experiment and any model can be unpickled in it.
"""

from __future__ import annotations

LIBRARIES = ("sklearn.ensemble", "sklearn.linear_model", "sklearn.metrics", "sklearn.neural_network", "lightgbm")
