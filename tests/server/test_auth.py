"""Who is let in: tokens in all the forms that old clients send, and what becomes of those who guess."""

from __future__ import annotations

import pytest

from bottega.server.errors import HttpError
from bottega.server.logins import Logins
from tests.server.helpers import Served

PATH = "/v1/experiments"


@pytest.mark.parametrize(
    "form",
    ["Bearer {}", "bearer {}", "BEARER  {}", "Bearer   {}  ", "{}"],
    ids=["bearer", "lower case", "two spaces", "spaces around", "no scheme"],
)
@pytest.mark.parametrize("which", ["primary", "secondary"])
def test_bearer(server: Served, form: str, which: str) -> None:
    token = getattr(server.workspace.tokens, which)
    assert server.client.get(PATH, headers={"authorization": form.format(token)}).status_code == 200


def test_classic_header(server: Served) -> None:
    assert server.client.get(PATH, headers=server.studio).status_code == 200
    mixed = server.studio | {"Authorization": "Bearer nonsense"}
    assert server.client.get(PATH, headers=mixed).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"},
     {"x-ms-metaanalytics-authorizationtoken": "wrong"}, {"Authorization": b"Bearer \xff\xfe"}, {"Authorization": "Bearer " + "x" * 5000}],
    ids=["none", "empty", "scheme alone", "wrong", "another scheme", "classic", "no text", "long"],
)  # fmt: skip
def test_refused(server: Served, headers: dict[str, str]) -> None:
    answer = server.client.get(PATH, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


def test_part_of_a_token_is_none(server: Served) -> None:
    for text in (server.token[:-1], server.token + "x", server.token.swapcase()):
        assert server.client.get(PATH, headers={"authorization": f"Bearer {text}"}).status_code == 401


def test_rotated(server: Served) -> None:
    old = server.bearer
    new = server.v1("POST", "/workspace/tokens/primary/rotate")["token"]
    assert server.client.get(PATH, headers=old).status_code == 401
    assert new == server.token
    server.v1("GET", "/experiments")
    assert server.v1("POST", "/workspace/tokens/third/rotate", 400)["errors"][0]["path"] == "which"


def test_guessing_ends_in_429(server: Served) -> None:
    server.v1("GET", "/experiments")
    wrong = {"authorization": "Bearer wrong"}
    statuses = [server.client.get(PATH, headers=wrong).status_code for _ in range(25)]
    assert statuses == [401] * 20 + [429] * 5
    answer = server.client.get(PATH, headers=wrong)
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    # Who was right before is still let in; a right token that was never used from here is not even looked at.
    server.v1("GET", "/experiments")
    secondary = {"authorization": f"Bearer {server.workspace.tokens.secondary}"}
    assert server.client.get(PATH, headers=secondary).status_code == 429


def test_time_heals() -> None:
    now = [0.0]
    logins = Logins(lambda: now[0])
    for second in range(20):
        now[0] = second
        logins.check("a", "x")
        logins.failed("a", "x")
    logins.check("b", "x")
    with pytest.raises(HttpError) as caught:
        logins.check("a", "y")
    assert (caught.value.status, caught.value.headers["retry-after"]) == (429, "41")
    now[0] = 60.5
    logins.check("a", "y")


def test_a_token_that_turned_wrong_is_forgotten() -> None:
    logins = Logins(lambda: 0.0)
    logins.succeeded("a", "old")
    for _ in range(20):
        logins.failed("a", "other")
    logins.check("a", "old")
    logins.failed("a", "old")
    with pytest.raises(HttpError):
        logins.check("a", "old")


def test_secrets_are_in_no_repr(server: Served) -> None:
    text = repr(server.context)
    assert server.token not in text
    assert server.workspace.tokens.secondary not in text
