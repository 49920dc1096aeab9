"""matplotlib's list of fonts, made once for an environment instead of at every start in a jail."""

from __future__ import annotations

import contextlib
import os
import re

from bottega.errors import BottegaError
from bottega.sandbox.host import assurance
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.task import Outcome, Task

FOLDER = "matplotlib"
_SCRIPT = b"""
import glob, os, shutil
import matplotlib, matplotlib.font_manager
def azureml_main():
    os.mkdir("outputs")
    for path in glob.glob(os.path.join(matplotlib.get_cachedir(), "font[lL]ist*.json")):
        shutil.copy(path, "outputs")
"""
_NAME = re.compile(r"fontlist-[\w.]{1,20}\.json|fontList\.json")  # the latter before matplotlib 3
_LARGEST = 8 << 20


def make_list(environment: Environment) -> None:
    """Let matplotlib make its list in a jail and keep it beside the environment.

    Without a jail or without matplotlib there is no list, and each start makes its own.
    """
    if "matplotlib" not in environment.modules or (environment.folder / FOLDER).exists():
        return
    with contextlib.suppress(BottegaError, OSError), assurance.open_pool(environment, (), spares=0) as pool:
        outcome = pool.run(Task(environment, "fonts.py", _SCRIPT))
        try:
            _keep(environment, outcome)
        finally:
            outcome.close()


def _keep(environment: Environment, outcome: Outcome) -> None:
    """The list is JSON that only jails read; here it is but a bounded file with a known name."""
    files = outcome.outputs.get("files")
    if files is None:
        return
    unfinished = environment.folder / f".{FOLDER}.{os.getpid()}"
    unfinished.mkdir(mode=0o755)
    import zipfile  # late: every command imports this module, few make a list

    with os.fdopen(os.dup(files.descriptor), "rb") as file, zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if _NAME.fullmatch(entry.filename) and entry.file_size <= _LARGEST:
                path = unfinished / entry.filename
                path.write_bytes(archive.read(entry))
                path.chmod(0o644)
    unfinished.rename(environment.folder / FOLDER)
