"""Where clients find a file or a view: the three parts that they put together, signed (clients.md 1, row 3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bottega.server.context import base_url, context_of
from bottega.server.routes.downloads import file_link, table_link

if TYPE_CHECKING:
    from starlette.requests import Request

    from bottega.server.signing import SignedUrl

# Old clients read sizes as signed 32-bit numbers (clients.md 0, rule 7).
LARGEST_SIZE = 2**31 - 1


@dataclass(frozen=True)
class Links:
    """Makes endpoint objects for the client of a request."""

    request: Request

    @cached_property
    def workspace(self) -> str:
        """The id of the workspace."""
        return context_of(self.request).workspace.id

    @cached_property
    def _base(self) -> str:
        return base_url(self.request)

    def view(
        self, path: str, name: str, file_type: str = "Json", *, size: int = 0, auxiliary: bool = True
    ) -> dict[str, Any]:
        """What the Studio API answers to GET at a path below the workspace."""
        context = context_of(self.request)
        path = f"api/workspaces/{self.workspace}/{path}"
        signed = context.signer.url(self._base, path, seconds=context.options.link_seconds)
        return _endpoint(signed, name, file_type, size, auxiliary=auxiliary)

    def file(self, digest: str, name: str, file_type: str, size: int) -> dict[str, Any]:
        """A stored file as it is."""
        return _endpoint(file_link(self.request, digest, name), name, file_type, size)

    def table(self, digest: str, name: str, file_type: str, size: int) -> dict[str, Any]:
        """A stored table, in the format of the name's extension."""
        return _endpoint(table_link(self.request, digest, name), name, file_type, size)


def _endpoint(signed: SignedUrl, name: str, file_type: str, size: int, *, auxiliary: bool = False) -> dict[str, Any]:
    return {
        "BaseUri": signed.base,
        "Size": min(size, LARGEST_SIZE),
        "Name": name,
        "EndpointType": "Http",
        "CredentialContainer": "",
        "AccessCredential": signed.credential,
        "Location": signed.location,
        "FileType": file_type,
        "IsAuxiliary": auxiliary,
    }
