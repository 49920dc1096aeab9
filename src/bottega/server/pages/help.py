"""The help pages: overview, request and response, batch, update."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bottega.server.pages import parts
from bottega.server.pages.html import Child, Html, join, tag
from bottega.server.pages.subject import Subject
from bottega.services import examples, samples
from bottega.services.program import Output, Program
from bottega.services.swagger import TABLES

_ERRORS = (
    (
        400,
        "BadArgument, BadUserArgument",
        "the request does not fit: the details name the column, the row or the parameter",
    ),
    (
        400,
        "ModuleExecutionError",
        "a module failed on these rows; the details hold its message and a script's traceback",
    ),
    (401, "Unauthorized", "the key is missing or is not one of this endpoint"),
    (408, "RequestTimeout", "the call took longer than allowed"),
    (413, "MemoryQuotaViolation", "the call needed too much memory; a request may be too large as well"),
    (429, "TooManyRequests", "too many calls with a wrong key came from your address"),
    (503, "ServiceUnavailable", "too many calls at once: try again after the seconds that Retry-After tells"),
)
_STATUSES = (
    ("NotStarted", "made, not started, or waiting for its turn"), ("Running", ""), ("Finished", "Results tells where the outputs are"),
    ("Failed", "Details tells why"), ("Cancelled", ""),
)  # fmt: skip
_REFERENCE = (
    ("ConnectionString", "of the storage account; null in answers"),
    ("RelativeLocation", "container and path of the blob; its ending says the format"),
    ("BaseLocation", "in answers: the account's address, with a slash at its end"),
    ("SasBlobToken", "in answers: a token for reading, for a while; a new GET gives a fresh one"),
)


def overview(subject: Subject) -> str:
    """What the service is and where everything stands."""
    program = subject.program
    cards = [
        ("score", "Request and response", "Send rows, get the answer at once."),
        ("jobs", "Batch", "Score a large file in storage, in the background."),
        ("update", "Update", "Give this endpoint a newly trained model."),
        ("test", "Test", "Fill in a form and see what comes back."),
    ]
    return parts.page(
        subject, "", subject.service,
        tag("p", subject.description or program.title, class_="lead"),
        tag("ul", [
            tag("li", tag("a", tag("b", title), " ", tag("span", about), href=subject.here(f"{subject.help}/{slug}")))
            for slug, title, about in cards
        ], class_="cards"),
        tag("h2", "Addresses"),
        parts.pairs({
            "Calls": parts.code(subject.api), "Management": parts.code(subject.management),
            "Swagger 2.0": tag("a", parts.code(f"{subject.api}/swagger.json"), href=subject.here(f"{subject.api}/swagger.json")),
        }),
        _inputs(subject), _outputs(program), _parameters(program),
    )  # fmt: skip


def score(subject: Subject) -> str:
    """Calls that are answered at once."""
    program = subject.program
    if not subject.answers:
        return parts.page(subject, "score", "Request and response", _batch_alone(subject))
    names = [field.name for field in program.inputs[0].fields] if program.inputs else []
    return parts.page(
        subject, "score", "Request and response",
        tag("p", "Send rows in a request; the answer has the rows that came of them.", class_="lead"),
        tag("h2", "Request"), parts.address("POST", subject.execute),
        parts.rows(["In the address", "Meaning"], [
            [parts.code("api-version=2.0"), "always"],
            [parts.code("details=true"), "may be left out; the answer then has no ColumnTypes"],
            [parts.code("format=swagger"), "may be added; rows are then records, in the request and in the answer"],
        ]),
        _headers(),
        tag("h3", "Body"), parts.json(examples.request(program)),
        tag("p", "Columns may stand in any order. A cell is text, a number, true or false; ", parts.code("null"),
            " is a missing value. With ", parts.code("format=swagger"), " the same is written so:") if names else None,
        parts.json(examples.request(program, swagger=True, rows_at_most=1)) if names else None,
        _inputs(subject), _parameters(program),
        tag("h2", "Answer"), tag("p", "Status 200 and one entry for each output. Every cell is text; a missing value is ",
                                 parts.code("null"), "."),
        parts.json(_response(program)), _outputs(program),
        tag("h2", "Errors"),
        tag("p", "Any other status comes with a body that says what was wrong:"),
        parts.json(_ERROR), parts.rows(["Status", "Code", "When"], [[s, parts.code(c), t] for s, c, t in _ERRORS]),
        tag("p", "The header ", parts.code("x-ms-request-id"), " of every answer names the call in the server's log."),
        tag("h2", "Sample code"), parts.in_languages(samples.score(program, subject.execute)),
    )  # fmt: skip


def jobs(subject: Subject) -> str:
    """Batch jobs."""
    program, url = subject.program, f"{subject.api}/jobs"
    steps = [
        ("Make the job", "POST", f"{url}?api-version=2.0", "The answer is the job's id, a JSON string."),
        ("Start it", "POST", f"{url}/JOB/start?api-version=2.0", "Without a body."),
        ("Ask how it stands", "GET", f"{url}/JOB?api-version=2.0", "As often as once a second."),
        (
            "Cancel or delete it",
            "DELETE",
            f"{url}/JOB?api-version=2.0",
            "A running job is cancelled; an ended one is forgotten.",
        ),
    ]
    return parts.page(
        subject, "jobs", "Batch",
        tag("p", "A job reads its input from files in blob storage and writes its output there: for data of any size.",
            class_="lead"),
        [join([tag("h2", title), parts.address(method, address), tag("p", about)]) for title, method, address, about in steps],
        _headers(),
        tag("h2", "Body of a new job"), parts.json(examples.blobs(program)),
        parts.rows(["A blob", "Meaning"], [[parts.code(name), about] for name, about in _REFERENCE]),
        tag("p", "Inputs end in .csv, .tsv or .arff; so do outputs that are tables, and models in .ilearner. ",
            parts.code("Outputs"), " may be left out: the results then stay on this server."),
        _inputs(subject), _outputs(program), _parameters(program),
        tag("h2", "How a job stands"), parts.json(_status(program)),
        parts.rows(["StatusCode", "Meaning"], [[parts.code(name), about] for name, about in _STATUSES]),
        tag("h2", "Sample code"), parts.in_languages(samples.jobs(program, url)),
    )  # fmt: skip


def update(subject: Subject) -> str:
    """A model that was trained again."""
    program = subject.program
    if not program.resources:
        told = "This service has no trained model or transform of its own, so there is nothing to replace."
        return parts.page(subject, "update", "Update", tag("p", told, class_="lead"))
    default = tag("p", "The endpoint ", parts.code("default"), " follows the service and cannot be updated so: add another endpoint.",
                  class_="note") if subject.endpoint == "default" else None  # fmt: skip
    return parts.page(
        subject, "update", "Update",
        tag("p", "Give this endpoint a newly trained model. Calls that run finish with the old one; none is lost.", class_="lead"),
        default,
        tag("h2", "Request"), parts.address("PATCH", subject.management),
        _headers("a key of this endpoint, or a token of the workspace"),
        tag("h3", "Body"), parts.json(samples.update_body(program)),
        tag("p", "The location is the one that the retraining service's batch job told for its output."),
        tag("h2", "What may be replaced"),
        parts.rows(["Name", "Kind"], [[parts.code(each.name), each.kind] for each in program.resources]),
        tag("h2", "Sample code"), parts.in_languages(samples.update(program, subject.management)),
    )  # fmt: skip


def root(base: str) -> str:
    """The page at the root, which names nothing of the workspace."""
    path = urlsplit(base).path.rstrip("/")
    links = [("healthz", "Health", "Whether the server lives."), ("readyz", "Readiness", "Whether it takes requests."),
             ("v1/openapi.json", "OpenAPI", "The native API, described.")]  # fmt: skip
    return parts.whole(
        "Bottega", path,
        tag("main",
            tag("h1", "Bottega server"),
            tag("p", "Experiments and web services run here. Clients reach the workspace with its id and one of its tokens, "
                "which its owner reads with ", parts.code("bottega workspace show"), ".", class_="lead"),
            tag("ul", [tag("li", tag("a", tag("b", title), " ", tag("span", about), href=f"{path}/{slug}"))
                       for slug, title, about in links], class_="cards"),
            tag("h2", "The studio in the browser"),
            tag("p", "It stands at this address once it is built: run ", parts.code("make web"), " in the folder of the sources. An "
                "installed Bottega has it built in."),
            tag("h2", "Call it"),
            tag("p", "The Studio API answers below ", parts.code(f"{base}/api"), ", the management of web services and the services "
                "themselves below ", parts.code(f"{base}/workspaces"), ". Every web service has help pages, with code to copy and "
                "a form to try it; its endpoint tells their address as HelpLocation."),
            id="main", class_="alone"),
    )  # fmt: skip


_ERROR = {
    "error": {
        "code": "ModuleExecutionError", "message": "Module execution encountered an error.",
        "details": [{"code": "85", "target": "Execute Python Script RRS", "message": "Error 0085: …"}],
    },
}  # fmt: skip


def _headers(key: str = "the endpoint's primary or secondary key") -> Html:
    return join([
        tag("h3", "Headers"),
        parts.pairs({"Authorization": [parts.code("Bearer "), key], "Content-Type": parts.code("application/json")}),
    ])  # fmt: skip


def _inputs(subject: Subject) -> Html:
    given = subject.program.inputs
    if not given:
        return join([tag("h2", "Inputs"), tag("p", "None.")])
    head = tag("h2", "Input columns" if len(given) == 1 else "Inputs")
    return join([
        head, [(tag("h3", parts.code(each.name)), parts.columns(each.fields, examples.rows(each))) for each in given],
    ])  # fmt: skip


def _outputs(program: Program) -> Html:
    head = tag("h2", "Output columns" if len(program.outputs) == 1 else "Outputs")
    return join([head, [(tag("h3", parts.code(each.name)), _output(each)) for each in program.outputs]])


def _output(output: Output) -> Child:
    if output.type in TABLES:
        return parts.columns(output.fields or ())
    return tag("p", f"A file ({output.type}), by batch jobs alone.")


def _parameters(program: Program) -> Child:
    return [tag("h2", "Web service parameters"), parts.parameters(program.parameters)] if program.parameters else None


def _batch_alone(subject: Subject) -> Html:
    link = tag("a", "batch jobs", href=subject.here(f"{subject.help}/jobs"))
    return tag("p", "An output of this service is a model, which only ", link, " can deliver.", class_="lead")


def _response(program: Program) -> dict[str, Any]:
    return {"Results": {each.name: {"type": "table", "value": _table(each)} for each in program.outputs}}


def _table(output: Output) -> dict[str, Any]:
    fields = output.fields or ()
    names, types = [field.name for field in fields], [str(examples.kind(field)) for field in fields]
    return {"ColumnNames": names, "ColumnTypes": types, "Values": [[examples.placeholder(field) for field in fields]]}


def _status(program: Program) -> dict[str, Any]:
    place = {"ConnectionString": None, "RelativeLocation": "container/output.csv",
             "BaseLocation": "https://ACCOUNT.blob.core.windows.net/", "SasBlobToken": "?TOKEN"}  # fmt: skip
    results = {
        each.name: place | {"RelativeLocation": f"container/{each.name}{examples.extension(each.type)}"}
        for each in program.outputs
    }
    return {"StatusCode": "Finished", "Results": results, "Details": None}
