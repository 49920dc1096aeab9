"""A client of the Debug Adapter Protocol, as an editor is one."""

from __future__ import annotations

import itertools
import json
import socket
from typing import Any, Self

SECONDS = 120.0


class Client:
    """Over a connected socket; what comes unasked waits until it is wanted."""

    def __init__(self, link: socket.socket) -> None:
        link.settimeout(SECONDS)
        self.link = link
        self._file = link.makefile("rb")
        self._numbers = itertools.count(1)
        self._events: list[dict[str, Any]] = []

    def send(self, command: str, **arguments: Any) -> int:
        number = next(self._numbers)
        data = json.dumps({"seq": number, "type": "request", "command": command, "arguments": arguments}).encode()
        self.link.sendall(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        return number

    def answer(self, command: str, **arguments: Any) -> dict[str, Any]:
        """The whole answer, whether it went well or not."""
        number = self.send(command, **arguments)
        while True:
            message = self._read()
            if message["type"] == "response" and message["request_seq"] == number:
                return message
            self._events.append(message)

    def ask(self, command: str, **arguments: Any) -> Any:
        """The body of an answer that went well."""
        answer = self.answer(command, **arguments)
        assert answer["success"], answer
        return answer.get("body")

    def wait(self, event: str) -> dict[str, Any]:
        """The body of the next event of this kind."""
        while True:
            for place, message in enumerate(self._events):
                if message.get("event") == event:
                    body: dict[str, Any] = self._events.pop(place).get("body", {})
                    return body
            self._events.append(self._read())

    def attach(self, configuration: dict[str, Any], path: str, *lines: int, uncaught: bool = True) -> None:
        """Do what an editor does until the script goes on: breakpoints in the file at `path`, exceptions as asked."""
        self.ask(
            "initialize", adapterID="debugpy", clientID="vscode", pathFormat="path", linesStartAt1=True,
            columnsStartAt1=True, supportsVariableType=True, supportsRunInTerminalRequest=True,
        )  # fmt: skip
        self.send("attach", **configuration, clientOS="unix")
        self.wait("initialized")
        found = self.ask("setBreakpoints", source={"path": path}, breakpoints=[{"line": line} for line in lines])
        assert [each["verified"] for each in found["breakpoints"]] == [True] * len(lines), found
        self.ask("setExceptionBreakpoints", filters=["uncaught"] if uncaught else [])
        self.ask("configurationDone")

    def stop(self) -> tuple[str, int, list[dict[str, Any]]]:
        """Why the script stops next, in which thread, and the frames there."""
        stopped = self.wait("stopped")
        frames = self.ask("stackTrace", threadId=stopped["threadId"])["stackFrames"]
        return stopped["reason"], stopped["threadId"], frames

    def evaluate(self, expression: str, frame: int) -> str:
        """What an expression gives in a frame, or the error that it raises."""
        answer = self.answer("evaluate", expression=expression, frameId=frame, context="repl")
        return str(answer["body"]["result"] if answer["success"] else answer["message"])

    def _read(self) -> dict[str, Any]:
        length = None
        while True:
            line = self._file.readline()
            if not line:
                raise EOFError
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            elif not line.strip() and length is not None:
                message: dict[str, Any] = json.loads(self._file.read(length))
                return message

    def close(self) -> None:
        self._file.close()
        self.link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
