"""What is said of a module that an environment lacks; the module's name is whatever a jail says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bottega.sandbox.host import distributions
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.task import Failure
from tests.sandbox.helpers import Runner
from tests.sandbox.test_errors import body, failure

FAILURE = Failure("0085", "ModuleNotFoundError", "No module named 'x'")


@pytest.mark.parametrize(
    ("module", "package"),
    [("cv2", "opencv-python-headless"), ("sklearn.svm", "scikit-learn"), ("PIL.Image", "pillow"), ("yaml", "pyyaml"),
     ("no_such_thing", "no-such-thing")],
)  # fmt: skip
def test_the_package_goes_by_the_name_to_install(environment: Environment, module: str, package: str) -> None:
    assert f"The package {package!r} is not in the environment default" in distributions.advice(module, environment)
    assert f"bottega environment create NAME --packages pandas {package}" in distributions.advice(module, environment)


def test_shipped_environments_that_have_it_are_named(
    environment: Environment, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTTEGA_HOME", str(tmp_path))  # where none is built: by their definitions
    told = distributions.advice("sklearn", replace(environment, name="mine", requirements="pandas"))
    assert "default, classic and anaconda have it (--environment default)" in told
    assert "bottega environment update mine --add scikit-learn" in told
    told = distributions.advice("bokeh", environment)
    assert "classic and anaconda have it (--environment classic)" in told


def test_where_a_package_is_added(environment: Environment) -> None:
    inline = distributions.advice("rich", replace(environment, name="script-0123456789ab"))
    assert "Add 'rich' to the dependencies in the script's `# /// script` block" in inline
    theirs = replace(environment, name="theirs", kind="registered", program="/x/bin/python")
    assert "Install it there, for /x/bin/python" in distributions.advice("rich", theirs)
    locked = distributions.advice("rich", replace(environment, name="locked", requirements=""))
    assert "To make one that has it: bottega environment create NAME --packages pandas rich" in locked


@pytest.mark.parametrize("missing", [None, 3, "", "a b", "x; rm -rf /", "$(x)", "ünder", "a" * 201, "..", ["x"], "x\n"])
def test_what_is_no_name_of_a_module_is_not_repeated(environment: Environment, missing: object) -> None:
    assert distributions.explained(FAILURE, {"error": {"missing": missing}}, environment) == FAILURE
    assert distributions.explained(FAILURE, {"error": missing}, environment) == FAILURE
    assert distributions.explained(None, {}, environment) is None


def test_an_error_that_a_missing_package_led_to(run: Runner) -> None:
    """A library, or the script, may tell it in its own words."""
    text = "try:\n    import humanize\nexcept ImportError as error:\n    raise ImportError('no humanize') from error"
    assert failure(run, body(text)).message.startswith(
        "no humanize. The package 'humanize' is not in the environment default"
    )


def test_another_name_in_a_package_is_none_that_is_missing(run: Runner) -> None:
    assert "is not in the environment" not in run(body("from pandas import nothing_of_the_kind")).error.message
