"""Bottega: a self-hosted machine-learning studio around plain Python functions."""

__version__ = "0.1.0"
