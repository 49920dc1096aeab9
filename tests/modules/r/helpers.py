"""What the tests of modules in R share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sandbox.host import r_runtime
from bottega.sdk import catalogue
from bottega.sdk.notes import collect
from bottega.sdk.values import Device, Zip
from tests.sandbox.helpers import zipped

needs_r = pytest.mark.skipif(r_runtime.find() is None, reason="there is no R here")
IDENTITY = 'x <- maml.mapInputPort(1)\nmaml.mapOutputPort("x")\n'


def execute(
    script: str, *tables: Table | None, bundle: Mapping[str, bytes | str] | None = None, **parameters: Any
) -> tuple[Table, Device]:
    """Both outputs of Execute R Script."""
    first, second = (*tables, None, None)[:2]
    archive = None if bundle is None else Zip(zipped(bundle))
    spec = catalogue.get("execute-r-script")
    outputs = spec.function(first, second, archive, **spec.convert({"script": script, **parameters}))
    return outputs.result_dataset, outputs.r_device


def result(script: str, *tables: Table | None, **parameters: Any) -> dict[str, list[Any]]:
    """The result's columns."""
    return execute(script, *tables, **parameters)[0].arrow.to_pydict()


def failing(script: str, *tables: Table | None, code: str = "0063", **parameters: Any) -> BottegaError:
    """The error of a script."""
    with pytest.raises(BottegaError) as caught:
        execute(script, *tables, **parameters)
    assert caught.value.code == code, str(caught.value)
    assert "unknown " not in str(caught.value), "every fact of the sentence is given"
    return caught.value


def notes(script: str, *tables: Table | None, **parameters: Any) -> list[str]:
    """What is remarked beside the result."""
    told = collect()
    execute(script, *tables, **parameters)
    return told


def rscript(text: str, folder: Path) -> str:
    """What R prints that is started by itself."""
    program = shutil.which("Rscript")
    assert program is not None
    done = subprocess.run([program, "-e", text], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout
