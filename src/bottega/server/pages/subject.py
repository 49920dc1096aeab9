"""What a page is about: an endpoint of a web service, and where it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from bottega.services import links
from bottega.services.program import Program
from bottega.services.swagger import TABLES


@dataclass(frozen=True)
class Subject:
    """An endpoint.

    base    where the server is reached, without a slash at its end
    program  of the version that it serves, without rows of data unless `has_samples`
    """

    base: str
    workspace_id: str
    service_id: str
    service: str
    description: str
    endpoint_id: str
    endpoint: str
    program: Program
    has_samples: bool = False

    def __post_init__(self) -> None:
        if not self.has_samples:
            object.__setattr__(self, "program", without_samples(self.program))

    @property
    def api(self) -> str:
        """Where it is called."""
        return links.api_location(self.base, self.workspace_id, self.endpoint_id)

    @property
    def execute(self) -> str:
        """Where it is called for an answer at once."""
        return f"{self.api}/execute?api-version=2.0&details=true"

    @property
    def management(self) -> str:
        """Where it is managed."""
        return f"{self.base}/workspaces/{self.workspace_id}/webservices/{self.service_id}/endpoints/{self.endpoint}"

    @property
    def help(self) -> str:
        """Where its pages are; its last part is the id that calls use (clients.md 3)."""
        return links.help_location(self.base, self.workspace_id, self.service_id, self.endpoint_id)

    def here(self, url: str) -> str:
        """One of these addresses as its pages lead there: whatever name a browser has for this server stays."""
        return f"{self.root}{url.removeprefix(self.base)}"

    @property
    def root(self) -> str:
        """The path below which the server is reached; empty for most."""
        return urlsplit(self.base).path.rstrip("/")

    @property
    def answers(self) -> bool:
        """Whether it can be called for an answer at once: models travel by batch jobs alone."""
        return all(output.type in TABLES for output in self.program.outputs)


def without_samples(program: Program) -> Program:
    """A program whose inputs show no rows of data and no categories, as anybody may see it."""
    inputs = tuple(
        msgspec.structs.replace(
            each, samples=(), fields=tuple(msgspec.structs.replace(field, categories=()) for field in each.fields)
        )
        for each in program.inputs
    )
    return msgspec.structs.replace(program, inputs=inputs)
