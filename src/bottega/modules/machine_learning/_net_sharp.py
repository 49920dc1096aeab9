"""What is understood of Net#, classic's language of neural networks: layers one after another, fully connected.

const Width = 50;                       // numbers by name
input Picture [28, 28];                 // or auto; the features say how many there are
hidden First [200] from Picture all;
hidden Second [Width] sigmoid from First all;
output Result [10] from Second all;     // or auto; the label says how many there are
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass

from bottega.sdk import BottegaError

# Net#'s functions, by scikit-learn's names.
_ACTIVATIONS = {"sigmoid": "logistic", "tanh": "tanh", "rlinear": "relu", "linear": "identity"}
_OUTPUTS = {"softmax", *_ACTIVATIONS}
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_CONSTANTS = re.compile(r"const\s*\{([^}]*)\}\s*;?")
_NAME = r"[A-Za-z_]\w*"
_CONSTANT = re.compile(rf"(?:const\s+)?({_NAME})\s*=\s*(\d+)")
_LAYER = re.compile(
    rf"(?P<kind>input|hidden|output)\s+(?P<name>{_NAME})\s*(?P<size>auto\b|\[[^\]]*\]|\d+)?\s*"
    rf"(?:(?P<function>(?!from\b){_NAME})\s*)?(?:from\s+(?P<source>{_NAME})\s+all)?"
)
_MOST_NODES = 1_000_000


@dataclass(frozen=True)
class Layers:
    """The numbers of nodes of the hidden layers, and the function after each, by scikit-learn's name."""

    sizes: tuple[int, ...]
    activation: str = "logistic"


def read(definition: str, nodes: int) -> Layers:
    """The hidden layers that a script defines; `auto` has so many nodes. Raises `usage` for what is not understood."""
    constants: dict[str, int] = {}
    layers: list[re.Match[str]] = []
    for statement in _statements(definition):
        constant = _CONSTANT.fullmatch(statement)
        layer = _LAYER.fullmatch(statement)
        if constant:
            constants[constant[1]] = int(constant[2])
        elif layer:
            layers.append(layer)
        else:
            raise _wrong(f"“{statement[:100]}” is none of what is understood of Net#")
    _check_chain(layers)
    hidden = layers[1:-1]
    functions = {layer["function"] or "sigmoid" for layer in hidden} or {"sigmoid"}
    if len(functions) > 1:
        raise _wrong(f"its hidden layers have different functions: {', '.join(sorted(functions))}")
    function = functions.pop()
    if function not in _ACTIVATIONS:
        raise _wrong(f"the function {function} is none of {', '.join(_ACTIVATIONS)}")
    return Layers(tuple(_size(layer, constants, nodes) for layer in hidden), _ACTIVATIONS[function])


def _statements(definition: str) -> list[str]:
    text = _COMMENT.sub(" ", definition)
    text = _CONSTANTS.sub(lambda found: f"{found[1]};", text)
    return [" ".join(part.split()) for part in text.split(";") if part.strip()]


def _check_chain(layers: list[re.Match[str]]) -> None:
    kinds = [layer["kind"] for layer in layers]
    if len(layers) < 2 or kinds != ["input", *["hidden"] * (len(kinds) - 2), "output"]:
        raise _wrong("it needs one input, hidden layers and one output, in this order")
    if layers[0]["source"] or layers[0]["function"]:
        raise _wrong("an input has neither a source nor a function")
    for before, layer in itertools.pairwise(layers):
        if layer["source"] != before["name"]:
            raise _wrong(f"layer {layer['name']} does not come “from {before['name']} all”")
    function = layers[-1]["function"]
    if function and function not in _OUTPUTS:
        raise _wrong(f"the function {function} is none of {', '.join(sorted(_OUTPUTS))}")


def _size(layer: re.Match[str], constants: dict[str, int], nodes: int) -> int:
    text = layer["size"] or "auto"
    if text == "auto":
        return nodes
    parts = [part.strip() for part in text.strip("[]").split(",")]
    unknown = [part for part in parts if not part.isdecimal() and part not in constants]
    if unknown:
        raise _wrong(f"the size “{unknown[0]}” of layer {layer['name']} is no number")
    size = math.prod(constants[part] if part in constants else int(part) for part in parts)
    if not 1 <= size <= _MOST_NODES:
        raise _wrong(f"layer {layer['name']} has {size} nodes, which is not from 1 to {_MOST_NODES}")
    return size


def _wrong(reason: str) -> BottegaError:
    return BottegaError("usage", reason=f"The neural network definition cannot be followed: {reason}")
