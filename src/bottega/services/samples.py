"""Sample code that calls a web service, in the languages of classic's help pages and for a shell (fact sheet 5.6)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from bottega.services import examples
from bottega.services.literal import JSON, PYTHON, R, quoted, verbatim, written
from bottega.services.program import Program

PLACEHOLDER = "YOUR_API_KEY"
_ENDPOINT_KEY = "the primary or the secondary key of this endpoint"
_UPDATE_KEY = "a key of this endpoint or a token of the workspace"
_MARK = re.compile(r"\{\{([A-Z_]+)\}\}")
_TITLES = {"python": "Python 3", "csharp": "C#", "curl": "curl", "r": "R"}
# What is done with the answer of a call, where it is more than printing it.
_RESULTS = {
    "python": 'print(json.dumps(json.loads(answer)["Results"], indent=2))',
    "r": "for (output in fromJSON(answer)$Results) {\n"
    "  frame = as.data.frame(output$value$Values)\n"
    "  names(frame) = output$value$ColumnNames\n"
    "  print(frame)\n"
    "}",
}
_DONE = {"python": 'print("The endpoint uses the new model.")', "r": 'cat("The endpoint uses the new model.\\n")'}


@dataclass(frozen=True)
class Sample:
    """Code in one language; `PLACEHOLDER` stands where the key goes."""

    language: str
    title: str
    code: str


def score(program: Program, url: str) -> tuple[Sample, ...]:
    """Calls by request and response; `url` with its query."""
    return _calls("POST", url, examples.request(program), _ENDPOINT_KEY, _RESULTS)


def update(program: Program, url: str) -> tuple[Sample, ...]:
    """Calls that give an endpoint a newly trained model; `url` is the endpoint's own."""
    return _calls("PATCH", url, update_body(program), _UPDATE_KEY, _DONE)


def update_body(program: Program) -> dict[str, Any]:
    """What such a call says: the place of the file that a retraining job gave."""
    location = {
        "BaseLocation": "https://ACCOUNT.blob.core.windows.net/",
        "RelativeLocation": "container/model.ilearner",
    }
    named = [each.name for each in program.resources] or ["NAME [trained model]"]
    return {"Resources": [{"Name": name, "Location": location | {"SasBlobToken": "?TOKEN"}} for name in named[:1]]}


def jobs(program: Program, url: str) -> tuple[Sample, ...]:
    """Batch jobs; `url` without a query."""
    body = examples.blobs(program)
    marks = {
        "python": {
            "URL": quoted(url),
            "INPUTS": written({each.name: f"{each.name}.csv" for each in program.inputs}, PYTHON),
            "OUTPUTS": written(
                {each.name: f"{each.name}{examples.extension(each.type)}" for each in program.outputs}, PYTHON
            ),
            "PARAMETERS": written(body["GlobalParameters"], PYTHON),
        },
        "csharp": {"URL": quoted(url), "BODY": verbatim(written(body, JSON))},
        "curl": {"URL": shlex.quote(url), "BODY": written(body, JSON)},
        "r": {"URL": quoted(url), "BODY": written(body, R)},
    }
    return tuple(
        Sample(language, title, _filled(f"jobs.{language}", marks[language] | {"WHICH_KEY": _ENDPOINT_KEY}))
        for language, title in _TITLES.items()
    )


def _calls(method: str, url: str, body: Any, which_key: str, show: Mapping[str, str]) -> tuple[Sample, ...]:
    bodies = {
        "python": written(body, PYTHON), "csharp": verbatim(written(body, JSON)),
        "curl": written(body, JSON), "r": written(body, R),
    }  # fmt: skip
    samples = []
    for language, title in _TITLES.items():
        in_shell = language == "curl"
        marks = {
            "URL": shlex.quote(url) if in_shell else quoted(url),
            "METHOD": method if in_shell else quoted(method),
            "BODY": bodies[language],
            "WHICH_KEY": which_key,
            "SHOW": show.get(language, ""),
        }
        samples.append(Sample(language, title, _filled(f"call.{language}", marks)))
    return tuple(samples)


def _filled(template: str, marks: Mapping[str, str]) -> str:
    """A template of `sample_code` with its marks replaced, in one pass: what is filled in may look like a mark."""
    text = resources.files("bottega.services").joinpath("sample_code", template).read_text("utf-8")
    return _MARK.sub(lambda mark: marks[mark[1]], text).rstrip("\n") + "\n"
