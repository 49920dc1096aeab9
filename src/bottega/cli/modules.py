"""`bottega modules`: the catalogue, or one module's page; `own_modules` has the verbs for modules of one's own."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits, own_modules
from bottega.cli.check import refused
from bottega.cli.opened import opened_workspace, refuse_pandas
from bottega.cli.terminal import harmless
from bottega.cli.words import count
from bottega.engine.place import workspace_folder
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.sdk.declaration import ModuleSpec
    from bottega.sdk.ports import Port

_INDEX = "README.md"
_HEAD = "# Modules"


def main(arguments: Sequence[str]) -> int:
    """List, search, show or write."""
    if arguments and arguments[0] in own_modules.VERBS:
        return own_modules.main(arguments)
    options = _parser().parse_args(arguments)
    refuse_pandas()
    try:
        if options.name is not None and (options.search is not None or options.write is not None):
            raise BottegaError("usage", reason="A name goes neither with --search nor with --write")
        if options.write is not None:
            _write(Path(options.write), as_json=options.json)
            return exits.OK
        with _shelved(options.workspace):
            if options.name is not None:
                _show(options.name, as_json=options.json)
            else:
                _list(options.search, as_json=options.json)
    except BottegaError as error:
        return refused("modules", error, as_json=options.json)
    return exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega modules",
        description="The modules that experiments are made of, or the page of one. "
        "For modules of your own: bottega modules add|list|remove|new.",
        epilog="Exit codes: 0 told; 2 there is no such module, or the pages cannot be written.",
    )  # fmt: skip
    parser.add_argument("name", metavar="NAME", nargs="?", help="a module's name, title or former name")
    parser.add_argument("--search", metavar="WORD", help="those that speak of this")
    parser.add_argument("--write", metavar="DIR", help="write the pages of all modules, and one that leads to them")
    parser.add_argument("--workspace", metavar="DIR",
                        help="whose own modules are told, too (default: BOTTEGA_WORKSPACE, else .bottega here)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


@contextmanager
def _shelved(given: str | None) -> Iterator[None]:
    """With the modules of the workspace, where there is one: looking makes none."""
    from bottega.store.backup import DATABASE

    if not (workspace_folder(given, Path.cwd()) / DATABASE).exists():
        yield
        return
    from bottega.engine.own_shelf import shelved

    with opened_workspace(given, Path.cwd()) as workspace, shelved(workspace):
        yield


def _list(word: str | None, *, as_json: bool) -> None:
    from bottega.sdk import catalogue

    specs = [spec for spec in catalogue.every() if word is None or _speaks_of(spec, word)]
    if as_json:
        told = [
            {"name": spec.name, "title": spec.title, "category": spec.category, "summary": spec.summary}
            for spec in specs
        ]
        print(json.dumps({"modules": told}, ensure_ascii=False))
        return
    width = max((len(spec.name) for spec in specs), default=0)
    category = None
    for spec in specs:
        if spec.category != category:
            print(("\n" if category else "") + harmless(spec.category))
            category = spec.category
        print(harmless(f"  {spec.name:<{width}}  {spec.summary}"))
    if not specs:
        print(f"no module speaks of {word}; `bottega modules` lists all")


def _speaks_of(spec: ModuleSpec, word: str) -> bool:
    texts = [spec.name, spec.title, spec.category, spec.summary, spec.description, *spec.former]
    texts += [text for parameter in spec.parameters for text in (parameter.title, parameter.help)]
    return word.casefold() in "\n".join(texts).casefold()


def _show(name: str, *, as_json: bool) -> None:
    from bottega.sdk import catalogue
    from bottega.sdk.page import page

    spec = catalogue.get(name)
    if as_json:
        print(json.dumps(_declaration(spec), ensure_ascii=False))
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(harmless(page(spec))))
    else:
        print(harmless(page(spec)), end="")


def _declaration(spec: ModuleSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "title": spec.title,
        "category": spec.category,
        "summary": spec.summary,
        "description": spec.description,
        "former": list(spec.former),
        "version": spec.version,
        "deterministic": spec.deterministic,
        "isolation": spec.isolation.value,
        "inputs": [_port(port) for port in spec.inputs],
        "outputs": [_port(port) for port in spec.outputs],
        "parameters": spec.json_schema(),
    }


def _port(port: Port) -> dict[str, Any]:
    return {
        "name": port.name,
        "title": port.title,
        "type": port.type.value,
        "optional": port.optional,
        "spellings": list(port.others),
        "help": port.help,
    }


def _write(folder: Path, *, as_json: bool) -> None:
    """Write all pages over older ones. Raises `0057` where the folder's README is another one, and `0048`."""
    from bottega.sdk import catalogue
    from bottega.sdk.page import index, page

    specs = catalogue.shipped()
    texts = {_INDEX: index(specs)} | {f"{spec.name}.md": page(spec) for spec in specs}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        old = folder / _INDEX
        if old.exists() and old.read_text(encoding="utf-8", errors="replace").partition("\n")[0] != _HEAD:
            raise BottegaError("0057", path=str(old))
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BottegaError("0048", path=str(folder), reason=error.strerror or str(error)) from error
    if as_json:
        print(json.dumps({"folder": str(folder), "written": sorted(texts)}))
    else:
        print(f"{folder}: {count(len(texts), 'page')} written")
