"""The workspace, its people, and the lists that are always empty here (clients.md 4)."""

from __future__ import annotations

import pytest

from tests.server.helpers import Served
from tests.server.studio.helpers import Api


def test_tokens_are_told_to_who_has_one(api: Api) -> None:
    tokens = api.served.workspace.tokens
    found = api.get("")
    assert found["WorkspaceId"] == api.served.workspace.id
    assert found["AuthorizationToken"] == {"PrimaryToken": tokens.primary, "SecondaryToken": tokens.secondary}
    assert (found["WorkspaceStatus"], found["Region"]) == ("Enabled", "Local")
    assert api.served.client.get(api.served.api()).status_code == 401
    secondary = {"x-ms-metaanalytics-authorizationtoken": tokens.secondary}
    assert api.ask("GET", "", headers=secondary).json() == found


def test_a_token_is_made_anew(api: Api) -> None:
    old, other = api.served.token, api.served.workspace.tokens.secondary
    body = {"AuthorizationToken": {"PrimaryToken": "UpdateToken", "SecondaryToken": other}}
    told = api.ask("POST", "", json=body).json()["AuthorizationToken"]
    assert told["PrimaryToken"] != old
    assert told["SecondaryToken"] == other
    assert api.ask("GET", "", 401, headers={"x-ms-metaanalytics-authorizationtoken": old})
    assert api.get("")["AuthorizationToken"] == told
    api.refused("POST", "", 400, json={"FriendlyName": "other"})
    api.refused("POST", "", 400, content=b"x")


def test_anybody_may_see_that_a_server_is_there(server: Served) -> None:
    assert server.client.get("/api").status_code == 200
    assert server.client.get("/api/").status_code == 200


def test_people_are_noted(api: Api) -> None:
    (owner,) = api.get("/users")
    assert owner["User"]["Role"] == "Owner"
    api.ask("POST", "/invitations", content=b'{Role: "User", Emails:"a@b.com,c@d.com"}')  # no JSON: PowerShell
    api.ask("POST", "/invitations", json={"Role": "Owner", "Emails": "a@b.com; e@f.com"})
    found = {each["User"]["Email"]: each for each in api.get("/users")[1:]}
    assert {email: each["User"]["Role"] for email, each in found.items()} == {
        "a@b.com": "Owner", "c@d.com": "User", "e@f.com": "Owner",
    }  # fmt: skip
    assert {each["Status"] for each in found.values()} == {"Invited"}
    api.ask("DELETE", f"/users/{found['c@d.com']['User']['UserId']}", 204)
    api.ask("DELETE", "/users/E@F.com", 204)
    assert [each["User"]["Email"] for each in api.get("/users")[1:]] == ["a@b.com"]
    api.refused("DELETE", "/users/nobody", 404)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{Role: "King", Emails:"a@b.com"}', b'{Role: "User", Emails:"nobody"}', b'{Role: "User", Emails:""}',
     b"\xff\xfe", b'{Emails:"<script>@x"}', b'{Emails:"' + b"a@b.com," * 9000 + b'"}', b"{Emails:" + b" " * 60_000],
    ids=range(9),
)  # fmt: skip
def test_invitations_of_nobody(api: Api, body: bytes) -> None:
    if len(body) > 65536:
        api.refused("POST", "/invitations", 413, content=body)
    else:
        api.refused("POST", "/invitations", 400, content=body)
    assert len(api.get("/users")) == 1


@pytest.mark.parametrize(
    "path", ["/projectcontainers", "/gateways", "/notebooks", "/notebooks/family/x/attachments", "/credentials"]
)
def test_nothing_is_an_empty_list(api: Api, path: str) -> None:
    assert api.get(path) == []
    assert api.served.client.get(api.served.api(path)).status_code == 401


def test_notebooks_do_not_open(api: Api) -> None:
    api.refused("POST", "/notebooks/family/x/session", 400)


def test_room_is_told(api: Api) -> None:
    before = api.get("/quota")["StorageUsed"]
    api.upload("one", b"a\n" + b"1\n" * 10_000)
    assert api.get("/quota")["StorageUsed"] >= before + 20_000


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_methods_that_mean_nothing(api: Api, method: str) -> None:
    api.refused(method, "/datasources", 405)
    api.refused(method, "/modules", 405)
