"""Where a web service is called and read about (clients.md 3, fact sheet 5.5)."""

from __future__ import annotations

import json
import os
import urllib.parse
from pathlib import Path

FALLBACK = "http://127.0.0.1:8080"
_FILE = "server.json"
_LARGEST = 1 << 16


def base_url(folder: Path) -> str:
    """Of the server that runs on the workspace in a folder, which notes it there; else BOTTEGA_URL, else where one would listen."""
    return _noted(folder) or _clean(os.environ.get("BOTTEGA_URL")) or FALLBACK


def is_served(folder: Path) -> bool:
    """Whether a server has noted itself there."""
    return bool(_noted(folder))


def api_location(base: str, workspace_id: str, endpoint_id: str) -> str:
    """Where an endpoint is called: `/execute`, `/jobs`, `/swagger.json` below it."""
    return f"{base}/workspaces/{workspace_id}/services/{endpoint_id}"


def help_location(base: str, workspace_id: str, service_id: str, endpoint_id: str) -> str:
    """The page about an endpoint; its last part is the id that the calls have, too (clients.md 3)."""
    return f"{base}/workspaces/{workspace_id}/webservices/{service_id}/endpoints/{endpoint_id}"


def _noted(folder: Path) -> str:
    try:
        with (folder / _FILE).open("rb") as file:
            told = json.loads(file.read(_LARGEST))
    except (OSError, ValueError):
        return ""
    return _clean(told.get("url")) if isinstance(told, dict) else ""


def _clean(url: object) -> str:
    """An address without its last slash; nothing for what is none."""
    if not isinstance(url, str):
        return ""
    try:
        parts = urllib.parse.urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip().rstrip("/") if parts.scheme in ("http", "https") and parts.netloc else ""
