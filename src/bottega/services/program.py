"""The program of a web service: all that a version of it needs to run, as plain values; JSON in the store."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from bottega.engine import own_shelf
from bottega.errors import BottegaError

INPUT, CONSTANT = "in", "constant"


class Field(Struct, frozen=True, omit_defaults=True):
    """A column of an input or an output.

    type        the Studio type as `dataset.types` spells it, such as `Categorical String`
    role        what the column was for in the publishing run
    categories  those that it had there, as text, where they are few; `ordered` as pandas means it
    zone        the time zone of a DateTime, if it had one
    known       False where no value was there to tell the type: then it is guessed in each call, as of CSV
    """

    name: str
    type: str
    role: str = "feature"
    categories: tuple[str, ...] = ()
    ordered: bool = False
    zone: str | None = None
    known: bool = True


class Input(Struct, frozen=True, omit_defaults=True):
    """A web service input.

    ports    the input ports that it feeds, each `node.port`
    samples  at most five rows of what stood there, as the text that a call has (missing is None)
    """

    name: str
    ports: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    samples: tuple[tuple[str | None, ...], ...] = ()


class Output(Struct, frozen=True, omit_defaults=True):
    """A web service output.

    source  the output port or the constant, `node.port`
    type    of the port (`sdk.ports.PortType`)
    fields  its columns in the publishing run; None for what is no table
    """

    name: str
    source: str
    type: str = "DataTable"
    fields: tuple[Field, ...] | None = None


class Parameter(Struct, frozen=True, omit_defaults=True):
    """A web service parameter.

    sets      the module parameters that it sets, each `node.parameter`
    schema    the JSON schema of the first of them
    required  a call must give it
    default   what holds where a call does not, for people: the nodes have it already
    """

    name: str
    sets: tuple[str, ...]
    schema: dict[str, Any] = {}
    required: bool = False
    default: Any = None
    description: str = ""


class Node(Struct, frozen=True, omit_defaults=True):
    """A module that runs in each call.

    module      its name; of one that the workspace has of its own `name@digest`, which stays what it was
    parameters  all that count, as plain values
    links       input port to the constant, or to the output port of another node, `node.port`;
                ports that web service inputs feed have none
    """

    id: str
    module: str
    parameters: dict[str, Any] = {}
    links: dict[str, str] = {}


class Constant(Struct, frozen=True, omit_defaults=True):
    """What the publishing run computed once for all calls: a stored file.

    type       of the port that it came from
    described  what a model tells of itself
    trusted    `store.records.Output.trusted`
    """

    digest: str
    type: str
    size: int
    described: Any = None
    trusted: bool = False


class Resource(Struct, frozen=True):
    """A constant that an endpoint may have another of: a model that was trained again."""

    name: str
    kind: Literal["ILearner", "ITransform"]
    constant: str


class Lock(Struct, frozen=True, omit_defaults=True):
    """What an environment can be built from again: a stored file, which names all packages by hash.

    python         the version that it was built for
    compatibility  whether it has the names that libraries have removed
    """

    digest: str
    python: str
    compatibility: bool = False


class Program(Struct, frozen=True, omit_defaults=True):
    """A version of a web service.

    document      the experiment as it was published, YAML
    nodes         those that run in each call, upstream first
    constants     by the port that they came from, `node.port`
    environments  name to the digest of the environment that it then was
    locks         of those that Bottega built, but its own
    bottega       the version that published it
    """

    title: str
    document: str = ""
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    nodes: tuple[Node, ...] = ()
    constants: dict[str, Constant] = {}
    resources: tuple[Resource, ...] = ()
    environments: dict[str, str] = {}
    locks: dict[str, Lock] = {}
    bottega: str = ""
    kind: Literal["experiment", "code"] = "experiment"

    def digests(self) -> set[str]:
        """The stored files that it names."""
        named = {constant.digest for constant in self.constants.values()} | {
            lock.digest for lock in self.locks.values()
        }
        return named | own_shelf.digests(node.module for node in self.nodes)

    def fed(self) -> dict[str, str]:
        """The web service input that feeds each port."""
        return {port: each.name for each in self.inputs for port in each.ports}

    def node(self, name: str) -> Node:
        """A node by its id; KeyError where there is none."""
        found = next((node for node in self.nodes if node.id == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def dumps(self) -> str:
        """The JSON that `loads` reads."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def loads(cls, text: str) -> Program:
        """From the store. Raises `usage` for what a newer Bottega wrote or somebody changed."""
        try:
            return _DECODER.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise BottegaError("usage", reason=f"This web service cannot be read: {error}; publish it again") from error


_DECODER = msgspec.json.Decoder(Program)


def place(text: str) -> tuple[str, str]:
    """Node and port, or parameter, of a `node.name`."""
    node, _, name = text.partition(".")
    return node, name
