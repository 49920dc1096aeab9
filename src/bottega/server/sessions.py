"""Sessions of the studio in a browser: cookies and one-time codes, signed with the workspace's key."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bottega.store.tokens import Tokens
    from bottega.store.vault import Vault

COOKIE_SECONDS = 30 * 86_400
CODE_SECONDS = 600
_COOKIE, _CODE = "session", "sign-in code"
_LONGEST = 512


def sign_in_code(vault: Vault, clock: Callable[[], float] = time.time) -> str:
    """A text that opens one session, within ten minutes; for whoever has the workspace's folder."""
    head = f"{int(clock() * 1000)}.{secrets.token_urlsafe(12)}"
    return f"{head}.{vault.sign(head.encode(), _CODE)}"


class Sessions:
    """Opens sessions and knows them again. Safe for use from several threads.

    A session needs no place in the database: its cookie says until when it holds and by which of the
    workspace's tokens it was opened, and ends with that one. Codes and sessions that ended early are
    remembered here; a server that starts anew takes no code from before.
    """

    def __init__(self, vault: Vault, tokens: Tokens, clock: Callable[[], float] = time.time) -> None:
        self._vault = vault
        self._tokens = tokens
        self._clock = clock
        self._started = clock()
        self._lock = threading.Lock()
        self._over: dict[str, float] = {}

    def code(self) -> str:
        """A code that opens one session."""
        return sign_in_code(self._vault, self._clock)

    def by_token(self, text: str) -> str | None:
        """A cookie for who has a token of the workspace; None for who has not."""
        given, found = text.encode("utf-8", "replace"), None
        for which, token in self._known().items():
            if hmac.compare_digest(token.encode(), given):
                found = which
        return None if found is None else self._cookie(found)

    def by_code(self, text: str) -> str | None:
        """A cookie for a code that was not used yet; None for any other text."""
        head, _, signature = text[:_LONGEST].rpartition(".")
        if not self._vault.is_signed(head.encode("utf-8", "replace"), signature, _CODE):
            return None
        made = int(head.partition(".")[0])
        until = made / 1000 + CODE_SECONDS
        is_fresh = made >= int(self._started * 1000) and self._clock() <= until
        return self._cookie("primary") if is_fresh and self._ends(head, until) else None

    def holds(self, cookie: str) -> bool:
        """Whether a cookie is of a session that is open."""
        parts = cookie.split(".")
        if len(cookie) > _LONGEST or len(parts) != 4:
            return False
        which, expiry, name, signature = parts
        token = self._known().get(which)
        if token is None or not self._vault.is_signed(_message(which, expiry, name, token), signature, _COOKIE):
            return False
        with self._lock:
            return int(expiry) > self._clock() and name not in self._over

    def end(self, cookie: str) -> None:
        """Let a session hold no longer."""
        if self.holds(cookie):
            _, expiry, name, _ = cookie.split(".")
            self._ends(name, float(expiry))

    def _known(self) -> Mapping[str, str]:
        return {"primary": self._tokens.primary, "secondary": self._tokens.secondary}

    def _cookie(self, which: str) -> str:
        expiry, name = str(int(self._clock()) + COOKIE_SECONDS), secrets.token_urlsafe(16)
        signature = self._vault.sign(_message(which, expiry, name, self._known()[which]), _COOKIE)
        return f"{which}.{expiry}.{name}.{signature}"

    def _ends(self, name: str, until: float) -> bool:
        """Remember that something was used up, as long as it would have held. False where it was before."""
        now = self._clock()
        with self._lock:
            self._over = {each: moment for each, moment in self._over.items() if moment > now}
            is_new = name not in self._over
            self._over[name] = until
        return is_new


def _message(which: str, expiry: str, name: str, token: str) -> bytes:
    return f"{which}\n{expiry}\n{name}\n{token}".encode("utf-8", "replace")
