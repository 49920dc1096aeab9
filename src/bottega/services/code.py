"""Publishing code directly, without an experiment (clients.md 1.4, 3): a bundle of text, types and files."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bottega import __version__
from bottega.engine import environment_of
from bottega.engine.environment_of import Choice
from bottega.errors import BottegaError, sentence
from bottega.graph import writing
from bottega.graph.document import Experiment
from bottega.sandbox.host import r_runtime, syntax
from bottega.sandbox.host.environment import BOTTEGA
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.services import environments
from bottega.services.errors import ServiceError, refused
from bottega.services.program import Constant, Field, Input, Node, Output, Program
from bottega.services.publish import Published, store
from bottega.store.digest import bytes_digest
from bottega.store.workspace import Workspace

PYTHON = "python-3"
ENTRY = "azureml_main"
R = "r-3.1-64"
R_ENTRY = "maml.mapOutputPort"
_OLD = "python-2.7-64"  # the runtime of old bundles, which there is none of
_NODE, _BUNDLE = "code", "bundle"
_MODULES = {PYTHON: "execute-python-script", R: "execute-r-script"}
_LONGEST_CODE = 16 << 20
_LARGEST_BUNDLE = 1 << 30
_MOST_COLUMNS = 10_000
_LONGEST_NAME = 1000
# The words that clients have for types, and ours (fact sheet 5.1, clients.md 1.4 and 3).
_TYPES = {
    "integer": "Integer", "int": "Integer", "int32": "Integer", "int64": "Integer",
    "number": "Double", "double": "Double", "float": "Double", "numeric": "Double",
    "boolean": "Boolean", "bool": "Boolean", "logical": "Boolean",
    "string": "String", "character": "String", "factor": "String",
}  # fmt: skip
_FORMATS = {"date-time": "DateTime", "time-span": "TimeSpan", "duration": "TimeSpan"}


@dataclass(frozen=True)
class Bundle:
    """A code bundle, read: what it is called, its text, its columns in and out, the files that go with it.

    environment  of Python code, empty for what that asks for itself, else `default`; R has the packages of the machine
    """

    name: str
    language: str
    source: str
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    files: bytes | None
    environment: str
    description: str

    @classmethod
    def read(cls, body: Any) -> Bundle:
        """From what a client put. Raises BadArgument for what cannot be, also for a language without a runtime here."""
        body = _mapping(body, "The body")
        if body.get("Type", "Code") != "Code":
            raise _bad("Type", f"Only services of type Code are published like this, not {body['Type']!r:.60}")
        bundle = _mapping(body.get("CodeBundle"), "CodeBundle")
        language = _language(bundle.get("Language"))
        source = _text(bundle.get("SourceCode"), "SourceCode", _LONGEST_CODE)
        environment = _text(bundle.get("Environment") or "", "Environment", _LONGEST_NAME)
        return cls(
            _text(body.get("Name"), "Name", _LONGEST_NAME), language, source,
            _fields(bundle.get("InputSchema"), "InputSchema"), _fields(bundle.get("OutputSchema"), "OutputSchema"),
            _files(bundle.get("ZipContents")), environment, _text(body.get("Description") or "", "Description", 1 << 16),
        )  # fmt: skip


def publish_code(workspace: Workspace, service_id: str | None, body: Any) -> Published:
    """Publish a code bundle as a service of this id, or as the next version of the one that is there.

    Python defines `azureml_main`, which gets all rows of a call as one frame and returns one; it is read by a process
    of its own. R calls `maml.mapInputPort` and `maml.mapOutputPort`. Both run in the jail only. Raises ServiceError
    (BadArgument), and `environment-unknown`.
    """
    bundle = Bundle.read(body)
    if bundle.language == R:
        _check_r(bundle.source)
    else:
        _check_python(bundle)
    there = workspace.services.find(service_id) if service_id is not None else None
    if there is not None and there.kind != "code":
        raise refused(
            "BadArgument",
            "WebServiceTypeInvalid",
            f"Web service {there.name} was made of an experiment; code cannot replace it",
        )
    made = program(bundle)
    with workspace.unpruned():
        if bundle.files is not None:
            workspace.blobs.put(bytes_digest(bundle.files), bundle.files)
        return store(workspace, made, name=bundle.name, service_id=service_id, description=bundle.description)


def program(bundle: Bundle) -> Program:
    """One Execute Python Script, or Execute R Script, between one input and one output. Raises `environment-unknown`."""
    module = _MODULES[bundle.language]
    spec = catalogue.get(module)
    choice = Choice(BOTTEGA) if bundle.language == R else _environment(bundle)
    given: dict[str, Any] = {"script": bundle.source}
    if bundle.language == PYTHON:
        given["environment"] = choice.name
    parameters = spec.as_plain(spec.convert(given))
    has_files = bundle.files is not None
    constants = {}
    if bundle.files is not None:
        constants[f"{_BUNDLE}.dataset"] = Constant(bytes_digest(bundle.files), PortType.ZIP.value, len(bundle.files))
    experiment = Experiment(title=bundle.name, description=bundle.description).add(_NODE, module, **given)
    return Program(
        title=bundle.name,
        document=writing.dumps(experiment),
        inputs=(Input("input1", (f"{_NODE}.dataset1",), bundle.inputs),) if bundle.inputs else (),
        outputs=(Output("output1", f"{_NODE}.result_dataset", PortType.TABLE.value, bundle.outputs),),
        nodes=(Node(_NODE, module, parameters, {"script_bundle": f"{_BUNDLE}.dataset"} if has_files else {}),),
        constants=constants,
        environments={choice.name: environments.pinned(choice)},
        bottega=__version__,
        kind="code",
    )


def zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Files as a script bundle; equal files give equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _language(language: Any) -> str:
    """The language, if there is a runtime of it."""
    word = str(language).strip().casefold() if isinstance(language, str) else ""
    if word == _OLD or (word == R and r_runtime.find() is None):
        raise _bad("Language", f"{language} runtime not available")
    if word not in _MODULES:
        raise _bad(
            "Language",
            f"There is no runtime for the language {language!r:.60}; there is one for {PYTHON} and for R-3.1-64",
        )
    return word


def _environment(bundle: Bundle) -> Choice:
    try:
        return environment_of.of(bundle.source, bundle.environment)
    except BottegaError as error:
        raise _bad("SourceCode", sentence(error)) from error


def _check_r(source: str) -> None:
    if R_ENTRY not in source:
        raise _bad("SourceCode", f"SourceCode does not call {R_ENTRY}, so it would answer nothing")


def _check_python(bundle: Bundle) -> None:
    source = bundle.source
    found = environment_of.built(_environment(bundle))
    is_old = found is not None and found.is_old  # which alone can tell whether its Python takes the text
    wrong = None if is_old else syntax.check({ENTRY: source})[ENTRY]
    if wrong is not None:
        raise _bad("SourceCode", f"Line {wrong[0]} of SourceCode: {wrong[1]}")
    if ENTRY not in source:
        raise _bad("SourceCode", f"SourceCode defines no function {ENTRY}")


def _fields(schema: Any, where: str) -> tuple[Field, ...]:
    """Columns from `{name: {"type", "format"}}`."""
    columns = _mapping(schema if schema is not None else {}, where)
    if len(columns) > _MOST_COLUMNS:
        raise _bad(where, f"{where} has more than {_MOST_COLUMNS:,} columns")
    return tuple(_field(name, told, where) for name, told in columns.items())


def _field(name: Any, told: Any, where: str) -> Field:
    column = f"{where}.{name!s:.100}"
    told = {"type": told} if isinstance(told, str) else _mapping(told, column)
    form = str(told.get("format") or "").strip().casefold()
    kind = str(told.get("type") or "").strip().casefold()
    found = _FORMATS.get(form) or _TYPES.get(kind)
    if found is None or not name:
        known = ", ".join(dict.fromkeys(_TYPES.values()))
        raise _bad(
            column,
            f"{column} is of type {told.get('type')!r:.60}; it has to be one that means {known}, DateTime or TimeSpan",
        )
    return Field(str(name), found)


def _files(text: Any) -> bytes | None:
    """The zip archive, which is opened in the jail only."""
    if text in (None, ""):
        return None
    if not isinstance(text, str) or len(text) > _LARGEST_BUNDLE:
        raise _bad("ZipContents", "ZipContents has to be a zip archive in base64, of no more than a gigabyte")
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad("ZipContents", f"ZipContents is no base64: {error}") from error
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise _bad("ZipContents", "ZipContents is no zip archive")
    return data


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _bad(where, f"{where} has to be a JSON object")
    return value


def _text(value: Any, where: str, longest: int) -> str:
    if not isinstance(value, str) or (not value.strip() and where in ("Name", "SourceCode")) or len(value) > longest:
        raise _bad(where, f"{where} has to be a text of at most {longest:,} characters")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _bad(where, f"{where} holds half of a character") from error
    return value


def _bad(target: str, message: str) -> ServiceError:
    return ServiceError(
        400, "BadArgument", message, refused("BadArgument", "RequestBodyInvalid", message, target).details
    )
