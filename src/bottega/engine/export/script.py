"""An exported program as one file of Python."""

from __future__ import annotations

import textwrap

from bottega.engine.export import literals
from bottega.engine.export.layout import WIDTH
from bottega.engine.export.program import Program, Statement
from bottega.engine.export.statements import DATA, HERE


def script(program: Program, data: str) -> str:
    """The text; `data` is the name of the folder beside it that holds its inputs."""
    lines = [*program.requirements.lines(), _docstring(program), "", *program.imports, ""]
    lines += setup(program, data, "Path(__file__).absolute().parent")
    for statement in program.statements:
        lines += ["", *_statement(statement)]
    if program.ending:
        lines += ["", 'if __name__ == "__main__":', *(f"    {line}" for line in program.ending)]
    return "\n".join(lines) + "\n"


def setup(program: Program, data: str, here: str) -> list[str]:
    """The lines that say where things are."""
    lines = []
    if program.files or any(HERE in line for line in program.outside):
        lines.append(f"{HERE} = {here}")
    if program.files:
        lines.append(f"{DATA} = {HERE} / {literals.quoted(data)}")
    return lines + list(program.outside)


def _docstring(program: Program) -> str:
    about = [line for part in program.about for line in (*_wrapped(part), "")]
    text = literals.block("\n".join(about))
    return text.replace("\\\n", "", 1) if not text.startswith("r") else text  # begins beside its quotes


def _wrapped(text: str) -> list[str]:
    return [each for line in text.splitlines() for each in textwrap.wrap(literals.visible(line), WIDTH) or [""]]


def _statement(statement: Statement) -> list[str]:
    return [*literals.comment(statement.comment), statement.code]
