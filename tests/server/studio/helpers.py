"""The Studio API as a client uses it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bottega.server.studio.samples import EXPERIMENTS
from tests.server.helpers import Served

GLOBAL = "506153734175476c4f62416c57734963"
DETECTION = EXPERIMENTS[0].id


@dataclass(frozen=True)
class Api:
    """Calls with a token, each answer of the status that is expected."""

    served: Served

    def ask(self, method: str, path: str, status: int = 200, **how: Any) -> Any:
        """A call below the workspace, or of a whole path."""
        headers = {**self.served.studio, **how.pop("headers", {})}
        whole = path if path.startswith("/api/") else self.served.api(path)
        answer = self.served.client.request(method, whole, headers=headers, **how)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        return self.ask("GET", path).json()

    def refused(self, method: str, path: str, status: int, **how: Any) -> str:
        """The message of an error, which has all that old clients read."""
        error = self.ask(method, path, status, **how).json()["error"]
        assert error["code"]
        assert error["details"][0]["message"]
        return str(error["message"])

    def send(self, data: bytes, kind: str = "GenericCSV") -> str:
        """A file as the body of one request, as R and PowerShell send it; the upload."""
        path = f"/api/resourceuploads/workspaces/{self.served.workspace.id}/?userStorage=true&dataTypeId={kind}"
        told = self.ask("POST", path, content=data, headers={"content-type": "text/plain"}).json()
        assert told["DataTypeId"].lower() == kind.lower()
        return str(told["Id"])

    def create(self, upload: str, name: str, kind: str = "GenericCSV", status: int = 200, **more: Any) -> Any:
        """A dataset of an upload."""
        source = {"Name": name, "DataTypeId": kind, "Description": "", "FamilyId": None, "Owner": "test",
                  "SourceOrigin": "FromResourceUpload", **more}  # fmt: skip
        body = {"DataSource": source, "UploadId": upload, "UploadedFromFileName": "", "ClientPoll": True}
        return self.ask("POST", "/datasources", status, json=body).json()

    def upload(self, name: str, data: bytes, kind: str = "GenericCSV", **more: Any) -> dict[str, Any]:
        """A dataset, whole."""
        made = self.create(self.send(data, kind), name, kind, **more)
        found: dict[str, Any] = self.get(f"/datasources/{made}")
        assert found["Id"] == made
        return found

    def fetch(self, location: dict[str, Any]) -> bytes:
        """What an endpoint object leads to, without a token."""
        answer = self.served.client.get(location["BaseUri"] + location["Location"] + location["AccessCredential"])
        assert answer.status_code == 200, answer.text[:500]
        assert "content-encoding" not in answer.headers
        return bytes(answer.content)

    def save(self, graph: Any, *, at: str = "", run: bool = False, status: int = 200, **more: Any) -> Any:
        """A saved experiment: what saving answers."""
        headers = more.pop("headers", {})
        body = {"Description": "A copy", "Summary": "of a sample", "IsDraft": not run, "ParentExperimentId": "",
                "DisableNodeUpdate": False, "Category": "user", "ExperimentGraph": graph, "WebService": None, **more}  # fmt: skip
        return self.ask("POST", f"/experiments/{at}", status, json=body, headers=headers).json()

    def ended(self, experiment: str) -> dict[str, Any]:
        """An experiment whose run is over."""
        end = time.monotonic() + 120
        while True:
            found: dict[str, Any] = self.get(f"/experiments/{experiment}")
            if found["Status"]["StatusCode"] not in {"Running", "NotStarted"}:
                return found
            assert time.monotonic() < end

    def polled(self, path: str, done: str, **how: Any) -> dict[str, Any]:
        """An activity that is over."""
        end = time.monotonic() + 120
        while (found := self.ask("GET", path, **how).json())["Status"] != done:
            assert time.monotonic() < end
        return dict(found)


def module(slug: str) -> str:
    """The id of a module as graphs have it."""
    from bottega.graph.classic import families

    return families.module_id(slug)


def node(id: str, slug: str, parameters: dict[str, str] | None = None, **ports: str | None) -> dict[str, Any]:  # noqa: A002
    """A node of a graph; `ports` are input ports, by title with _ for a space, and the dataset at each."""
    return {
        "Id": id, "ModuleId": module(slug), "Comment": "", "CommentCollapsed": True,
        "ModuleParameters": [{"Name": name, "Value": value, "ValueType": "Literal", "LinkedGlobalParameter": None}
                             for name, value in (parameters or {}).items()],
        "InputPortsInternal": [{"DataSourceId": dataset, "TrainedModelId": None, "TransformModuleId": None,
                                "Name": name.replace("_", " "), "NodeId": id} for name, dataset in ports.items()],
        "OutputPortsInternal": [],
    }  # fmt: skip


def graph(*nodes: dict[str, Any], edges: dict[str, str] | None = None) -> dict[str, Any]:
    """A graph of such nodes; edges by destination."""
    joined = [{"SourceOutputPortId": begin, "DestinationInputPortId": end, "DestinationInputPortIndex": None}
              for end, begin in (edges or {}).items()]  # fmt: skip
    return {"ModuleNodes": list(nodes), "EdgesInternal": joined, "SerializedClientData": "", "Parameters": []}
