"""Errors of a script: its own traceback, the line, the type and the message, and nothing of ours."""

from __future__ import annotations

import json
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest

import bottega.sandbox
from bottega.sandbox.host.task import Failure
from tests.clients.venv import interpreter
from tests.sandbox.helpers import Entries, Runner


def failure(run: Runner, source: str | bytes, **options: Any) -> Failure:
    """The failure of a script, checked for what no failure may hold."""
    error = run(source, **options).error
    for strange in ("/site-packages/", "bottega", "/job/", "lib/python", "importlib"):
        assert strange not in error.traceback, error.traceback
    assert len(error.message) <= 4000
    assert len(error.traceback) <= 32_000
    return error


def body(text: str) -> str:
    """A script whose function starts in line 4."""
    return "import os, sys\nimport pandas as pd\ndef azureml_main():\n" + textwrap.indent(textwrap.dedent(text), "    ")


def test_a_plain_error(run: Runner) -> None:
    """Type, message and line; the traceback names the script and shows its text."""
    error = failure(run, body("x = 0\nreturn 1 / x"), file_name="my analysis.py")
    assert (error.code, error.type, error.message, error.line) == ("0085", "ZeroDivisionError", "division by zero", 5)
    assert error.traceback.splitlines() == [
        "Traceback (most recent call last):",
        '  File "my analysis.py", line 5, in azureml_main',
        "    return 1 / x",
        "           ~~^~~",
        "ZeroDivisionError: division by zero",
    ]


def test_errors_at_the_top_level(run: Runner) -> None:
    """A script that fails before its function is called is told the same way."""
    error = failure(run, "import os\nopen('nothing.csv')\n")
    assert (error.type, error.line) == ("FileNotFoundError", 2)
    assert '  File "script.py", line 2, in <module>\n' in error.traceback


def test_errors_inside_libraries(run: Runner) -> None:
    """Of an error deep inside a library the script's own line is shown."""
    error = failure(run, body("frame = pd.DataFrame({'a': [1]})\nreturn frame['b']"))
    assert (error.type, error.message, error.line) == ("KeyError", "'b'", 5)
    assert error.traceback.count("  File ") == 1
    assert "    return frame['b']\n" in error.traceback


NESTED = """
def outer(values):
    return [inner(value) for value in values]

inner = lambda value: Check().divide(value)

class Check:
    def divide(self, value):
        def by(other):
            return value / other
        return by(0)
"""


def test_every_own_frame_is_shown(run: Runner) -> None:
    """Functions, lambdas, comprehensions, methods and inner functions; back from a library too."""
    error = failure(
        run,
        NESTED + "\ndef azureml_main():\n    import functools\n    functools.reduce(lambda a, b: outer([1]), [1, 2])\n",
    )
    assert (error.type, error.line) == ("ZeroDivisionError", 9)
    texts = ["functools.reduce(", "return [inner(value)", "inner = lambda", "return by(0)", "return value / other"]
    places = [error.traceback.index(text) for text in texts]
    assert places == sorted(places)
    assert "in outer\n" in error.traceback
    assert "in <lambda>\n" in error.traceback


def test_a_function_that_a_library_calls(run: Runner) -> None:
    """Own frames on both sides of a library's stay, the library's go."""
    error = failure(
        run, body("def half(row):\n    return row['nothing']\npd.DataFrame({'a': [1]}).apply(half, axis=1)")
    )
    assert (error.type, error.line) == ("KeyError", 5)
    assert [line for line in error.traceback.splitlines() if line.startswith("  File ")][-2:] == [
        '  File "script.py", line 6, in azureml_main',
        '  File "script.py", line 5, in half',
    ]


BUNDLE: Entries = {
    "tools.py": "def divide(value):\n    return value / 0\n",
    "package/__init__.py": "from .deep import divide\n",
    "package/deep.py": "\ndef divide(value):\n    return value / 0\n",
    "wrong.py": "def divide(:\n",
    "needs.py": "import not_there_at_all\n",
}


@pytest.mark.parametrize(
    ("statements", "type_", "own", "line", "text"),
    [
        ("import tools; tools.divide(1)", "ZeroDivisionError", "Script Bundle/tools.py", 2, "return value / 0"),
        ("import package; package.divide(1)", "ZeroDivisionError", "Script Bundle/package/deep.py", 3, "return value"),
        ("import wrong", "SyntaxError", "Script Bundle/wrong.py", 1, "def divide(:"),
        ("import needs", "ModuleNotFoundError", "Script Bundle/needs.py", 1, "import not_there_at_all"),
        (
            "sys.path[0] = '.\\\\Script Bundle'; import tools; tools.divide(1)",
            "ZeroDivisionError",
            "Script Bundle/tools.py",
            2,
            "return value / 0",
        ),
        (
            "sys.path.insert(0, './Script Bundle/package'); import deep; deep.divide(1)",
            "ZeroDivisionError",
            "Script Bundle/package/deep.py",
            3,
            "return value / 0",
        ),
    ],
)
def test_files_of_the_bundle(run: Runner, statements: str, type_: str, own: str, line: int, text: str) -> None:
    """They are named by their place in the bundle, with line and text; the failure's line is the script's."""
    error = failure(run, body(statements), bundle=BUNDLE)
    assert (error.type, error.line) == (type_, 4)
    assert f'  File "{own}", line {line}' in error.traceback
    assert f"    {text}" in error.traceback


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ("try:\n    1 / 0\nexcept Exception as e:\n    raise KeyError('k') from e", "was the direct cause of"),
        ("try:\n    1 / 0\nexcept Exception as e:\n    raise KeyError('k')", "another exception occurred"),
    ],
)
def test_chained_exceptions(run: Runner, statements: str, words: str) -> None:
    """What led to an exception is shown with its own lines."""
    error = failure(run, body(statements))
    assert (error.type, error.message, error.line) == ("KeyError", "'k'", 7)
    assert (
        error.traceback.index("ZeroDivisionError")
        < error.traceback.index(words)
        < error.traceback.index("KeyError: 'k'")
    )
    assert error.traceback.count('  File "script.py", line') == 2


def test_a_suppressed_cause(run: Runner) -> None:
    """`from None` hides what led there."""
    error = failure(run, body("try:\n    1 / 0\nexcept Exception as e:\n    raise KeyError('k') from None"))
    assert "ZeroDivisionError" not in error.traceback


def test_exception_groups(run: Runner) -> None:
    """All exceptions of a group are shown, with their own frames alone."""
    source = """
        import functools

        def azureml_main():
            caught = []
            for value in ("a", "b"):
                try:
                    functools.reduce(lambda a, b: int(value), [1, 2])
                except ValueError as error:
                    caught.append(error)
            raise ExceptionGroup("two of them", caught)
    """
    error = failure(run, source)
    assert (error.type, error.message, error.line) == ("ExceptionGroup", "two of them (2 sub-exceptions)", 10)
    assert error.traceback.count("line 7, in azureml_main") == error.traceback.count("in <lambda>") == 2
    assert "invalid literal for int() with base 10: 'b'" in error.traceback


def test_notes_of_an_exception(run: Runner) -> None:
    """Notes that were added to it are shown."""
    error = failure(run, body("e = ValueError('x')\ne.add_note('a hint')\nraise e"))
    assert error.traceback.endswith("ValueError: x\na hint\n")


@pytest.mark.parametrize(
    ("source", "type_", "line", "message", "caret"),
    [
        ("def f(:\n    pass\n", "SyntaxError", 1, "invalid syntax", "def f(:\n          ^"),
        ("x = 1\nprint 'hello'\n", "SyntaxError", 2, "Missing parentheses in call", "print 'hello'\n    ^^^"),
        ("x = (1,\ny = 2\n", "SyntaxError", 1, "'(' was never closed", "x = (1,\n        ^"),
        ("def f():\n    x = 1\n  y = 2\n", "IndentationError", 3, "unindent does not match", "y = 2\n"),
        ("def f():\nreturn 1\n", "IndentationError", 2, "expected an indented block", "return 1\n    ^^^^^^"),
        ("def f():\n    x = 1\n\ty = 2\n", "TabError", 3, "inconsistent use of tabs and spaces", "\ty = 2\n    ^"),
        ("x = 'open\n", "SyntaxError", 1, "unterminated string literal", "x = 'open\n        ^"),
        ("a = 1\nfor x in []: return 5\n", "SyntaxError", 2, "'return' outside function", "for x in []: return 5\n"),
        ("größe = 1\nö ü = 2\n", "SyntaxError", 2, "invalid syntax", "ö ü = 2\n      ^"),
    ],
)
def test_syntax_errors(run: Runner, source: str, type_: str, line: int, message: str, caret: str) -> None:
    """The line, its text and a caret under the place."""
    error = failure(run, source.encode())
    assert (error.code, error.type, error.line) == ("0085", type_, line)
    assert message in error.message
    assert f'  File "script.py", line {line}\n    {caret}' in error.traceback


@pytest.mark.parametrize(
    ("source", "type_", "message"),
    [
        (b"x = 1\0\n", "SyntaxError", "null bytes"),
        (b"# coding: nonsense\n", "SyntaxError", "unknown encoding: nonsense"),
        (b"x = '\xe9'\n", "SyntaxError", "utf-8"),
        (b"# coding: latin-1\ndef azureml_main(): raise ValueError('\xe9')\n", "ValueError", "é"),
        (b"\xef\xbb\xbfdef azureml_main():\r\n    raise ValueError('bom')\r\n", "ValueError", "bom"),
    ],
)
def test_encodings_of_the_source(run: Runner, source: bytes, type_: str, message: str) -> None:
    """Python finds the encoding, and says so when it cannot."""
    error = failure(run, source)
    assert error.type == type_
    assert message in error.message


def test_code_in_strings(run: Runner) -> None:
    """An error in text that the script evaluates points at the line that does so."""
    error = failure(run, body("return eval('1 +')"))
    assert (error.type, error.line) == ("SyntaxError", 4)
    assert '  File "<string>", line 1\n    1 +' in error.traceback


@pytest.mark.parametrize(
    "method",
    [
        "raise RuntimeError('no')",
        "return 5",
        "raise SystemExit(3)",
        "raise KeyboardInterrupt",
        "return self.x",
        "os._x()",
    ],
)
@pytest.mark.parametrize("name", ["__str__", "__repr__"])
def test_exceptions_that_cannot_be_shown(run: Runner, name: str, method: str) -> None:
    """An exception whose own text fails is told all the same."""
    source = f"import os\nclass Odd(Exception):\n    def {name}(self): {method}\n"
    error = failure(run, source + "def azureml_main():\n    raise Odd(Odd())\n")
    assert (error.code, error.type, error.line) == ("0085", "Odd", 5)
    assert "    raise Odd(Odd())\n" in error.traceback


def test_an_exception_whose_class_is_hostile(run: Runner) -> None:
    """Whatever an exception's class does when it is looked at, the run fails and says so."""
    source = (
        "class Meta(type):\n    def __getattribute__(self, name): raise KeyboardInterrupt(name)\n"
        "class Odd(Exception, metaclass=Meta): pass\ndef azureml_main():\n    raise Odd('x')\n"
    )
    error = failure(run, source)
    assert error.code == "0085"
    assert error.message


@pytest.mark.parametrize("letter", ["x", "é", "日", "😀", "\\x00", "\\ud800", "\\n", '"', "\\\\"])
def test_huge_messages(run: Runner, letter: str) -> None:
    """A message of a million letters, of whatever kind, is cut; the failure still says what and where."""
    error = failure(run, body(f"raise ValueError('{letter}' * 1_000_000)"))
    assert (error.code, error.type, error.line) == ("0085", "ValueError", 4)
    assert len(error.message) >= 1000
    assert "raise ValueError(" in error.traceback or len(error.traceback) == 4000


@pytest.mark.parametrize(
    "definition",
    [
        "def f(n): return f(n + 1)",
        "def f(n): return g(n)\ndef g(n): return f(n + 1)",
        "f = lambda n: [f(each) for each in [n]]",
    ],
)
def test_endless_recursion(run: Runner, definition: str) -> None:
    """RecursionError is told with a traceback of bounded length."""
    error = failure(run, definition + "\ndef azureml_main():\n    f(0)\n")
    assert (error.code, error.type) == ("0085", "RecursionError")
    assert "maximum recursion depth exceeded" in error.message


@pytest.mark.parametrize(
    ("statement", "module", "words"),
    [
        ("import cv2", "cv2", "The package 'opencv-python-headless' is not in the environment"),
        ("import skimage.io", "skimage", "The package 'scikit-image' is not in the environment"),
        ("from azure.storage.blob import BlobServiceClient", "azure", "The package 'azure-storage-blob' is not in"),
        (
            "import some_package_that_nobody_has",
            "some_package_that_nobody_has",
            "'some-package-that-nobody-has' is not in",
        ),
        (
            "import sklearn.cross_validation",
            "sklearn.cross_validation",
            "write from sklearn.model_selection import ...; or run it with old library names",
        ),
        ("from pandas.tools import plotting", "pandas.tools", "write pd.plotting, pd.concat, pd.merge"),
        ("import tools.nothing", "tools.nothing", "'tools' is there, but has no such module"),
        ("import urllib2", "urllib2", "its name in Python 2; here it is 'urllib.request'"),
        ("from StringIO import StringIO", "StringIO", "its name in Python 2; here it is 'io'"),
    ],
)
def test_missing_modules(run: Runner, statement: str, module: str, words: str) -> None:
    """The message names the package by the name to install, and how to get it."""
    error = failure(run, body(statement), bundle={"tools.py": ""})
    assert (error.code, error.type, error.line) == ("0085", "ModuleNotFoundError", 4)
    assert f"No module named '{module}'" in error.message
    assert words in error.message
    if "is not in" in words:
        assert "bottega environment create NAME --packages pandas " in error.message
        assert "script bundle" in error.message


REMOTE = """
import multiprocessing, concurrent.futures, joblib, sys

def work(value):
    return 1 / (value - value)

def azureml_main():
    {}
"""


@pytest.mark.parametrize(
    "call",
    [
        "multiprocessing.Pool(2).map(work, [1])",
        "list(concurrent.futures.ProcessPoolExecutor(2).map(work, [1]))",
        "list(concurrent.futures.ThreadPoolExecutor(2).map(work, [1]))",
        "joblib.Parallel(n_jobs=2)(joblib.delayed(work)(n) for n in range(3))",
        "joblib.Parallel(n_jobs=2, backend='threading')(joblib.delayed(work)(n) for n in range(3))",
        "multiprocessing.get_context('spawn').Pool(1).map(work, [1])",
    ],
)
def test_errors_of_workers(run: Runner, call: str) -> None:
    """Of an error in another process or thread the script's own lines are shown, and no others."""
    error = failure(run, REMOTE.format(call))
    assert (error.type, error.message) == ("ZeroDivisionError", "division by zero")
    assert '  File "script.py", line 4, in work\n' in error.traceback
    assert '  File "script.py", line 7, in azureml_main\n' in error.traceback


@pytest.mark.parametrize(
    ("statement", "type_", "message"),
    [
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "The script raised KeyboardInterrupt."),
        ("raise KeyboardInterrupt('x')", "KeyboardInterrupt", "The script raised KeyboardInterrupt."),
        ("raise GeneratorExit('g')", "GeneratorExit", "g"),
        ("raise StopIteration(5)", "StopIteration", "5"),
        ("raise StopAsyncIteration", "StopAsyncIteration", ""),
        ("raise Own('own')", "Own", "own"),
        ("raise BaseExceptionGroup('g', [Own('own')])", "BaseExceptionGroup", "g (1 sub-exception)"),
        ("sys.exit()", "SystemExit", "The script called sys.exit(). Return the result instead."),
        ("sys.exit(0)", "SystemExit", "The script called sys.exit(0). Return the result instead."),
        ("sys.exit(3)", "SystemExit", "The script called sys.exit(3). Return the result instead."),
        ("sys.exit('text')", "SystemExit", "The script called sys.exit('text'). Return the result instead."),
        ("exit(1)", "SystemExit", "The script called sys.exit(1). Return the result instead."),
        ("raise SystemExit", "SystemExit", "The script called sys.exit(). Return the result instead."),
    ],
)
@pytest.mark.parametrize("place", ["top", "main"])
def test_exceptions_that_are_no_errors(run: Runner, statement: str, type_: str, message: str, place: str) -> None:
    """What would end a Python program fails the run with its own message, at the top level as in the function."""
    source = "import sys\nclass Own(BaseException): pass\n"
    source += (
        f"def azureml_main():\n    {statement}\n" if place == "main" else f"\n{statement}\ndef azureml_main(): pass\n"
    )
    error = failure(run, source)
    assert (error.code, error.type, error.message, error.line) == ("0085", type_, message, 4)


_TOLD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from guest.traces import Places, describe
places = Places("/job/script/script.py", "/job/module/azureml_script.py", "/job/work")
try:
    exec(compile("int('seven')", "/job/script/script.py", "exec"))
except ValueError as error:
    print(json.dumps(describe(error, places)))
"""


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13"])
def test_errors_in_every_python_that_runs_the_guest(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    done = subprocess.run(
        [python, "-I", "-c", _TOLD, str(Path(bottega.sandbox.__file__).parent)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["type"], told["line"]) == ("ValueError", 1)
    assert told["message"].endswith("'seven'")
    assert told["traceback"].startswith('Traceback (most recent call last):\n  File "script.py", line 1')
