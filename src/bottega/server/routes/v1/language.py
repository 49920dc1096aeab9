"""`/v1/language/…`: what an editor of Python scripts asks while somebody types.

Each question brings the whole text, so there is nothing to keep open: a language server that ended is begun anew
by the next one.
"""

from __future__ import annotations

import contextlib
from typing import Annotated, TypeVar

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.engine import environment_of
from bottega.engine.environment_of import Choice
from bottega.errors import BottegaError
from bottega.migration import python2
from bottega.migration.difference import difference
from bottega.sandbox.host import distributions, environment
from bottega.sandbox.host.environment import Environment
from bottega.server import api
from bottega.server.api import operation
from bottega.server.language import answers, header, old, protocol
from bottega.server.language.analysts import analysts_of
from bottega.server.language.answers import (
    LONGEST_SCRIPT,
    Completions,
    Explanation,
    Script,
    ScriptAt,
    ScriptProblem,
    Signatures,
)

_TAG = "language"
_T = TypeVar("_T")


class ScriptProblems(Struct):
    """All that is wrong with a script. One of Python 2 has one problem, whose code is "python2"."""

    problems: list[ScriptProblem]
    python2: bool


class OldScript(Struct, forbid_unknown_fields=True):
    """A script of Python 2."""

    text: Annotated[str, Meta(max_length=LONGEST_SCRIPT)]


class ConvertedScript(Struct):
    """The same in Python 3.

    notes  what a person should look at, each with its lines in `text`
    diff   the lines of a unified difference
    """

    text: str
    changed: bool
    notes: list[str]
    diff: list[str]


class MissingModule(Struct, forbid_unknown_fields=True):
    """A module, as a script imports it, that an environment lacks."""

    module: Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$", max_length=200)]
    environment: Annotated[str, Meta(max_length=100)] = environment.DEFAULT


class ModuleRemedy(Struct):
    """How to get it.

    package       what is to be installed
    environments  others that have it, by name
    command       that adds the package; empty where no command does
    """

    package: str
    environments: list[str]
    command: str


class Explained(Struct):
    """What is told of a name, if anything."""

    found: Explanation | None


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("POST", "/v1/language/problems", tag=_TAG)
def find_script_problems(request: Request, body: Script) -> ScriptProblems:
    """What is wrong with a script, without running it."""
    shown, report = _asked(request, body, "diagnostic", protocol.Report)
    own, is_whole = _environment(body)
    found = answers.problems(report, shown, bundle=body.bundle or not is_whole)
    return ScriptProblems(*old.problems(body, own, found))


@operation("POST", "/v1/language/conversion", tag=_TAG)
def convert_script(body: OldScript) -> ConvertedScript:
    """A script of Python 2 as one of Python 3; nothing is run."""
    with old.turn():
        made = python2.convert(body.text)
        lines = difference(body.text, made.text, "Python 2", "Python 3")
    return ConvertedScript(made.text, made.changed, list(made.notes), lines)


@operation("POST", "/v1/language/module", tag=_TAG)
def find_module(body: MissingModule) -> ModuleRemedy:
    """How to get a module that an environment lacks: its package, who has it, the command that adds it."""
    found = distributions.remedy(body.module, environment.get(body.environment or environment.DEFAULT))
    return ModuleRemedy(found.package, list(found.environments), found.command)


@operation("POST", "/v1/language/completions", tag=_TAG)
def complete_script(request: Request, body: ScriptAt) -> Completions:
    """What could stand at a place of a script."""
    kind = protocol.Items | list[protocol.Item]
    shown, answer = _asked(request, body, "completion", kind)  # type: ignore[arg-type]
    return answers.completions(answer, shown, body)


@operation("POST", "/v1/language/explanation", tag=_TAG)
def explain_script(request: Request, body: ScriptAt) -> Explained:
    """What stands at a place of a script."""
    shown, answer = _asked(request, body, "hover", protocol.HoverAnswer)
    return Explained(answers.explanation(answer, shown))


@operation("POST", "/v1/language/signatures", tag=_TAG)
def show_signatures(request: Request, body: ScriptAt) -> Signatures:
    """How to call what stands before a place of a script."""
    _, answer = _asked(request, body, "signatureHelp", protocol.Signatures)
    return answers.signatures(answer)


def _asked(request: Request, script: Script, question: str, kind: type[_T]) -> tuple[header.Shown, _T | None]:
    shown = header.shown(script.text, script.tables, slots=script.port_mapping == "slots")
    place = shown.inward(script.place) if isinstance(script, ScriptAt) else None
    return shown, analysts_of(request).ask(_environment(script)[0], script.editor, shown.text, question, place, kind)


def _environment(script: Script) -> tuple[Environment, bool]:
    """What the script runs in, and whether that has all its packages: one that it asks for may not be built yet."""
    choice = Choice(script.environment or environment.DEFAULT)
    if script.inline:
        with contextlib.suppress(BottegaError):  # half a block, as while somebody types it
            choice = environment_of.of(script.text, experiment=choice.name)
    if choice.inline is None:
        return environment.get(choice.name), True
    built = environment_of.built(choice)
    return (built, True) if built is not None else (environment.get(script.environment or environment.DEFAULT), False)
