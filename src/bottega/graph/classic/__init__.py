"""The graph JSON of the classic Studio, and the experiments that it means (clients.md 4.1, 4.2)."""

from bottega.graph.classic.assets import Assets
from bottega.graph.classic.client import client_data
from bottega.graph.classic.decoding import decode
from bottega.graph.classic.encoding import Encoded, encode

__all__ = ["Assets", "Encoded", "client_data", "decode", "encode"]
