"""An exported program as a notebook: a heading and a cell of code for each node (nbformat 4.5)."""

from __future__ import annotations

import hashlib
import html
import json
import re
from typing import Any

from bottega.engine.export import literals
from bottega.engine.export.program import Program, Statement
from bottega.engine.export.script import setup

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$])")
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(program: Program, data: str) -> str:
    """The text; `data` is the name of the folder beside it that holds its inputs. Nothing of it has run yet."""
    first = [*program.requirements.lines(), "", *program.imports, ""]
    cells = [
        _cell("markdown", "about", _about(program)),
        _cell("code", "setup", "\n".join([*first, *setup(program, data, "Path.cwd()")]).rstrip("\n")),
    ]
    for statement in program.statements:
        cells += [_cell("markdown", statement.node, _heading(statement)), _cell("code", statement.node, statement.code)]
    if program.ending:
        cells.append(_cell("code", "ending", "\n".join(program.ending)))
    told = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    """A cell, whose id stays the same as long as its node's does."""
    place = hashlib.blake2b(f"{kind} {name}".encode(), digest_size=8).hexdigest()
    cell: dict[str, Any] = {"cell_type": kind, "id": place, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _about(program: Program) -> str:
    title, *rest = program.about
    return "\n\n".join([f"# {_markdown(title, is_title=True)}", *map(_markdown, rest)])


def _heading(statement: Statement) -> str:
    heading = f"## {_markdown(statement.node, is_title=True)} · {_markdown(statement.module, is_title=True)}"
    return f"{heading}\n\n{_markdown(statement.comment)}" if statement.comment.strip() else heading


def _markdown(text: str, *, is_title: bool = False) -> str:
    """A text that shows as it is; its lines stay lines."""
    shown = literals.visible(text.strip())
    shown = " ".join(shown.split()) if is_title else shown
    return _SPECIAL.sub(r"\\\1", html.escape(shown, quote=False)).replace("\n", "  \n")
