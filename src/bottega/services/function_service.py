"""A Python function as a web service: published from a program or a notebook, and called like the function."""

from __future__ import annotations

import functools
import inspect
import urllib.parse
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bottega.engine import place
from bottega.errors import BottegaError
from bottega.services import calling, links
from bottega.services.functions import Published, bundled


class FunctionService:
    """A published function. Calling it asks the server; `function` is the function itself.

    service_id   of the service, for publishing another version of it
    name         of the service
    primary_key  lets callers in, like `secondary_key`
    """

    def __init__(self, function: Callable[..., Any], published: Published, home: _Home, service_id: str) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.name = published.name
        self.service_id = service_id
        self._published = published
        self._home = home
        self._endpoint_id, self.primary_key, self.secondary_key = home.endpoint(service_id)

    @property
    def api_location(self) -> str:
        """Where programs call it, by the server that runs now."""
        return links.api_location(self._home.base(), self._home.workspace_id, self._endpoint_id)

    @property
    def help_location(self) -> str:
        """The page about it."""
        return links.help_location(self._home.base(), self._home.workspace_id, self.service_id, self._endpoint_id)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function answers, by the server; a frame for a frame.

        Raises ServiceError for what goes wrong there, and `usage` where no server answers.
        """
        bound = inspect.signature(self.function).bind(*args, **kwargs)
        bound.apply_defaults()
        if self._published.takes_frame:
            (frame,) = bound.arguments.values()
            return self._frame(frame)
        (answer,) = self.map([tuple(bound.arguments.values())])
        return answer

    def map(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        """The answers for many calls in one request: each row has the arguments in order. For functions of a frame there is none."""
        if self._published.takes_frame:
            raise BottegaError("usage", reason=f"{self.name} takes a frame; call it with one")
        names = list(self._published.inputs)
        given = [tuple(row) if isinstance(row, tuple | list) else (row,) for row in rows]
        wrong = next((row for row in given if len(row) != len(names)), None)
        if wrong is not None:
            raise BottegaError(
                "usage", reason=f"{self.name} takes {len(names)} values ({', '.join(names)}), not {len(wrong)}"
            )
        answer = calling.execute(self.api_location, self.primary_key, names, given)
        return [_plain(answer.names, row) for row in calling.as_values(answer, self._published.outputs)]

    def __repr__(self) -> str:
        return f"<web service {self.name} at {self.api_location}>"

    def _frame(self, frame: Any) -> Any:
        import pandas as pd

        names = list(self._published.inputs)
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise BottegaError("usage", reason=f"The frame has no column {', '.join(missing)}, which {self.name} takes")
        rows = frame[names].astype(object).itertuples(index=False, name=None)
        answer = calling.execute(self.api_location, self.primary_key, names, rows)
        return pd.DataFrame(calling.as_values(answer, self._published.outputs), columns=list(answer.names))


def publish(
    function: Callable[..., Any], *, name: str | None = None, inputs: Mapping[str, Any] | None = None, outputs: Any = None,
    attachments: Sequence[str | Path] = (), environment: str = "default", workspace: str | Path | None = None,
    service_id: str | None = None, url: str | None = None, token: str | None = None,
) -> FunctionService:  # fmt: skip
    """Publish a function as a web service, or as the next version of the one that has its name.

    inputs       type by parameter where annotations and defaults tell none; type by column for a function of a DataFrame
    outputs      the type of what it gives, or type by column
    attachments  files that lie in `./Script Bundle` when it runs; Python files among them can be imported
    environment  the packages that it runs with, a name of `bottega environment list`
    workspace    the folder of a workspace; with `url` and `token` the id of one, on a server
    service_id   the service that gets another version

    Its source is sent as text, with the imports, constants and functions of its module that it uses. Types are
    int, float, bool, str, datetime and timedelta. Raises `usage` for a function that cannot be sent.
    """
    made = bundled(
        function, name=name, inputs=inputs, outputs=outputs, attachments=attachments, environment=environment
    )
    home: _Home = _Folder(workspace) if url is None else _Server(url, workspace, token)
    return FunctionService(function, made, home, home.put(service_id, made))


def service(**how: Any) -> Callable[[Callable[..., Any]], FunctionService]:
    """A decorator that publishes; see `publish` for what it takes."""

    def decorate(function: Callable[..., Any]) -> FunctionService:
        return publish(function, **how)

    return decorate


class _Home(Protocol):
    """Where services are published to."""

    @property
    def workspace_id(self) -> str:
        """The workspace."""
        ...

    def base(self) -> str:
        """Of the server."""
        ...

    def put(self, service_id: str | None, made: Published) -> str:
        """Publish; the service's id."""
        ...

    def endpoint(self, service_id: str) -> tuple[str, str, str]:
        """The default endpoint: its id and both keys."""
        ...


class _Folder:
    """A workspace of this machine."""

    def __init__(self, workspace: str | Path | None) -> None:
        from bottega.store.workspace import Workspace

        self._folder = place.workspace_folder(workspace, Path.cwd())
        with Workspace.open(self._folder) as opened:
            self.workspace_id = opened.id

    def base(self) -> str:
        """By what the server has noted."""
        return links.base_url(self._folder)

    def put(self, service_id: str | None, made: Published) -> str:
        """Into its database."""
        from bottega.services.code import publish_code
        from bottega.store.workspace import Workspace

        with Workspace.open(self._folder) as opened:
            known = [each.id for each in opened.services.list() if each.name == made.name and each.kind == "code"]
            return publish_code(opened, service_id or _only(known, made.name), made.body).service.id

    def endpoint(self, service_id: str) -> tuple[str, str, str]:
        """From its database."""
        from bottega.services.endpoints import default_of
        from bottega.store.workspace import Workspace

        with Workspace.open(self._folder) as opened:
            found = default_of(opened, service_id)
            return found.id, *opened.services.keys(found.id)


class _Server:
    """A workspace that a server has, by the management API of old clients."""

    def __init__(self, url: str, workspace_id: str | Path | None, token: str | None) -> None:
        if workspace_id is None or token is None:
            raise BottegaError(
                "usage", reason="With url, workspace is the id of the workspace there, and token one of its two"
            )
        self.workspace_id = str(workspace_id)
        self._url = url.rstrip("/")
        self._token = token

    def base(self) -> str:
        """As it was given."""
        return self._url

    def put(self, service_id: str | None, made: Published) -> str:
        """By PUT."""
        known = [str(each["Id"]) for each in self._ask("GET", "") or [] if each.get("Name") == made.name]
        chosen = service_id or _only(known, made.name) or uuid.uuid4().hex
        self._ask("PUT", f"/{urllib.parse.quote(chosen, safe='')}", made.body)
        return chosen

    def endpoint(self, service_id: str) -> tuple[str, str, str]:
        """By GET."""
        found = self._ask("GET", f"/{urllib.parse.quote(service_id, safe='')}/endpoints")
        try:
            default = next((each for each in found if each["Name"] == "default"), found[0])
            return default["ApiLocation"].rstrip("/").rpartition("/")[2], default["PrimaryKey"], default["SecondaryKey"]
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise BottegaError("usage", reason=f"{self._url} does not answer as a Bottega server does") from error

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        workspace = urllib.parse.quote(self.workspace_id, safe="")
        return calling.request(method, f"{self._url}/workspaces/{workspace}/webservices{path}", self._token, body)


def _only(ids: Sequence[str], name: str) -> str | None:
    if len(ids) > 1:
        raise BottegaError(
            "usage", reason=f"{len(ids)} web services are called {name}; tell which with service_id: {', '.join(ids)}"
        )
    return ids[0] if ids else None


def _plain(names: Sequence[str], row: Sequence[Any]) -> Any:
    """One value as itself, several without names of their own as a tuple, else by name."""
    if len(row) == 1:
        return row[0]
    unnamed = all(name == f"result{number}" for number, name in enumerate(names))
    return tuple(row) if unnamed else dict(zip(names, row, strict=True))
