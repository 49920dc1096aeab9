"""The server's log: one JSON object a line. No queries, no bodies, no tokens."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from starlette.requests import Request

_FACTS = "bottega.told"
# What a handler may add to the line of its request.
_KNOWN = ("run", "node", "endpoint", "job")
_HEAD = ("time", "level", "event")
LOG = structlog.get_logger("bottega.server")


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Let the log of this process go to a stream; that of libraries only where something is wrong."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.format_exc_info,
            _headed,
            structlog.processors.JSONRenderer(sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "azure", "urllib3"):
        library = logging.getLogger(name)
        library.handlers = [_Passed()] if name == "uvicorn" else []
        library.setLevel(logging.ERROR)
        library.propagate = name != "uvicorn"


def _headed(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """When and what first, for those who read it themselves."""
    head = {name: line[name] for name in _HEAD if name in line}
    return {**head, **line}


def tell(request: Request, **facts: str) -> None:
    """Add the ids of a run, node, endpoint or job to the line of this request."""
    told: dict[str, str] = request.scope.setdefault(_FACTS, {})
    told |= {name: value for name, value in facts.items() if name in _KNOWN}


def told(scope: MutableMapping[str, Any]) -> dict[str, str]:
    """What handlers added."""
    found: dict[str, str] = scope.get(_FACTS, {})
    return found


class _Passed(logging.Handler):
    """Lines of libraries, in the form of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a line; its exception goes along."""
        LOG.error(record.getMessage(), source=record.name, exc_info=record.exc_info)
