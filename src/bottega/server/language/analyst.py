"""One language server, and the scripts that are open in it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from bottega.errors import BottegaError
from bottega.sandbox.host.environment import Environment
from bottega.server.language.header import Place
from bottega.server.language.jail import FOLDER, MEMORY, Jail
from bottega.server.language.peer import Gone, Peer

_MOST_OPEN = 16
ANSWER_SECONDS = 30.0  # the first look through an environment takes some of a slow machine
_START_SECONDS = 60.0
_MOST_OF_MEMORY = 0.7
_ROOT = f"file://{FOLDER}"
_FIRST = "import pandas\nabc\n"
_TEXT = ["plaintext"]
_CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "diagnostic": {},
        "hover": {"contentFormat": _TEXT},
        "signatureHelp": {"signatureInformation": {"documentationFormat": _TEXT, "parameterInformation": {"labelOffsetSupport": True}}},
        "completion": {"completionItem": {"documentationFormat": _TEXT, "labelDetailsSupport": True}},
    },
}  # fmt: skip
_T = TypeVar("_T")


@dataclass
class _Open:
    """A text that the language server has."""

    address: str
    text: str
    version: int = 1


class Analyst:
    """A language server for one environment; safe for use from several threads."""

    def __init__(self, environment: Environment, answer_seconds: float = ANSWER_SECONDS) -> None:
        """Start it. Raises `sandbox-unavailable`."""
        self.used = time.monotonic()
        self._seconds = answer_seconds
        self._lock = threading.Lock()
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._count = 0
        self._jail = Jail(environment)
        stdout, stdin = self._jail.process.stdout, self._jail.process.stdin
        assert stdout is not None and stdin is not None  # noqa: S101, PT018 - both are pipes
        self._peer = Peer(stdout, stdin, self._jail.kill)
        timer = self._peer.within(_START_SECONDS)
        try:
            folders = [{"uri": _ROOT, "name": "script"}]
            self._peer.request("initialize", {
                "processId": None, "rootUri": _ROOT, "workspaceFolders": folders, "capabilities": _CAPABILITIES,
            }).result()  # fmt: skip
            self._peer.notify("initialized", {})
            self._warm()
        except Gone as error:
            reason = self._jail.complaint()
            self.close()
            raise BottegaError("sandbox-unavailable", reason=reason, advice="Run: bottega doctor") from error
        finally:
            timer.cancel()

    def ask(self, editor: str, text: str, question: str, place: Place | None, kind: type[_T]) -> _T | None:
        """The answer about a place of an editor's text, or about all of it; None where there is none.

        Raises Gone where the language server ended instead, for it was ended or is too slow.
        """
        self.used = time.monotonic()
        timer = self._peer.within(self._seconds)
        try:
            with self._lock:  # texts and questions about them go out in one order
                params: dict[str, Any] = {"textDocument": {"uri": self._show(editor, text)}}
                if place is not None:
                    params["position"] = {"line": place.line, "character": place.column}
                answer = self._peer.request(f"textDocument/{question}", params)
            return self._read(answer.result(), kind)
        finally:
            timer.cancel()

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or took so much memory that another is better; to be closed then."""
        return self._peer.is_over or self._jail.memory > MEMORY * _MOST_OF_MEMORY

    def close(self) -> None:
        """End it; who waits for an answer gets Gone."""
        self._jail.kill()
        self._peer.join()
        self._jail.close()

    def _warm(self) -> None:
        """Let it look through the environment beforehand: who types first would wait for that."""
        document = {"uri": self._show("", _FIRST)}
        self._peer.request(
            "textDocument/completion", {"textDocument": document, "position": {"line": 1, "character": 3}}
        )

    def _read(self, raw: Raw, kind: type[_T]) -> _T | None:
        try:
            return msgspec.json.decode(raw, type=kind | None)
        except (msgspec.MsgspecError, RecursionError) as error:
            self._jail.kill()  # it does not speak as it should
            raise Gone from error

    def _show(self, editor: str, text: str) -> str:
        """Let it have this text, and take one away that nobody asked about for long; its address."""
        known = self._open.get(editor)
        if known is None:
            self._count += 1
            # No name that another script could import, or that completion could offer.
            known = self._open[editor] = _Open(f"{_ROOT}/{self._count}-script.py", text)
            document = {"uri": known.address, "languageId": "python", "version": 1, "text": text}
            self._peer.notify("textDocument/didOpen", {"textDocument": document})
        elif known.text != text:
            known.text, known.version = text, known.version + 1
            document = {"uri": known.address, "version": known.version}
            self._peer.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        self._open.move_to_end(editor)
        if len(self._open) > _MOST_OPEN:
            _, oldest = self._open.popitem(last=False)
            self._peer.notify("textDocument/didClose", {"textDocument": {"uri": oldest.address}})
        return known.address
