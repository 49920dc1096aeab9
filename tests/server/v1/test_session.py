"""Sessions of the studio in a browser: who gets one, what it counts for, when it ends, and what a stranger's page can do with it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bottega import __version__
from bottega.server.sessions import CODE_SECONDS, COOKIE_SECONDS, Sessions, sign_in_code
from tests.server.helpers import Served

OURS = {"x-bottega-request": "1", "sec-fetch-site": "same-origin"}
DOCUMENT = {"bottega": 1, "title": "Mine", "nodes": {}}


def sign_in(server: Served, status: int = 204, **body: str) -> Any:
    answer = server.client.post("/v1/session", json=body, headers=OURS)
    assert answer.status_code == status, answer.text
    return answer


@pytest.fixture
def page(server: Served) -> Served:
    """A server whose client is a browser that is signed in."""
    sign_in(server, token=server.token)
    return server


def test_a_token_opens_a_session(server: Served) -> None:
    assert server.client.get("/v1/session").status_code == 401
    answer = sign_in(server, token=f" {server.token} ")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"bottega_session_{server.workspace.id[:8]}=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/v1", f"Max-Age={COOKIE_SECONDS}"):
        assert part in cookie
    assert "Secure" not in cookie
    assert server.token not in cookie
    told = server.client.get("/v1/session").json()
    assert told == {
        "workspace": {"id": server.workspace.id, "name": server.workspace.folder.name}, "version": __version__,
    }  # fmt: skip
    assert server.client.get("/v1/experiments").json() == []


def test_under_tls_the_cookie_stays_there(server: Served) -> None:
    answer = server.client.post("https://testserver/v1/session", json={"token": server.token}, headers=OURS)
    assert "Secure" in answer.headers["set-cookie"]


def test_a_code_opens_one_session(server: Served) -> None:
    code = sign_in_code(server.workspace.vault)
    sign_in(server, code=code)
    assert server.client.get("/v1/session").status_code == 200
    assert "used before" in sign_in(server, 401, code=code).json()["detail"]


@pytest.mark.parametrize("code", ["", "x", "1.2.3", "1e9.a.b", "😀", "nan.x." + "y" * 43, "." * 600])
def test_what_is_no_code(server: Served, code: str) -> None:
    assert server.context.sessions.by_code(code) is None
    sign_in(server, 401, code=code)


def test_guessing_ends_in_429(server: Served) -> None:
    statuses = {sign_in(server, 401, token="wrong").status_code for _ in range(20)}
    assert statuses == {401}
    assert sign_in(server, 429, token="wrong").headers["retry-after"]


def test_a_code_holds_for_ten_minutes_and_for_this_server(server: Served) -> None:
    now = [1000.0]
    workspace = server.workspace
    sessions = Sessions(workspace.vault, workspace.tokens, lambda: now[0])
    code, late = sessions.code(), sessions.code()
    now[0] += CODE_SECONDS - 1
    assert sessions.by_code(code)
    assert sessions.by_code(code) is None
    now[0] += 2
    assert sessions.by_code(late) is None
    before = sessions.code()
    now[0] += 1
    assert Sessions(workspace.vault, workspace.tokens, lambda: now[0]).by_code(before) is None


def test_a_cookie_holds_for_thirty_days(server: Served) -> None:
    now = [1000.0]
    sessions = Sessions(server.workspace.vault, server.workspace.tokens, lambda: now[0])
    cookie = sessions.by_token(server.token)
    assert cookie is not None
    assert sessions.by_token(server.token[:-1]) is None
    now[0] += COOKIE_SECONDS - 1
    assert sessions.holds(cookie)
    now[0] += 2
    assert not sessions.holds(cookie)


def test_no_part_of_a_cookie_can_be_changed(server: Served) -> None:
    sessions = server.context.sessions
    cookie = sessions.by_token(server.token)
    assert cookie is not None
    which, expiry, name, signature = cookie.split(".")
    for changed in (
        f"secondary.{expiry}.{name}.{signature}", f"{which}.{int(expiry) + 1}.{name}.{signature}",
        f"{which}.{expiry}.{name}x.{signature}", f"{which}.{expiry}.{name}.{signature[::-1]}", f"{which}.{expiry}.{name}", "...", "",
        f"third.{expiry}.{name}.{signature}",
    ):  # fmt: skip
        assert not sessions.holds(changed)


def test_a_session_ends_with_the_token_that_opened_it(page: Served) -> None:
    page.workspace.tokens.rotate("secondary")
    assert page.client.get("/v1/session").status_code == 200
    page.workspace.tokens.rotate("primary")
    assert page.client.get("/v1/session").status_code == 401


def test_signing_out_ends_it_everywhere(page: Served) -> None:
    cookies = dict(page.client.cookies)
    answer = page.client.delete("/v1/session", headers=OURS)
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    page.client.cookies.update(cookies)
    assert page.client.get("/v1/session").status_code == 401


def test_it_counts_for_the_native_api_alone(page: Served) -> None:
    assert page.client.get("/v1/workspace").status_code == 200
    (cookie,) = page.client.cookies.items()
    header = {"cookie": "=".join(cookie)}
    assert page.client.get(page.api("/experiments"), headers=header).status_code == 401
    assert page.client.get(f"/workspaces/{page.workspace.id}/webservices", headers=header).status_code == 401


def test_a_page_of_ours_may_write(page: Served) -> None:
    assert page.client.post("/v1/experiments", json=DOCUMENT, headers=OURS).status_code == 201
    by_origin = {"x-bottega-request": "1", "origin": "http://testserver"}
    assert page.client.post("/v1/experiments", json=DOCUMENT, headers=by_origin).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-bottega-request": "1"},
        {"sec-fetch-site": "same-origin"},
        {"x-bottega-request": "1", "sec-fetch-site": "same-site"},
        {"x-bottega-request": "1", "sec-fetch-site": "cross-site"},
        {"x-bottega-request": "1", "sec-fetch-site": "none"},
        {"x-bottega-request": "1", "origin": "http://elsewhere.example"},
        {"x-bottega-request": "1", "origin": "http://testserver:81"},
        {"x-bottega-request": "1", "origin": "null"},
        {"x-bottega-request": "0", "sec-fetch-site": "same-origin"},
    ],
    ids=[
        "nothing",
        "header alone",
        "site alone",
        "another port",
        "another site",
        "typed",
        "foreign",
        "port",
        "null",
        "wrong",
    ],
)
def test_a_page_of_somebody_else_may_not(page: Served, headers: dict[str, str]) -> None:
    for method, path in (("POST", "/v1/experiments"), ("DELETE", "/v1/session"), ("POST", "/v1/session")):
        answer = page.client.request(method, path, json={"token": page.token}, headers=headers)
        assert answer.status_code == 403, (method, path)
    assert page.client.get("/v1/experiments").json() == []


def test_nor_may_it_read(page: Served) -> None:
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)):
        assert page.client.get("/v1/experiments", headers={"sec-fetch-site": site}).status_code == status
    assert page.client.get("/v1/experiments", headers={"origin": "http://elsewhere.example"}).status_code == 403


def test_a_token_needs_none_of_this(page: Served) -> None:
    assert page.v1("POST", "/experiments", 201, json=DOCUMENT)["title"] == "Mine"


def test_it_is_described(server: Served) -> None:
    told = server.client.get("/v1/openapi.json").json()
    assert told["paths"]["/v1/session"]["post"]["security"] == []
    assert "security" not in told["paths"]["/v1/session"]["get"]
    assert re.fullmatch(r"bottega_session", told["components"]["securitySchemes"]["session"]["name"])


def test_secrets_are_in_no_repr(server: Served) -> None:
    assert server.token not in repr(server.context.sessions)
