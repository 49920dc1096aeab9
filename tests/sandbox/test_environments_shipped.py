"""The environments that Bottega ships: what their locks promise, and that all of it can be imported in the jail."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from bottega.sandbox.host import build, interpreter, shipped
from bottega.sandbox.host.environment import ANACONDA, CLASSIC, SHIPPED
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Task

# Names in the packages that are no package's own module, or need what the jail or the machine has not.
EXCEPTIONS: Mapping[str, Mapping[str, str]] = {
    ANACONDA: {
        "adbc_driver_duckdb": "a part of duckdb for who installs its driver manager",
        "conftest": "tests of a package, which want pytest",
    },
    CLASSIC: {},
}
IMPORTS = b"""
import importlib, warnings
warnings.simplefilter("ignore")
def azureml_main():
    for name in NAMES:
        try:
            importlib.import_module(name)
        except BaseException as error:
            print("FAILED", name, type(error).__name__, error)
    print("all tried")
"""
NOT_WANTED = re.compile(r"^(torch|tensorflow|jax|triton|nvidia[a-z0-9-]*)==", re.MULTILINE)
OLD_NAMES = b"""
import numpy, pandas, sklearn, matplotlib
from azure.storage.blob import BlockBlobService
def azureml_main():
    print(pandas.__version__, sklearn.__version__, hasattr(pandas.DataFrame, "append"), BlockBlobService.__name__)
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_lock_has_hashes_and_no_hosts(name: str) -> None:
    lock = shipped.lock(name)
    packages = re.split(r"\n(?=\S)", lock.strip())
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in lock
    assert NOT_WANTED.search(lock) is None
    asked = [line for line in shipped.requirements(name).splitlines() if line and not line.startswith("#")]
    named = {package.split("==")[0].lower() for package in packages}
    assert {re.split(r"[;<>=\[ ]", line)[0].lower().replace("_", "-").replace(".", "-") for line in asked} <= {
        each.replace("_", "-").replace(".", "-") for each in named
    }


def test_there_is_the_breadth_of_the_old_product() -> None:
    asked = [line for line in shipped.requirements(ANACONDA).splitlines() if line and not line.startswith("#")]
    assert len(asked) >= 200
    default = [line for line in shipped.requirements("default").splitlines() if line and not line.startswith("#")]
    assert set(default) <= set(asked)


def test_classic_alone_has_old_names() -> None:
    assert [name for name in SHIPPED if shipped.has_old_names(name)] == [CLASSIC]


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", [CLASSIC, ANACONDA])
def test_everything_in_it_can_be_imported_in_the_jail(name: str) -> None:
    built = build.ensure(name, lambda _: None)
    assert build.ensure(name, lambda _: None) == built
    assert built.digest == build.digest(name)
    assert built.compatibility is (name == CLASSIC)
    wanted = sorted(built.modules - EXCEPTIONS[name].keys())
    assert EXCEPTIONS[name].keys() <= built.modules
    script = IMPORTS.replace(b"NAMES", repr(wanted).encode())
    limits = Limits(wall_seconds=2400, memory=8 << 30, processes=512)
    with Pool(layer=Layer.NAMESPACES, spares=0) as pool:
        outcome = pool.run(Task(built, "all.py", script, limits=limits))
        outcome.close()
    assert outcome.failure is None
    assert [line for line in outcome.log.splitlines() if line.startswith("FAILED")] == []
    assert outcome.log.rstrip().endswith("all tried")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_classic_has_what_old_scripts_call() -> None:
    built = build.ensure(CLASSIC, lambda _: None)
    with Pool(layer=Layer.NAMESPACES, spares=0) as pool:
        outcome = pool.run(Task(built, "old.py", OLD_NAMES))
        outcome.close()
    assert (outcome.failure, outcome.log.split()[2:]) == (None, ["True", "BlockBlobService"])
    if interpreter.base().numbers[:2] == (3, 11):
        assert outcome.log.split()[:2] == ["1.5.3", "1.2.2"]
