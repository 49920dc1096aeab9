"""What the pages are made of: the frame, tables of columns, code in several languages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from bottega.server.pages.highlight import highlighted
from bottega.server.pages.html import Child, Html, join, tag
from bottega.server.pages.subject import Subject
from bottega.services.literal import JSON, written
from bottega.services.program import Field, Parameter
from bottega.services.samples import Sample
from bottega.services.swagger import parameter_schema

STATIC = "/apihelp/static"
_WORDS = {"integer": "whole number", "number": "number", "boolean": "true or false", "string": "text"}
_BOUNDS = {"minimum": ("from", "above"), "maximum": ("to", "below")}
_PAGES = {"": "Overview", "score": "Request and response", "jobs": "Batch", "update": "Update", "test": "Test"}


@cache
def static(name: str) -> bytes:
    """A file that pages refer to. KeyError for what is none."""
    if name not in {"pages.css", "pages.js", "test.js", "icon.svg"}:
        raise KeyError(name)
    return resources.files("bottega.server.pages").joinpath("static", name).read_bytes()


def page(subject: Subject, here: str, heading: str, *body: Child, scripts: Sequence[str] = ("pages.js",)) -> str:
    """One of a service's pages; `here` is the last part of its address."""
    links = [
        tag(
            "a",
            title,
            href=subject.here(f"{subject.help}/{slug}".rstrip("/")),
            aria_current="page" if slug == here else None,
        )
        for slug, title in _PAGES.items()
    ]
    links.append(tag("a", "Swagger", href=subject.here(f"{subject.help}/apidocument")))
    head = tag(
        "header",
        _brand(subject.root),
        tag("p", subject.service, class_="service"),
        tag("p", "endpoint ", tag("b", subject.endpoint), class_="endpoint"),
        tag("nav", links, aria_label="Pages of this endpoint"),
    )
    main = tag("main", tag("h1", heading), body, id="main")
    return whole(f"{heading} · {subject.service}", subject.root, head, main, scripts=scripts)


def whole(title: str, root: str, *body: Child, scripts: Sequence[str] = ()) -> str:
    """A page from its first byte to its last; `root` is the path below which the server is reached."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="icon", href=_address(root, "icon.svg"), type="image/svg+xml"),
        tag("link", rel="stylesheet", href=_address(root, "pages.css")),
        [tag("script", src=_address(root, name), defer=True) for name in scripts],
    )
    skip = tag("a", "Skip to the content", href="#main", class_="skip")
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', skip, body), lang='en')}\n"


def _brand(root: str) -> Html:
    return tag("a", "Bottega", href=f"{root}/", class_="brand")


def _address(root: str, name: str) -> str:
    """With its content's digest, so that browsers may keep it for good."""
    return f"{root}{STATIC}/{name}?{hashlib.sha256(static(name)).hexdigest()[:12]}"


def rows(head: Sequence[str], body: Iterable[Sequence[Child]]) -> Html:
    """A table; a narrow window scrolls it sideways."""
    table = tag(
        "table",
        tag("thead", tag("tr", [tag("th", title, scope="col") for title in head])),
        tag("tbody", [tag("tr", [tag("td", cell) for cell in row]) for row in body]),
    )
    return tag("div", table, class_="scroll", tabindex=0)


def pairs(values: Mapping[str, Child]) -> Html:
    """Names and what they stand for."""
    return tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in values.items()])


def code(value: object) -> Html:
    """A word of code."""
    return tag("code", value)


def json(value: object) -> Html:
    """A block of JSON."""
    return tag("pre", written(value, JSON), tabindex=0)


def plain(value: object) -> str:
    """A plain value as people type it."""
    return value if isinstance(value, str) else written(value, JSON)


def address(method: str, url: str) -> Html:
    """A method and where it goes."""
    return tag("p", tag("b", method), " ", code(url), class_="address")


def columns(fields: Sequence[Field], samples: Sequence[Sequence[str | None]] = ()) -> Html:
    """The columns of an input or output."""
    if not fields:
        return tag("p", "No columns are known.", class_="quiet")
    head = ["Column", "Type", *(["Example"] if samples else [])]
    return rows(head, [
        [code(field.name), _type(field), *([_cell(samples[0][place])] if samples else [])]
        for place, field in enumerate(fields)
    ])  # fmt: skip


def _type(field: Field) -> Child:
    told = field.type if field.known else "any; guessed from each call"
    return f"{told} (the label)" if field.role == "label" else told


def _cell(value: str | None) -> Html:
    return tag("span", "missing", class_="quiet") if value is None else code(value)


def parameters(given: Sequence[Parameter]) -> Html:
    """Web service parameters."""
    return rows(
        ["Name", "Type", "Default", "Meaning"],
        [
            [code(each.name), type_text(each), _default(each), each.description or each.schema.get("title", "")]
            for each in given
        ],
    )


def type_text(parameter: Parameter) -> str:
    """What a parameter takes, in words."""
    schema = parameter_schema(parameter)
    if schema.get("enum"):
        return "one of " + ", ".join(map(str, schema["enum"]))
    bounds = [f"{word} {schema[key]:g}" for key, (word, strictly) in _BOUNDS.items() if key in schema
              for word in [strictly if schema.get(f"exclusive{key.capitalize()}") else word]]  # fmt: skip
    return " ".join([_WORDS.get(schema.get("type", ""), "columns: names, or a selection"), *bounds])


def _default(parameter: Parameter) -> Html:
    if parameter.required:
        return tag("b", "required")
    return (
        code(written(parameter.default, JSON)) if parameter.default is not None else tag("span", "none", class_="quiet")
    )


def in_languages(samples: Sequence[Sample]) -> Html:
    """The same code in several languages, one of which shows; R's comes last, as its client expects (clients.md 3)."""
    choices = join(
        join([
            tag("input", type="radio", name="language", id=f"in-{each.language}", value=each.language, checked=not place),
            tag("label", each.title, for_=f"in-{each.language}"),
        ])
        for place, each in enumerate(samples)
    )  # fmt: skip
    # R's client looks for the text of the id, followed by two signs, in a page from which it has taken all tags but
    # those whose first attribute has a dash in its name.
    blocks = [
        tag("pre", highlighted(each), data_language=each.language, tabindex=0, id=f"code-snippet-{each.language}")
        for each in samples
    ]
    return tag("div", choices, blocks, class_="languages")
