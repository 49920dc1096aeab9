"""Azurite, which stands for Azure's blob storage, as a process of the tests."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.storage.blob import BlobServiceClient

_ROOT = Path(__file__).parent.parent.parent
_PROGRAM = _ROOT / ".test" / "azurite" / "node_modules" / ".bin" / "azurite-blob"
_START_SECONDS = 60


@dataclass(frozen=True)
class Azurite:
    """A running server with one account.

    endpoint  of the account, without a slash at its end
    """

    port: int
    account: str
    key: str

    @property
    def endpoint(self) -> str:
        """Where the account's blobs are, in the form that has the account in its path."""
        return f"http://127.0.0.1:{self.port}/{self.account}"

    @property
    def connection_string(self) -> str:
        """With its endpoint, as for storage that is not Azure's own."""
        return f"{self.bare_connection_string};BlobEndpoint={self.endpoint}"

    @property
    def bare_connection_string(self) -> str:
        """With the account's name and key alone, as old clients send it."""
        return f"DefaultEndpointsProtocol=https;AccountName={self.account};AccountKey={self.key}"

    def client(self) -> BlobServiceClient:
        """Today's SDK on it."""
        from azure.storage.blob import BlobServiceClient

        return BlobServiceClient.from_connection_string(self.connection_string)


@contextmanager
def azurite(folder: Path, account: str = "bottegatest") -> Iterator[Azurite]:
    """Start one; its blobs lie in the folder, and it ends with the block."""
    if not _PROGRAM.exists():
        subprocess.run(["bash", str(_ROOT / "scripts" / "test_tools.sh")], check=True)
    server = Azurite(_free_port(), account, base64.b64encode(os.urandom(48)).decode())
    command = [str(_PROGRAM), "--blobHost", "127.0.0.1", "--blobPort", str(server.port), "--location", str(folder)]
    command += ["--disableTelemetry", "--skipApiVersionCheck", "--silent"]
    variables = {**os.environ, "AZURITE_ACCOUNTS": f"{account}:{server.key}"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=variables)
    try:
        _wait(process, server.port)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"Azurite ended with {process.returncode}")
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("Azurite does not listen")
