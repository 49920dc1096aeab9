"""Scripts on Pythons that are too old for the code around them: the same rules, the same words."""

from __future__ import annotations

import shutil
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.sandbox.host import fonts
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import ScriptService, Workers
from bottega.sandbox.host.task import PortMapping
from tests import old_pythons
from tests.sandbox.helpers import LIMITS, MIB, Runner
from tests.sandbox.old_helpers import BACK, KINDS, old_runner, sealed_arrow, there_and_back


@pytest.fixture
def run(old_run: Runner) -> Runner:
    """Each of the old ones in turn."""
    return old_run


# The old libraries, really.


def test_a_script_of_its_time(run_27: Runner) -> None:
    ended = run_27("""
        # The script may not say what its coding is: äöü
        import pandas as pd, numpy as np
        def azureml_main(dataframe1 = None, dataframe2 = None):
            print 'Input pandas.DataFrame #1:\\r\\n\\r\\n{0}'.format(dataframe1)
            matrix = dataframe1.as_matrix()
            first = dataframe1.ix[0, 'a']
            for name, column in dataframe1.iteritems():
                print name, column.sum()
            more = dataframe1.append(dataframe1, ignore_index=True)
            more["text"] = "ü"
            return more.convert_objects(convert_numeric=True), first, matrix
    """, dataset1={"a": [1, 2], "b": [0.5, 1.5]})  # fmt: skip
    assert ended.columns == {"a": [1, 2, 1, 2], "b": [0.5, 1.5, 0.5, 1.5], "text": ["ü"] * 4}
    assert "a 3\nb 2.0\n" in ended.log
    assert any("2 more element(s)" in note and "numpy.ndarray" in note for note in ended.notes)


@pytest.mark.slow
def test_the_oldest_pandas(jails: Pool, tmp_path_factory: pytest.TempPathFactory) -> None:
    run = old_runner(old_pythons.OLDEST_27, jails, tmp_path_factory)
    table = Table(pa.table(KINDS)).arrow
    assert there_and_back(run, table).equals(table)
    ended = run("""
        import pandas as pd
        def azureml_main(frame):
            panel = pd.Panel({"x": frame})
            return frame.sort("a", ascending=False), panel
    """, dataset1={"a": [1, 3, 2]})  # fmt: skip
    assert ended.columns == {"a": [3, 2, 1]}


# The call.


@pytest.mark.parametrize(
    ("signature", "expected"),
    [("", "-"), ("a", "1"), ("a=None, b=None", "1 2"), ("a, b, c", "1 2 None"), ("*args", "1 2")],
)
def test_how_it_is_called(run: Runner, signature: str, expected: str) -> None:
    names = [name.split("=")[0].strip() for name in signature.split(",") if name]
    given = "list(args)" if signature == "*args" else f"[{', '.join(names)}]"
    shown = f"print(' '.join(str(x if x is None else x['n'][0]) for x in {given}) or '-')"
    source = f"def azureml_main({signature}):\n    {shown}\n"
    count = len([word for word in expected.split() if word.isdigit()])
    inputs: dict[str, Any] = {f"dataset{number}": {"n": [number]} for number in range(1, count + 1)}
    assert run(source, **inputs).log.strip() == expected


def test_words_of_today_may_be_names(run_27: Runner) -> None:
    source = "class Main(object):\n    def __call__(self, async, (x, y)=(1, 2)):\n        print len(async), x\nazureml_main = Main()\n"
    assert run_27(source, dataset1={"a": [1]}).log == "1 1\n"


def test_ports_and_parameters(run: Runner) -> None:
    source = "def azureml_main(a=None, b=None):\n    print(a is None, len(b))\n    return b, b\n"
    ended = run(source, dataset2={"a": [1]}, mapping=PortMapping.SLOTS)
    assert "True" in ended.log
    assert ended.result2 is not None
    error = run("def azureml_main(a):\n    return a,\n", dataset1={"a": [1]}, dataset2={"a": [1]}).error
    assert error.type == "CallError"


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        ("5", "of type int"),
        ("'x', 1", "first element is of type"),
        ("object()", "of type object"),
        ("{}", "of type dict"),
    ],
)
def test_what_is_no_frame(run: Runner, returned: str, words: str) -> None:
    error = run(f"def azureml_main():\n    return {returned}\n").error
    assert error.type == "ReturnError"
    assert words in error.message


def test_nothing_is_an_empty_table(run: Runner) -> None:
    ended = run("def azureml_main():\n    pass\n")
    assert ended.columns == {}
    assert any("returned nothing" in note for note in ended.notes)


@pytest.mark.parametrize(
    ("source", "words"), [("x = 1\n", "defines no function"), ("azureml_main = 5\n", "of type int")]
)
def test_no_function(run: Runner, source: str, words: str) -> None:
    assert words in run(source).error.message


# Errors.


def test_the_line_that_failed_and_the_own_traceback(run: Runner) -> None:
    error = run("""
        import helper
        def azureml_main(frame):
            return helper.inner(frame)
    """, dataset1={"a": [1]}, bundle={"helper.py": "def inner(frame):\n    return frame['nö']\n".encode()
         if run.environment.name != "old_27" else "def inner(frame):\n    return frame['no']\n"}).error  # fmt: skip
    assert error.type == "KeyError"
    assert error.line == 3
    assert 'File "script.py", line 3, in azureml_main' in error.traceback
    assert 'File "Script Bundle/helper.py", line 2, in inner' in error.traceback
    assert "return helper.inner(frame)" in error.traceback
    assert "pandas/" not in error.traceback
    assert "bottega" not in error.traceback


def test_errors_in_other_words(run: Runner) -> None:
    def message(body: str) -> str:
        return run(f"# coding: utf-8\ndef azureml_main():\n    {body}\n").error.message

    assert message("raise ValueError(u'grö\u00dfe')") == "größe"
    assert "sys.exit(3)" in message("import sys; sys.exit(3)")
    if run.environment.name != "old_27":  # which tells the last part of a name alone
        assert "no such module" in message("import pandas.nothing")
    assert "nothing_at_all" in message("import nothing_at_all.more")
    assert message("raise KeyboardInterrupt()") == "The script raised KeyboardInterrupt."


def test_a_class_of_the_old_style_can_be_raised(run_27: Runner) -> None:
    error = run_27(
        "class Odd:\n    def __str__(self):\n        return 'odd'\ndef azureml_main():\n    raise Odd()\n"
    ).error
    assert (error.type, error.message, error.line) == ("Odd", "odd", 5)


def test_what_led_to_an_error_is_told(run_36: Runner) -> None:
    error = run_36("""
        def azureml_main():
            try:
                1 / 0
            except ZeroDivisionError as error:
                raise ValueError("x") from error
    """).error
    assert "ZeroDivisionError: division by zero" in error.traceback
    assert "direct cause" in error.traceback
    assert error.line == 5


def test_syntax_that_it_does_not_understand(run_27: Runner, run_36: Runner) -> None:
    error = run_27("import os\nf'{os}'\n").error
    assert (error.type, error.line) == ("SyntaxError", 2)
    assert "f'{os}'" in error.traceback
    error = run_36("import os\nprint 'x'\n").error
    assert (error.type, error.line) == ("SyntaxError", 2)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("os._exit(7)", "Exit", "exit code 7"),
        ("os.kill(os.getpid(), 11)", "Crash", "SIGSEGV"),
        ("os.kill(os.getpid(), 15)", "Killed", "SIGTERM"),
    ],
)
def test_how_a_process_ends(run: Runner, body: str, kind: str, words: str) -> None:
    error = run(f"import os\ndef azureml_main():\n    print('before')\n    {body}\n").error
    assert error.type == kind
    assert words in error.message


def test_memory_and_time(run: Runner) -> None:
    small = Limits(wall_seconds=60, memory=512 * MIB)
    assert run("def azureml_main():\n    x = bytearray(1 << 30)\n", limits=small).error.code == "0138"
    short = Limits(wall_seconds=1.0)
    assert run("def azureml_main():\n    while True:\n        pass\n", limits=short).error.type == "Timeout"
    busy = Limits(wall_seconds=60, cpu_seconds=1)
    assert run("def azureml_main():\n    while True:\n        pass\n", limits=busy).error.type == "CpuTime"


def test_an_environment_without_pandas_says_so(
    jails: Pool, run_36: Runner, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bare = replace(
        run_36.environment, name="bare", digest="bare", program=run_36.environment.interpreter.path, shown=()
    )
    error = Runner(jails, bare, ())(BACK, dataset1={"a": [1]}).error
    assert error.type == "EnvironmentError"
    assert "'bare'" in error.message
    assert "numpy" in error.message.lower()


def test_a_python_that_ends_at_once_is_told(jails: Pool, run_36: Runner, tmp_path: Path) -> None:
    """Such as one that misses a library of the machine."""
    tmp_path.chmod(0o755)
    program = Path(shutil.copy("/bin/false", tmp_path / "python"))
    dead = replace(run_36.environment, name="dead", digest="dead", program=str(program), shown=(str(tmp_path),))
    error = Runner(jails, dead, ())(BACK, dataset1={"a": [1]}).error
    assert error.type == "EnvironmentError"
    assert "'dead' cannot run scripts: it ended with exit code 1" in error.message


# What is printed, drawn and left.


def test_prints_come_in_order_and_as_text(run: Runner) -> None:
    ended = run("""
        # coding: utf-8
        from __future__ import print_function
        import os, sys
        print(u"grün", "日本")
        def azureml_main():
            sys.stderr.write("2\\n")
            print("3")
            sys.stdout.flush()
            os.system("/bin/true")
            sys.stdout.write("4")
    """)
    assert ended.failure is None, ended.failure
    assert ended.log == "grün 日本\n2\n3\n4"


def test_it_prints_while_it_runs(run: Runner) -> None:
    heard: list[str] = []
    run("def azureml_main():\n    print('one')\n    print('two')\n", printed=heard.append)
    assert "".join(heard) == "one\ntwo\n"


def test_pictures(run_27: Runner) -> None:
    ended = run_27("""
        import matplotlib
        matplotlib.use("Qt4Agg")
        import matplotlib.pyplot as plt
        def azureml_main(frame):
            plt.switch_backend("TkAgg")
            plt.plot(frame["a"])
            plt.savefig("saved.png")
            plt.figure(7)
            plt.plot([1, 2])
            plt.show()
            return frame,
    """, dataset1={"a": [1, 2, 3]})  # fmt: skip
    assert ended.failure is None, ended.failure
    assert ended.picture_names == ["saved.png", "figure_7.png"]
    assert all(picture.data.startswith(b"\x89PNG") for picture in ended.pictures)
    assert struct.unpack(">II", ended.pictures[0].data[16:24]) > (100, 100)


@pytest.mark.slow
def test_the_list_of_fonts_is_made_once(tmp_path: Path) -> None:
    """matplotlib before its version 3 has another name for it."""
    environment = old_pythons.environment(old_pythons.OLD_27, tmp_path)
    fonts.make_list(environment)
    assert [path.name for path in (environment.folder / fonts.FOLDER).iterdir()] == ["fontList.json"]


def test_pictures_of_a_script_that_fails(run_27: Runner) -> None:
    source = "import pylab\npylab.plot([1, 2])\ndef azureml_main():\n    raise ValueError()\n"
    ended = run_27(source)
    assert ended.error.type == "ValueError"
    assert ended.picture_names == ["figure_1.png"]


def test_the_bundle(run: Runner) -> None:
    ended = run("""
        import sys
        import pandas as pd
        import own.inner
        import tool
        def azureml_main():
            text = open("Script Bundle/data.txt").read() + open(".\\\\Script Bundle\\\\data.txt").read()
            return pd.DataFrame({"a": [own.inner.NAME, text, tool.NAME, str(sys.path[0].endswith("Script Bundle"))]}),
    """, bundle={"own/__init__.py": "", "own/inner.py": "NAME = 'own'\n", "data.txt": "data", "tool.py": "NAME = 'tool'\n"})  # fmt: skip
    assert ended.columns == {"a": ["own", "datadata", "tool", "True"]}


def test_a_bad_bundle(run: Runner) -> None:
    assert run(BACK, dataset1={"a": [1]}, bundle=b"no zip").error.code == "0102"


def test_files(run: Runner) -> None:
    source = (
        "import os\ndef azureml_main():\n    os.makedirs('outputs/x')\n    open('outputs/x/a.txt', 'w').write('a')\n"
    )
    assert run(source).files == {"x/a.txt": b"a"}


def test_the_script_is_a_module_with_a_file(run: Runner) -> None:
    ended = run("""
        import os, pickle, sys
        class Model(object):
            pass
        def azureml_main():
            assert sys.argv == [__file__] and os.path.basename(__file__) == "script.py"
            assert __name__ == "azureml_script" and sys.modules[__name__].Model is Model
            assert isinstance(pickle.loads(pickle.dumps(Model())), Model)
            assert os.listdir(".") == [] and not [name for name in sys.path if "bottega_" in name or "guest" in name]
            assert os.path.isfile(os.path.join(os.environ["TMPDIR"], "start")) is False
    """)
    assert ended.failure is None, ended.failure


def test_processes_of_the_script_find_its_functions(run: Runner) -> None:
    ended = run("""
        import multiprocessing
        import pandas as pd
        def double(x):
            return 2 * x
        def azureml_main():
            workers = multiprocessing.Pool(2)
            try:
                return pd.DataFrame({"a": workers.map(double, [1, 2])}),
            finally:
                workers.terminate()
    """)
    assert ended.failure is None, ended.failure
    assert ended.columns == {"a": [2, 4]}


def test_random_numbers_differ_unless_seeded(run: Runner) -> None:
    source = "import random\nimport numpy as np, pandas as pd\n{}\ndef azureml_main():\n"
    source += "    return pd.DataFrame({{'a': [np.random.rand(), random.random()]}}),\n"
    first, second = (run(source.format("")).values for _ in range(2))
    assert first != second
    first, second = (run(source.format("np.random.seed(1); random.seed(1)")).values for _ in range(2))
    assert first == second


# Services.


def _served(jails: Pool, run: Runner, source: str, *, reuse: bool) -> Workers:
    service = ScriptService(run.environment, "script.py", source.encode(), limits=LIMITS)
    return Workers(jails, service, reuse=reuse, spares=1, most=2)


def test_a_service(jails: Pool, run: Runner, reuse: bool) -> None:
    source = "print('loaded')\ncalls = []\ndef azureml_main(f):\n    calls.append(1)\n    print(len(calls))\n"
    source += "    f['b'] = f['a'] * 2\n    return f,\n"
    workers = _served(jails, run, source, reuse=reuse)
    try:
        logs = []
        for number in range(3):
            with sealed_arrow(pa.table({"a": [number]})) as memory:
                outcome = workers.call({"dataset1": memory})
            assert outcome.failure is None, outcome.failure
            result = exchange.read_untrusted(pa.py_buffer(outcome.outputs["result"].read()), "result")
            assert result.arrow.to_pydict() == {"a": [number], "b": [number * 2]}
            logs.append(outcome.log)
            outcome.close()
        assert logs[0] == "loaded\n1\n"
        assert logs[2] == ("3\n" if reuse else "loaded\n1\n")
    finally:
        workers.close()


def test_a_service_goes_on_after_errors_and_ends(jails: Pool, run_27: Runner, reuse: bool) -> None:
    source = "import os\ndef azureml_main(f):\n    kind = f['a'][0]\n    if kind == 1: raise ValueError('one')\n"
    source += "    if kind == 2: os._exit(9)\n    return f,\n"
    workers = _served(jails, run_27, source, reuse=reuse)
    try:
        kinds = []
        for number in (0, 1, 0, 2, 0):
            with sealed_arrow(pa.table({"a": [number]})) as memory:
                outcome = workers.call({"dataset1": memory})
            kinds.append(outcome.failure.type if outcome.failure is not None else "")
            outcome.close()
        assert kinds == ["", "ValueError", "", "Exit", ""]
    finally:
        workers.close()


def test_a_service_that_cannot_be_loaded(jails: Pool, run_27: Runner, reuse: bool) -> None:
    workers = _served(jails, run_27, "raise ValueError('at the top')\n", reuse=reuse)
    try:
        with sealed_arrow(pa.table({"a": [1]})) as memory:
            outcome = workers.call({"dataset1": memory})
        assert outcome.failure is not None
        assert (outcome.failure.message, outcome.failure.line) == ("at the top", 1)
        outcome.close()
    finally:
        workers.close()
