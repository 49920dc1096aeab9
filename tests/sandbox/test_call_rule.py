"""The call rule: which table reaches which parameter, and what may be called."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.sandbox.host.task import PortMapping
from tests.sandbox.helpers import Columns, Runner

ONE: Columns = {"one": [1]}
TWO: Columns = {"two": [2]}
CONNECTED, SLOTS = PortMapping.CONNECTED, PortMapping.SLOTS

# Each argument as its column's name; everything that is no frame as it is.
SHOW = """
import functools
import pandas as pd

def shown(*arguments, **named):
    names = [list(each.columns)[0] if isinstance(each, pd.DataFrame) else each for each in arguments]
    named = {key: list(each.columns)[0] if isinstance(each, pd.DataFrame) else each for key, each in named.items()}
    return pd.DataFrame({"shown": [repr((names, named))]})
"""


def ports(which: str) -> dict[str, Any]:
    """The inputs of a run: `which` names the connected ports."""
    return {f"dataset{port}": columns for port, columns in (("1", ONE), ("2", TWO)) if port in which}


@pytest.mark.parametrize(
    ("connected", "mapping", "arguments"),
    [
        ("", CONNECTED, [None, None]),
        ("1", CONNECTED, ["one", None]),
        ("2", CONNECTED, ["two", None]),
        ("12", CONNECTED, ["one", "two"]),
        ("", SLOTS, [None, None]),
        ("1", SLOTS, ["one", None]),
        ("2", SLOTS, [None, "two"]),
        ("12", SLOTS, ["one", "two"]),
    ],
)
def test_tables_reach_parameters_by_the_mapping(
    run: Runner, connected: str, mapping: PortMapping, arguments: list[str | None]
) -> None:
    """Connected ports in order, or each port its own parameter; what nothing feeds is None."""
    source = SHOW + "def azureml_main(dataframe1, dataframe2):\n    return shown(dataframe1, dataframe2)\n"
    ended = run(source, mapping=mapping, **ports(connected))
    assert ended.value == repr((arguments, {}))


@pytest.mark.parametrize(
    ("definition", "connected", "arguments", "named"),
    [
        ("def azureml_main(): return shown()", "", [], {}),
        ("def azureml_main(anything): return shown(anything)", "1", ["one"], {}),
        ("def azureml_main(anything): return shown(anything)", "2", ["two"], {}),
        ("def azureml_main(anything): return shown(anything)", "", [None], {}),
        ("def azureml_main(a, b, c): return shown(a, b, c)", "12", ["one", "two", None], {}),
        ("def azureml_main(a, b, /): return shown(a, b)", "1", ["one", None], {}),
        ("def azureml_main(größe, *, λ): return shown(größe, λ=λ)", "1", ["one"], {"λ": None}),
        ("def azureml_main(a, *, key=7): return shown(a, key=key)", "1", ["one"], {"key": 7}),
        ("def azureml_main(a=5, b='x'): return shown(a, b)", "", [5, "x"], {}),
        ("def azureml_main(a=5, b='x'): return shown(a, b)", "2", ["two", "x"], {}),
        ("def azureml_main(a, b=3): return shown(a, b)", "", [None, 3], {}),
        ("def azureml_main(*frames): return shown(*frames)", "", [], {}),
        ("def azureml_main(*frames): return shown(*frames)", "12", ["one", "two"], {}),
        ("def azureml_main(a, *frames): return shown(a, *frames)", "12", ["one", "two"], {}),
        ("def azureml_main(a, **others): return shown(a, **others)", "1", ["one"], {}),
        ("def azureml_main(a: 'Frame', b: int = 3) -> 'Frame': return shown(a, b)", "1", ["one", 3], {}),
        ("azureml_main = lambda a, b=2: shown(a, b)", "1", ["one", 2], {}),
        ("azureml_main = functools.partial(shown, 'first')", "2", ["first", "two"], {}),
        ("azureml_main = functools.partial(lambda a, b: shown(a, b), b=9)", "1", ["one", 9], {}),
        ("class Entry:\n def __call__(self, a, b): return shown(a, b)\nazureml_main = Entry()", "1", ["one", None], {}),
        ("class Entry:\n def run(self, a): return shown(a)\nazureml_main = Entry().run", "1", ["one"], {}),
        ("@functools.lru_cache\ndef azureml_main(a=4): return shown(a)", "", [4], {}),
        ("@functools.wraps(shown)\ndef azureml_main(*a, **k): return shown(*a, **k)", "12", ["one", "two"], {}),
    ],
)
def test_any_signature_and_any_callable(
    run: Runner, definition: str, connected: str, arguments: list[Any], named: dict[str, Any]
) -> None:
    """Any names and kinds of parameters; defaults stand where no port feeds; None where there is none."""
    assert run(SHOW + definition, **ports(connected)).value == repr((arguments, named))


@pytest.mark.parametrize("connected", ["2", "12"])
def test_all_positions_of_slots_reach_var_positional(run: Runner, connected: str) -> None:
    """With `slots`, *args gets None for a gap before a table."""
    source = SHOW + "def azureml_main(*frames): return shown(*frames)"
    expected = [None if connected == "2" else "one", "two"]
    assert run(source, mapping=SLOTS, **ports(connected)).value == repr((expected, {}))


@pytest.mark.parametrize(
    ("parameters", "connected", "mapping", "words"),
    [
        ("", "1", CONNECTED, "1 data port is connected, but azureml_main takes no parameters"),
        ("", "12", CONNECTED, "2 data ports are connected, but azureml_main takes no parameters"),
        ("a", "12", CONNECTED, "2 data ports are connected, but azureml_main takes 1 parameter."),
        ("a=1", "12", CONNECTED, "2 data ports are connected, but azureml_main takes 1 parameter."),
        ("a", "2", SLOTS, "Port 2 is connected and each port is its own parameter, but azureml_main takes 1"),
        ("*, key", "1", CONNECTED, "1 data port is connected"),
    ],
)
def test_more_tables_than_parameters(
    run: Runner, parameters: str, connected: str, mapping: PortMapping, words: str
) -> None:
    """More connected ports than parameters is a clear error."""
    ended = run(f"def azureml_main({parameters}): pass", mapping=mapping, **ports(connected))
    assert (ended.error.code, ended.error.type) == ("0085", "CallError")
    assert words in ended.error.message


def test_a_type_error_of_the_script_is_its_own(run: Runner) -> None:
    """A wrong call inside the script is not taken for a wrong signature of azureml_main."""
    ended = run("def helper(a, b): pass\ndef azureml_main(x):\n    return helper(x)\n", dataset1=ONE)
    assert ended.error.type == "TypeError"
    assert "helper() missing 1 required positional argument: 'b'" in ended.error.message
    assert ended.error.line == 3


def test_the_last_definition_wins(run: Runner) -> None:
    """The last azureml_main in the file is the one that runs."""
    source = SHOW + "def azureml_main(a, b): return shown(1)\ndef azureml_main(a): return shown(2)\n"
    assert run(source, dataset1=ONE).value == "([2], {})"


def test_top_level_runs_once_in_a_module_with_a_file(run: Runner) -> None:
    """Top-level code runs once, in a module that is known by its name and has the script's own file."""
    source = """
        import inspect, os, sys
        import pandas as pd
        print("top level")

        def azureml_main():
            own = sys.modules[azureml_main.__module__]
            facts = [
                os.path.isfile(__file__),
                own.__file__ == __file__,
                own.azureml_main is azureml_main,
                "facts" in inspect.getsource(azureml_main),
                sys.argv == [__file__],
                __name__ != "__main__",
            ]
            return pd.DataFrame({"facts": facts, "name": os.path.basename(__file__)})
    """
    ended = run(source, file_name="Rank features (2).py")
    assert ended.columns == {"facts": [True] * 6, "name": ["Rank features (2).py"] * 6}
    assert ended.log == "top level\n"


@pytest.mark.parametrize("name", ["random.py", "statistics.py", "pandas.py", "seaborn.py", "no_extension", "ö ü.py"])
def test_the_file_may_have_any_name(run: Runner, name: str) -> None:
    """A script that is called like a module does not stand in that module's way."""
    module = name.removesuffix(".py")
    source = f"""
        import importlib
        import pandas as pd
        def azureml_main():
            spec = importlib.util.find_spec({module!r})
            return pd.DataFrame({{"shadowed": [spec is not None and spec.origin == __file__]}})
    """
    assert run(source, file_name=name).value is False


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "script.py defines no function azureml_main"),
        ("def azure_main(a): return a", "script.py defines no function azureml_main"),
        ("azureml_main = None", "script.py defines no function azureml_main"),
        ("azureml_main = 5", "is of type int, not a function"),
        ("import json as azureml_main", "is of type module, not a function"),
    ],
)
def test_no_function_to_call(run: Runner, source: str, words: str) -> None:
    """A missing azureml_main, and one that cannot be called, are told with what to do."""
    error = run(source).error
    assert (error.code, error.type) == ("0085", "MissingFunction")
    assert words in error.message


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        ("async def azureml_main(a): return a", "coroutine"),
        ("def azureml_main(a): yield a", "generator"),
        ("async def azureml_main(a): yield a", "async_generator"),
    ],
)
def test_async_functions_and_generators(run: Runner, definition: str, kind: str) -> None:
    """What such a function returns is named by its type, and nothing is printed of it."""
    ended = run(definition, dataset1=ONE)
    assert (ended.error.code, ended.error.type) == ("0085", "ReturnError")
    assert f"returned a value of type {kind};" in ended.error.message
    assert ended.log == ""
