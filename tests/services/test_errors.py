"""Errors as callers read them: statuses, codes and targets of fact sheet 5.2, without a word of this machine."""

from __future__ import annotations

import pytest

from bottega.errors import BottegaError
from bottega.services.errors import ModuleFailure, ServiceError, as_service_error, refused

TRACE = 'Traceback (most recent call last):\n  File "work.py", line 2, in azureml_main\nValueError: no'


def test_a_failed_script_is_told_with_its_users_traceback() -> None:
    error = ModuleFailure("work", "Execute Python Script", "0085", "no", type="ValueError", traceback=TRACE, line=2)
    told = as_service_error(error)
    assert told.status == 400
    assert told.as_json() == {
        "error": {
            "code": "ModuleExecutionError",
            "message": "Module execution encountered an error.",
            "details": [
                {
                    "code": "85",
                    "target": "Execute Python Script RRS",
                    "message": f"Error 0085: The script failed:\n{TRACE}",
                }
            ],
        }
    }
    assert as_service_error(error, "BES").details[0].target == "Execute Python Script BES"


def test_a_script_that_failed_without_a_traceback() -> None:
    error = ModuleFailure("work", "Execute Python Script", "0085", "It gave nothing.", type="ResultError")
    assert as_service_error(error).details[0].message == "Error 0085: The script failed:\nResultError: It gave nothing."


@pytest.mark.parametrize(
    ("failure", "status", "code", "detail"),
    [
        (("0001", "ModuleError", ""), 400, "ModuleExecutionError", "1"),
        (("1000", "LibraryError", ""), 400, "LibraryExecutionError", "1000"),
        (("0138", "MemoryError", ""), 413, "MemoryQuotaViolation", "OutOfMemoryLimit"),
        (("0085", "Timeout", ""), 408, "RequestTimeout", "ScoreRequestTimeout"),
        (("1000", "Timeout", ""), 408, "RequestTimeout", "ScoreRequestTimeout"),
        (("0085", "CpuTime", ""), 408, "RequestTimeout", "ScoreRequestTimeout"),
        (("0085", "Timeout", TRACE), 400, "ModuleExecutionError", "85"),  # an exception of the user's of that name
        (("0085", "Killed", ""), 500, "InternalError", "UnknownError"),
        (("1000", "Killed", ""), 500, "InternalError", "UnknownError"),
        (("0085", "Killed", TRACE), 400, "ModuleExecutionError", "85"),
        (("canceled", "Canceled", ""), 408, "RequestTimeout", "RequestCanceled"),
        (("usage", "ModuleError", ""), 400, "ModuleExecutionError", "usage"),
    ],
    ids=lambda value: "-".join(value)[:30] if isinstance(value, tuple) else str(value),
)
def test_failures_of_modules(failure: tuple[str, str, str], status: int, code: str, detail: str) -> None:
    number, kind, trace = failure
    told = as_service_error(ModuleFailure("n", "Score Model", number, "It failed.", type=kind, traceback=trace))
    assert (told.status, told.code, told.details[0].code) == (status, code, detail)
    assert told.details[0].target == "Score Model RRS"


@pytest.mark.parametrize(
    ("code", "status"),
    [("sandbox-unavailable", 503), ("jail-broken", 503), ("pool-lost", 503), ("store-failed", 503), ("store-damaged", 500),
     ("blob-missing", 500), ("environment-invalid", 500), ("canceled", 408), ("usage", 400), ("0048", 400)],
)  # fmt: skip
def test_errors_of_ours(code: str, status: int) -> None:
    error = BottegaError(code, path="/home/ann/secret", reason="why /home/ann", digest="0" * 64, name="env")
    told = as_service_error(error)
    assert told.status == status
    if status == 503:
        assert told.retry_after == 1
        assert "/home" not in str(told)


def test_an_answer_has_always_a_detail() -> None:
    told = ServiceError(401, "Unauthorized", "No key.").as_json()
    assert told == {
        "error": {
            "code": "Unauthorized",
            "message": "No key.",
            "details": [{"code": "Unauthorized", "target": "", "message": "No key."}],
        }
    }


def test_refusals_know_their_status() -> None:
    assert refused("NotFound", "WebServiceNotFound", "x").status == 404
    assert refused("BadArgument", "RequestBodyInvalid", "x", status=413).status == 413
    assert refused("Unheard", "Of", "A sentence.").message == "A sentence."
