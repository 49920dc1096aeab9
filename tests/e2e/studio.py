"""A studio as its users have it: `bottega serve` over a workspace of its own, and what their programs send to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2

BOTTEGA = Path(sys.executable).with_name("bottega")
START_SECONDS = 90
CALL_SECONDS = 120


class Studio:
    """The server, which can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "workspace"
        self.url = ""
        self.code = ""
        self._port = 0
        self._token = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Serve, and know the address with its code."""
        log = (self.folder / "server.log").open("a")
        self._process = subprocess.Popen(
            [BOTTEGA, "serve", "--workspace", self.workspace, "--port", str(self._port), "--log", "errors"],
            stdout=subprocess.PIPE, stderr=log, text=True,
            env={name: value for name, value in os.environ.items() if name != "BOTTEGA_WORKSPACE"},
        )  # fmt: skip
        log.close()
        self.url, self.code = self._announced(self._process)
        self._port = int(self.url.rpartition(":")[2])

    def _announced(self, process: subprocess.Popen[str]) -> tuple[str, str]:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"^studio\s+(http://\S+)/#code=(\S+)", line):
                return found[1], found[2]
        raise AssertionError(f"bottega serve ended: {said}{(self.folder / 'server.log').read_text()}")

    def stop(self) -> None:
        """End it in order."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(START_SECONDS)
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None

    def new_address(self) -> str:
        """What `bottega open` gives: the studio, signed in once."""
        return self._said("open", "--print").strip()

    def tokens(self) -> tuple[str, str]:
        """The two tokens of the workspace, as they are now."""
        words = dict(line.split(maxsplit=1) for line in self._said("workspace", "show").splitlines())
        return words["primary"], words["secondary"]

    def _said(self, *words: str) -> str:
        command = [str(BOTTEGA), *words, "--workspace", str(self.workspace)]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=START_SECONDS).stdout

    def api(self, method: str, path: str, body: object = None, content: bytes | None = None) -> Any:
        """What a program asks of `/v1`, with the workspace's token; the answer, of which None is an empty one."""
        given = {"content": content} if content is not None else {"json": body} if body is not None else {}
        answer = self._asked(method, path, given)
        if answer.status_code == 401:  # the token was replaced meanwhile
            self._token = ""
            answer = self._asked(method, path, given)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def _asked(self, method: str, path: str, given: dict[str, Any]) -> httpx2.Response:
        self._token = self._token or self.tokens()[0]
        own = {"authorization": f"Bearer {self._token}"}
        return httpx2.request(method, self.url + path, headers=own, timeout=CALL_SECONDS, **given)

    def new_experiment(self, document: str) -> str:
        """The id of a new experiment with this document."""
        return str(self.api("POST", "/v1/experiments", content=document.encode())["id"])

    def document(self, experiment: str) -> str:
        """Its file, as the server has it."""
        return str(self.api("GET", f"/v1/experiments/{experiment}")["document"])

    def sample(self, name: str) -> str:
        """The id of a copy of a sample."""
        return str(self.api("POST", f"/v1/samples/{name}/copy")["id"])

    def run(self, experiment: str) -> str:
        """The id of a run of it, which has finished."""
        run = str(self.api("POST", f"/v1/experiments/{experiment}/runs", {})["id"])
        self._asked("GET", f"/v1/runs/{run}/events", {})  # until its end
        told = self.api("GET", f"/v1/runs/{run}")
        assert told["status"] == "Finished", told
        return run

    def upload(self, name: str, text: str) -> None:
        """A CSV as a dataset."""
        self.api("POST", f"/v1/datasets?name={name}&file_name={name}.csv", content=text.encode())
