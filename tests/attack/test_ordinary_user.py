"""The same attacks where the host is an ordinary user, whose number the jail's processes then have too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bottega
from bottega.sandbox.host import build, folders, guest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottega.sandbox.host.environment import Environment

_USER = 65_533
_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_SOURCE = Path(bottega.__file__).parent

# One test of each promise; a job has the user's own number here, so files and processes depend on the jail alone.
_SMOKE = (
    "test_files.py::test_open_files_of_the_host_are_out_of_reach",
    "test_files.py::test_modes_owners_and_times_outside_stay",
    "test_files.py::test_a_folder_of_the_host_cannot_be_watched",
    "test_files.py::test_the_host_leaves_no_trace_in_the_environment",
    "test_network.py::test_nobody_is_reached",
    "test_network_profile.py::test_nothing_else_is_reached",
    "test_network_profile.py::test_what_the_ordinary_jail_does_not_reach",
    "test_network_profile.py::test_the_listeners_are_the_hosts_alone",
    "test_network_host.py::test_its_end_is_the_end_of_its_connections",
    "test_kernel.py::test_every_other_call_is_denied",
    "test_kernel.py::test_a_job_has_no_rights",
    "test_resources.py::test_threads_stop_at_the_limit",
    "test_resources.py::test_memory_of_one_process",
    "test_resources.py::test_memory_of_many_processes",
    "test_resources.py::test_the_folder_is_full_at_its_size",
    "test_resources.py::test_the_deadline_holds_while_the_job_takes_its_own_output_back",
    "test_resources.py::test_the_deadline_holds_for_many",
    "test_lifetime.py::test_nothing_outlives_its_job[namespaces-daemon-return]",
    "test_lifetime.py::test_a_job_ends_nobody_else",
    "test_lifetime.py::test_a_job_slows_nobody_else",
    "test_lifetime.py::test_a_killed_host_leaves_no_jail",
    "test_lifetime.py::test_a_killed_zygote_is_replaced",
    "test_lifetime.py::test_folders_nested_beyond_reason_are_removed",
    "test_results.py::test_a_result_is_frozen_before_it_is_read",
    "test_results.py::test_inputs_cannot_be_changed",
    "test_results.py::test_descriptors_of_a_job_are_not_taken",
)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder of the ordinary user's."""
    folder = Path(tempfile.mkdtemp(prefix="attack-user-"))
    os.chown(folder, _USER, _USER)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.usefixtures("as_root")
def test_the_jail_holds_for_an_ordinary_user(environment: Environment, scratch: Path) -> None:
    """Without root there are no control groups and no user of the jail's own: what is left has to do."""
    assert build.ensure("default", lambda _: None) == environment
    place = guest.folder(environment.interpreter)
    needed = {
        *environment.interpreter.folders, str(environment.folder), str(place), sys.prefix, str(_SOURCE), str(_ROOT),
        str(folders.home() / "environments" / "names" / "default.json"),
    }  # fmt: skip
    tests = [str(_HERE / name) for name in _SMOKE]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow",
               "-c", str(_ROOT / "pyproject.toml"), "--basetemp", str(scratch / "tests"), *tests]  # fmt: skip
    done = subprocess.run(
        [getattr(sys, "_base_executable", sys.executable), "-I", "-S", str(_SOURCE / "sandbox" / "host" / "as_user.py"),
         str(_USER), str(_USER), str(len(needed)), *sorted(needed), *command],
        env={"PATH": os.environ["PATH"], "HOME": str(scratch), "BOTTEGA_HOME": str(folders.home()), "LANG": "C.UTF-8",
             "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": f"{_SOURCE.parent}:{_ROOT}"},
        cwd=_ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "passed" in done.stdout
