"""Good requests made bad: a request, and what may go wrong with each of its parts, by a seeded chance."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

_LONG = 50_000
_NAMES = re.compile(rb'"\w+"(?=:)')
VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2**31, 2**63, -(2**63) - 1, 2**64, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", " ",
    "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "\U0001f409", "x" * _LONG, "é" * 999, "../../etc/passwd", "/",
    "..", "%00", "%2e%2e%2f", "'; DROP TABLE datasets; --", "<script>", "NaN", "nan", "Infinity", "-inf", "1e999", "1_000", "0x10",
    "١٢٣", "9999-12-31T23:59:59.9999999Z", "0001-01-01", "2016-02-30", "/Date(99999999999999999999)/", "true", "null", "\r\nX: y",
    [], {}, [[]], [None], [{}], {"": {}}, {"a": {"b": [1, "2", None]}}, [1] * 999, list(range(30)),
)  # fmt: skip
SEGMENTS = (
    "", ".", "..", "%00", "%2e%2e", "%2F", "%5C", "%ff%fe", "%ED%A0%80", "a" * 5000, "0" * 32, "f" * 32, "%F0%9F%90%89", "*", "{x}", "-1",
    "%", "%zz", "a%0d%0ab", "CON", "default", "null", "a.b.c", "....", "'", '"', "a;b", "~",
)  # fmt: skip
HEADERS = (
    ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Type", "multipart/form-data; boundary=x"), ("Content-Type", ";;;"),
    ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", "application/json; charset=nonsense"),
    ("Content-Encoding", "gzip"), ("Content-Encoding", "br, nonsense"), ("Accept", "nonsense"), ("Accept", "text/html"),
    ("Accept-Encoding", "gzip;q=x"), ("If-Match", '"\xff"'), ("If-Match", "*"), ("If-None-Match", "W/"), ("Range", "bytes=-1"),
    ("Range", "bytes=9-1"), ("Range", "bytes=0-0,5-9,-3"), ("Range", "nonsense"), ("Host", "a b"), ("Host", "evil.invalid\x01"),
    ("X-Forwarded-For", "nonsense"), ("X-Forwarded-Proto", "gopher"), ("x-ms-action", "nonsense"), ("Last-Event-ID", "-1"),
    ("Last-Event-ID", "9" * 400), ("Authorization", ""), ("Authorization", "Bearer"), ("Authorization", "Basic YTpi"),
    ("Authorization", "Bearer \xff\xfe"), ("Authorization", "Bearer " + "x" * 9000), ("x-ms-metaanalytics-authorizationtoken", "\xe9"),
    ("Cookie", "=" * 4000), ("Expect", "nonsense"), ("Upgrade", "websocket"), ("Content-Length", "+5"), ("Transfer-Encoding", "gzip"),
)  # fmt: skip
# Without DELETE, which may be right where another method is, and would take away what others ask for.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND")


@dataclass(frozen=True)
class Request:
    """One request. `path` has its query, as it goes over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    more: tuple[tuple[str, str], ...] = field(default=())

    @property
    def wire(self) -> bytes:
        """All of it as bytes; the connection ends after its answer."""
        named = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in (*named.items(), *self.more)]
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + self.body


def of_json(method: str, path: str, headers: dict[str, str], value: Any = None) -> Request:
    """A request whose body is JSON, if it has one."""
    return Request(method, path, headers, b"" if value is None else json.dumps(value).encode())


def mutated(request: Request, chance: Random) -> Request:
    """The request with one to three things wrong; now and then none of them shows."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        request = chance.choices(_WAYS, _WEIGHTS)[0](request, chance)
    return request


def noise(data: bytes, chance: Random) -> bytes:
    """Bytes with some of them changed, gone or doubled."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0 if place < len(changed):
                changed[place] = chance.randrange(256)
            case 1:
                changed[place : place + chance.randint(1, 40)] = b""
            case 2:
                changed[place:place] = chance.randbytes(chance.randint(1, 8))
            case _:
                changed[place:place] = changed[place : place + chance.randint(1, 200)]
    return bytes(changed)


def _value(request: Request, chance: Random) -> Request:
    """Another value somewhere in the JSON."""
    return _with_json(request, chance, lambda holder, key: holder.__setitem__(key, chance.choice(VALUES)))


def _key(request: Request, chance: Random) -> Request:
    """A name or an item gone, renamed, or there once more."""

    def change(holder: Any, key: Any) -> None:
        kept = holder.pop(key)
        if isinstance(holder, dict):
            other = str(key).swapcase() if chance.random() < 0.5 else str(chance.choice(VALUES))[:300]
            if chance.random() < 0.6:
                holder[other] = kept
        elif chance.random() < 0.6:
            holder.extend([kept, kept])

    return _with_json(request, chance, change)


def _nested(request: Request, chance: Random) -> Request:
    """Something put deep into lists."""
    if chance.random() < 0.5:
        depth = chance.choice((60, chance.randint(900, 1100), 2000, 100_000))
        begin, end = chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
        whole = begin * depth + b"1" + end * chance.choice((depth, depth, 0))
        name = chance.choice(_NAMES.findall(request.body) or [b'"a"'])
        return replace(request, body=chance.choice((whole, b"{%s:%s}" % (name, whole))))
    depth = chance.choice((1, 2, 60))

    def change(holder: Any, key: Any) -> None:
        for _ in range(depth):
            holder[key] = [holder[key]]

    return _with_json(request, chance, change)


def _with_json(request: Request, chance: Random, change: Callable[[Any, Any], object]) -> Request:
    try:
        value = [json.loads(request.body)]
    except (ValueError, RecursionError):
        return replace(request, body=noise(request.body, chance))
    holder, key = chance.choice(list(_places(value)))
    change(holder, key)
    told = value[0] if value else None
    return replace(request, body=json.dumps(told, ensure_ascii=chance.random() < 0.8).encode("utf-8", "surrogatepass"))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in JSON: what holds it, and its name or number there."""
    keys: Any = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def _bytes(request: Request, chance: Random) -> Request:
    body = request.body
    match chance.randrange(8):
        case 0:
            body = body[: chance.randrange(len(body) + 1)]
        case 1:
            body = body.decode("utf-8", "replace").encode(
                chance.choice(("utf-16", "utf-32", "utf-8-sig", "cp037")), "replace"
            )
        case 2:
            body = gzip.compress(body)
        case 3:
            body += chance.choice((body, b",", b"\x00", b"//", b"{}", b"\n" * 99))
        case 4:
            body = body.replace(b'"', chance.choice((b"'", b"", b'""')))
        case 5:
            body = chance.randbytes(chance.choice((0, 1, 50, 5000)))
        case _:
            body = noise(body, chance)
    return replace(request, body=body)


def _header(request: Request, chance: Random) -> Request:
    name, value = chance.choice(HEADERS)
    if chance.random() < 0.2:
        return replace(request, more=(*request.more, (name, value)))
    kept = {there: told for there, told in request.headers.items() if there.lower() != name.lower()}
    return replace(request, headers={**kept, name: value})


def _segment(request: Request, chance: Random) -> Request:
    path, mark, query = request.path.partition("?")
    segments = path.split("/")
    place = chance.randrange(1, len(segments))
    match chance.randrange(4):
        case 0:
            del segments[place]
        case 1:
            segments.insert(place, chance.choice(SEGMENTS))
        case 2:
            segments[place] = segments[place].swapcase()
        case _:
            segments[place] = chance.choice(SEGMENTS)
    return replace(request, path=("/".join(segments) or "/") + mark + query)


def _query(request: Request, chance: Random) -> Request:
    path, _, query = request.path.partition("?")
    pairs = query.split("&") if query else []
    if pairs and chance.random() < 0.8:
        place = chance.randrange(len(pairs))
        name, _, value = pairs[place].partition("=")
        pairs[place : place + 1] = chance.choice(
            ([], [pairs[place]] * 2, [name], [f"{name}={chance.choice(SEGMENTS)}"], [f"{name.swapcase()}={value}x"])
        )
    else:
        pairs.append(f"{chance.choice(SEGMENTS)}={chance.choice(SEGMENTS)}")
    return replace(request, path=f"{path}?{'&'.join(pairs)}")


def _method(request: Request, chance: Random) -> Request:
    return replace(request, method=chance.choice(METHODS))


_WAYS = (_value, _key, _nested, _bytes, _header, _segment, _query, _method)
_WEIGHTS = (30, 15, 5, 20, 10, 10, 8, 2)
