"""What a page needs to call a web service: its columns with rows to begin from, its parameters, sample code."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.server import api
from bottega.server.api import Told, operation
from bottega.server.context import base_url, context_of
from bottega.server.pages.subject import Subject
from bottega.server.routes._found import find_endpoint, find_service, program_of
from bottega.server.routes.v1._shapes import Name
from bottega.services import examples, samples
from bottega.services.program import Field, Input, Output, Parameter
from bottega.services.swagger import parameter_schema

_TAG = "services"
_ENDPOINT = "/v1/services/{service}/endpoints/{endpoint}"
_NOT_KEPT = {"cache-control": "no-store"}  # rows of data


class FormField(Struct):
    """A column. `known` is false where its type is guessed in each call; `categories` are those it had, where they are few."""

    name: str
    type: str
    known: bool
    categories: list[str]


class FormInput(Struct):
    """A web service input. `samples` are rows as a call may send them, at least one; `real` where they were data."""

    name: str
    fields: list[FormField]
    samples: list[list[str | None]]
    real: bool


class FormOutput(Struct):
    """A web service output; `fields` are null for what is no table."""

    name: str
    type: str
    fields: list[FormField] | None


class FormParameter(Struct):
    """A web service parameter. `parameter_schema` is a JSON schema; `default` holds where a call does not give it."""

    name: str
    parameter_schema: dict[str, Any]
    required: bool
    default: Any
    description: str


class Form(Struct):
    """How an endpoint is called.

    answers   whether it gives rows at once; models come by batch jobs alone
    api       its address below this server, as a path; so are `execute` and `help`
    """

    answers: bool
    api: str
    execute: str
    help: str
    inputs: list[FormInput]
    outputs: list[FormOutput]
    parameters: list[FormParameter]


class SampleCode(Struct):
    """Code in one language; `placeholder` stands where the key goes."""

    language: str
    title: str
    code: str
    placeholder: str


class SampleCodes(Struct):
    """Code for calls, for batch jobs, and for giving the endpoint a model that was trained again."""

    call: list[SampleCode]
    jobs: list[SampleCode]
    update: list[SampleCode]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", f"{_ENDPOINT}/form", tag=_TAG)
def get_form(request: Request, service: Name, endpoint: Name) -> Told[Form]:
    """The columns and parameters of an endpoint's calls, with rows to begin from."""
    about = _subject(request, service, endpoint)
    program = about.program
    form = Form(
        about.answers,
        about.here(about.api),
        about.here(about.execute),
        about.here(about.help),
        [_input(each) for each in program.inputs],
        [_output(each) for each in program.outputs],
        [_parameter(each) for each in program.parameters],
    )
    return Told(form, _NOT_KEPT)


@operation("GET", f"{_ENDPOINT}/samples", tag=_TAG)
def get_samples(request: Request, service: Name, endpoint: Name) -> Told[SampleCodes]:
    """Sample code of an endpoint, without its key."""
    about = _subject(request, service, endpoint)
    program = about.program
    told = SampleCodes(
        _code(samples.score(program, about.execute)) if about.answers else [],
        _code(samples.jobs(program, f"{about.api}/jobs")),
        _code(samples.update(program, about.management)) if program.resources else [],
    )
    return Told(told, _NOT_KEPT)


def _subject(request: Request, service: str, endpoint: str) -> Subject:
    """An endpoint with its rows of data: who has a token of the workspace may read its keys as well."""
    context = context_of(request)
    found = find_service(context, service)
    called = find_endpoint(context, found, endpoint)
    return Subject(
        base_url(request), context.workspace.id, found.id, found.name, found.description, called.id, called.name,
        program_of(context, called), has_samples=True,
    )  # fmt: skip


def _input(given: Input) -> FormInput:
    return FormInput(given.name, [_field(each) for each in given.fields], examples.rows(given), bool(given.samples))


def _output(given: Output) -> FormOutput:
    fields = None if given.fields is None else [_field(each) for each in given.fields]
    return FormOutput(given.name, given.type, fields)


def _parameter(given: Parameter) -> FormParameter:
    return FormParameter(given.name, parameter_schema(given), given.required, given.default, given.description)


def _field(given: Field) -> FormField:
    return FormField(given.name, given.type, given.known, list(given.categories))


def _code(given: tuple[samples.Sample, ...]) -> list[SampleCode]:
    return [SampleCode(each.language, each.title, each.code, samples.PLACEHOLDER) for each in given]
