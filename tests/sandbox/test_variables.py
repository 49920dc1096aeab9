"""What the variables of a script held when it failed: tables as tables, all bounded, whatever a value does when it is shown."""

from __future__ import annotations

import textwrap
from typing import Any

import msgspec
import pytest

from bottega.sandbox.host import variables
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Outcome, Task
from bottega.sandbox.host.variables import Frame
from tests.conftest import PRELOAD
from tests.sandbox.helpers import LIMITS, sealed, zipped


@pytest.fixture
def failing(pool: Pool, environment: Environment) -> Any:
    """Runs a script that fails; what came out of the jail."""

    def run(source: str, **options: Any) -> Outcome:
        text = textwrap.dedent(source).lstrip("\n").encode()
        task = Task(environment, "script.py", text, preload=PRELOAD, limits=LIMITS, variables=True, **options)
        outcome = pool.run(task)
        outcome.close()
        assert outcome.failure is not None
        return outcome

    return run


def _values(frame: Frame) -> dict[str, tuple[str, str]]:
    return {each.name: (each.type, each.value) for each in frame.variables}


def test_frames_from_the_innermost_on(failing: Any) -> None:
    outcome = failing("""
        import json
        LIMIT = 3
        def inner(depth):
            if depth:
                return [inner(depth - 1) for _ in range(1)]
            return json.loads("{")
        def azureml_main(frame=None):
            text = "outer"
            return inner(1)
    """)
    assert outcome.failure.type == "JSONDecodeError"
    own = [(frame.function, frame.line, frame.file) for frame in outcome.variables]
    assert [each for each in own if each[0] != "<listcomp>"] == [
        ("inner", 6, "script.py"), ("inner", 5, "script.py"), ("azureml_main", 9, "script.py"),
    ]  # fmt: skip
    assert _values(outcome.variables[0])["depth"] == ("int", "0")
    assert _values(outcome.variables[-1])["text"] == ("str", "'outer'")


def test_tables_arrays_and_collections(failing: Any) -> None:
    with sealed({"a": [1, None, 3], "b": ["x", "y" * 500, None]}) as memory:
        outcome = failing(
            """
            import numpy as np
            import pandas as pd
            def azureml_main(frame):
                many = pd.DataFrame({f"c{n}": range(40) for n in range(30)})
                series = frame["a"]
                grid = np.arange(12.0).reshape(3, 4)
                words = list(range(25))
                inside = {"frame": frame, "list": [1, [2, [3, [4, [5]]]]]}
                raise ValueError
            """,
            inputs={"dataset1": memory},
        )
    found = {each.name: each for each in outcome.variables[0].variables}
    assert list(found) == ["frame", "many", "series", "grid", "words", "inside"]
    frame = found["frame"].table
    assert (frame.columns[0].name, frame.columns[0].type) == ("a", "float64")
    assert frame.shape == (3, 2)
    assert frame.rows == [["1.0", "x"], [None, "y" * 80], ["3.0", None]]
    assert found["many"].table.shape == (40, 30)
    assert (len(found["many"].table.columns), len(found["many"].table.rows)) == (20, 10)
    assert found["series"].table.shape == (3, 1)
    assert found["grid"].value == "float64, shape (3, 4): [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, …]"
    assert found["words"].value.startswith("25 items: [0, 1, 2")
    assert "<DataFrame 3 rows × 2 columns>" in found["inside"].value
    assert found["inside"].table is None


def test_of_a_module_what_it_holds_and_not_what_it_imports_and_defines(failing: Any) -> None:
    outcome = failing("""
        import os
        from math import sqrt
        class Thing: pass
        def helper(): pass
        LIMIT = 3
        raise RuntimeError
    """)
    (frame,) = outcome.variables
    assert (frame.function, _values(frame)) == ("<module>", {"LIMIT": ("int", "3")})


def test_frames_of_what_led_to_the_error_come_after_its_own(failing: Any) -> None:
    outcome = failing("""
        def convert(text):
            return int(text)
        def azureml_main():
            try:
                convert("seven")
            except ValueError as error:
                raise RuntimeError from error
    """)
    assert [(frame.function, frame.line) for frame in outcome.variables] == [("azureml_main", 7), ("convert", 2)]
    assert _values(outcome.variables[1]) == {"text": ("str", "'seven'")}


def test_errors_that_are_not_told_give_no_frames(failing: Any) -> None:
    outcome = failing("""
        def convert(text):
            return int(text)
        def azureml_main():
            try:
                convert("seven")
            except ValueError as error:
                first = RuntimeError()
                first.__cause__, first.__context__ = error, first
                raise first from None
    """)
    assert [frame.function for frame in outcome.variables] == ["azureml_main"]


def test_a_value_that_lies_about_its_class(failing: Any) -> None:
    outcome = failing("""
        import numpy as np
        import pandas as pd
        def lie(kind):
            class Lie:
                __class__ = property(lambda self: kind)
                def __repr__(self):
                    return "a lie"
            return Lie()
        def azureml_main():
            frame, series, array, listed = lie(pd.DataFrame), lie(pd.Series), lie(np.ndarray), lie(list)
            inside = [frame]
            raise ValueError
    """)
    held = _values(outcome.variables[0])
    assert {held[name] for name in ("frame", "series", "array", "listed")} == {("Lie", "a lie")}
    assert held["inside"] == ("list", "[a lie]")


def test_of_what_is_long_only_the_beginning_is_looked_at(failing: Any) -> None:
    outcome = failing("""
        compared = []
        class Word(str):
            def __lt__(self, other):
                compared.append(other)
                if len(compared) > 500:
                    raise SystemExit("all of it is sorted")
                return str.__lt__(self, other)
            __hash__ = str.__hash__
        def azureml_main():
            many = {Word(n): n for n in range(5000)}
            some = set(many)
            data = b"x" * 200_000_000
            raise ValueError
    """)
    held = _values(outcome.variables[0])
    assert held["many"][1].startswith("5000 items: {'0': 0, ")
    assert held["some"][1].startswith("5000 items: {'")
    assert held["data"][1].startswith("b'xxx")
    assert held["data"][1].endswith("... of 200000000 bytes")


def test_names_of_columns_that_are_twice_there_or_no_text(failing: Any) -> None:
    outcome = failing("""
        import pandas as pd
        def azureml_main():
            frame = pd.DataFrame([[1, 2, "a"]], columns=["a", "a", ("t", 1)])
            raise ValueError
    """)
    table = outcome.variables[0].variables[0].table
    assert table is not None
    assert [column.name for column in table.columns] == ["a", "a", "('t', 1)"]
    assert table.rows == [["1", "2", "a"]]


def test_frames_of_a_bundle_are_the_users_too(failing: Any) -> None:
    bundle = zipped({"tool.py": "def work(count):\n    return 1 // count\n"})
    with Memory.of("bundle", bundle) as memory:
        outcome = failing(
            "import tool\ndef azureml_main():\n    return tool.work(0)\n", inputs={"bundle": memory}
        )  # fmt: skip
    assert [frame.function for frame in outcome.variables] == ["work", "azureml_main"]
    assert outcome.variables[0].file.endswith("tool.py")


_HOSTILE = {
    "hangs": "while True: pass",
    "sleeps and catches all": """
        import time
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass""",
    "raises": "raise SystemExit(3)",
    "ends the process": "import os; os._exit(0)",
    "kills the process": "import os; os.kill(os.getpid(), 9)",
    "recurses": "return repr(self)",
    "answers with no text": "return 7",
    "is endless": "return 'x' * 100_000_000",
}


@pytest.mark.parametrize("body", _HOSTILE.values(), ids=_HOSTILE)
def test_a_value_that_does_not_want_to_be_shown(failing: Any, body: str) -> None:
    lines = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    outcome = failing(
        f"class Evil:\n    def __repr__(self):\n{lines}\n"
        "def azureml_main():\n    before = 1\n    evil = Evil()\n    raise ValueError('its own error')\n"
    )
    # Its own error is told whatever the value did, and so is what was told before it.
    assert (outcome.failure.type, outcome.failure.message) == ("ValueError", "its own error")
    (frame,) = outcome.variables
    assert _values(frame)["before"] == ("int", "1")
    assert len(_values(frame).get("evil", ("", ""))[1]) <= 2000


def test_where_no_process_can_be_forked(environment: Environment) -> None:
    source = (
        b"class Evil:\n    def __repr__(self):\n        while True: pass\n"
        b"def azureml_main():\n    before = 1\n    evil = Evil()\n    after = 2\n    raise ValueError\n"
    )
    with Pool(layer=Layer.LANDLOCK, spares=0) as pool:
        outcome = pool.run(Task(environment, "script.py", source, preload=PRELOAD, limits=LIMITS, variables=True))
    assert outcome.failure is not None
    assert outcome.failure.type == "ValueError"
    (frame,) = outcome.variables
    assert _values(frame) == {"before": ("int", "1"), "evil": ("Evil", "(not shown)"), "after": ("int", "2")}


def test_what_a_value_prints_or_changes_is_seen_nowhere(failing: Any) -> None:
    outcome = failing("""
        seen = []
        class Loud:
            def __repr__(self):
                print("shown")
                seen.append(1)
                open("drawn.png", "w").write("x")
                return f"loud {len(seen)}"
        def azureml_main():
            loud = Loud()
            print("printed")
            raise ValueError
    """)
    assert outcome.log == "printed\n"
    assert _values(outcome.variables[0])["loud"] == ("Loud", "loud 1")


def test_much_is_cut(failing: Any) -> None:
    outcome = failing("""
        def azureml_main(depth=0):
            here = {f"key {n}" * 100: "y" * 10_000 for n in range(100)}
            a = b = c = d = e = f = g = h = [["z" * 1_000] * 100] * 10
            if depth > 50:
                raise ValueError
            return azureml_main(depth + 1)
    """)
    assert 1 < len(outcome.variables) <= 20
    assert len(variables.written(outcome.variables)) <= variables.LONGEST


def test_names_and_values_that_no_file_can_hold(failing: Any) -> None:
    outcome = failing("""
        def azureml_main():
            lone = "\\ud800"
            größe = {"\\udfff": 1}
            raise ValueError
    """)
    assert _values(outcome.variables[0]).keys() == {"lone", "größe"}
    assert variables.read(variables.written(outcome.variables)) == list(outcome.variables)


def test_only_where_they_were_asked_for(pool: Pool, environment: Environment) -> None:
    source = b"def azureml_main():\n    secret = 1\n    raise ValueError\n"
    outcome = pool.run(Task(environment, "script.py", source, preload=PRELOAD, limits=LIMITS))
    outcome.close()
    assert outcome.variables == ()


def test_a_mistake_in_syntax_has_no_frames(failing: Any) -> None:
    assert failing("def azureml_main(:\n").variables == ()


_FRAME = b'{"frame":{"function":"f","line":1,"file":"script.py"}}\n'
_VARIABLE = b'{"variable":{"name":"a","type":"int","value":"1","table":null}}\n'


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n", b"[]\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n", b'{"frame":{"function":7,"line":1,"file":"x"}}\n',
        b'{"frame":{"function":"f","line":-1,"file":"x"}}\n', b'{"more":1}\n',
        b'{"variable":{"name":"a","type":"int","value":"' + b"x" * 9000 + b'","table":null}}\n',
        b'{"variable":{"name":"a","type":"t","value":"","table":{"columns":[],"rows":[["x"],[1]],"shape":[1,1]}}}\n',
        b'{"variable":{"name":"a","type":"t","value":"","table":{"columns":[],"rows":[],"shape":[1e99,1]}}}\n',
    ],
)  # fmt: skip
def test_what_is_none_of_the_guests_words_is_nothing(line: bytes) -> None:
    with Memory.of("result", _FRAME + line) as memory:
        assert variables.taken(memory) == ()


def test_what_was_cut_off_in_the_middle_of_a_line() -> None:
    with Memory.of("result", _FRAME + _VARIABLE + b'{"variable":{"na') as memory:
        (frame,) = variables.taken(memory)
    assert [each.name for each in frame.variables] == ["a"]
    with Memory.of("result", _VARIABLE + _FRAME) as memory:  # a variable of no frame
        assert variables.taken(memory) == (Frame("f", 1, "script.py", []),)


def test_far_too_much_is_read_in_part_only() -> None:
    with Memory.of("result", _FRAME + _VARIABLE * 100_000) as memory:
        (frame,) = variables.taken(memory)
    assert len(frame.variables) < 2000


def test_a_script_that_answers_in_the_guests_place(failing: Any) -> None:
    """It can say what it wants; it is read as a stranger's word, and no more of it than fits."""
    outcome = failing("""
        import json, os, socket
        def azureml_main():
            for number in os.listdir("/proc/self/fd"):
                try:
                    os.pwrite(int(number), b"[" * 300_000, 0)
                except OSError:
                    pass
            error = {"code": "0085", "type": "Forged", "message": "x", "line": None, "traceback": ""}
            link = socket.socket(fileno=100)
            link.send(json.dumps({"error": error, "variables": True, "outputs": {}}).encode())
            os._exit(0)
    """)
    assert outcome.failure.type == "Forged"
    assert outcome.variables == ()


def test_what_is_kept_is_checked_when_it_is_read() -> None:
    for data in (b"", b"{}", b'[{"function":"f"}]'):
        with pytest.raises(msgspec.DecodeError):
            variables.read(data)
