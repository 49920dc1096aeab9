"""Python 2 becomes Python 3: the same result as Python 2.7 gives, and hostile texts end where they should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.migration import process, python2
from bottega.migration.finding import Answer
from tests.clients.venv import interpreter

# Each prints what it found, so that both Pythons can be compared.
SAME = {
    "print": 'print "a", 1,\nprint "b"\nprint\nprint ("c")\nprint "%s-%s" % (1, 2)',
    "print to a file": 'import sys\nprint >>sys.stdout, "a", "b"',
    "except": 'try:\n    raise ValueError, "wrong"\nexcept (ValueError, TypeError), e:\n    print str(e)',
    "backticks": "x = [1, 2]\nprint `x`",
    "unlike": "print 1 <> 2, 1 <> 1",
    "exec": 'd = {}\nexec "a = 3" in d\nprint d["a"]',
    "numbers": "print 0777, 10L, 0xFFL",
    "has_key": 'print {"a": 1}.has_key("a"), {}.has_key(1)',
    "iteritems": 'for k, v in {"a": 1}.iteritems(): print k, v\nprint {"b": 2}.keys()[0], {"b": 2}.values()[0]',
    "lists": "print map(lambda x: x + 1, [1, 2]), filter(None, [0, 1]), zip([1], [2]), range(3)",
    "xrange": "print sum(xrange(4)), max([x for x in xrange(3)])",
    "sort by cmp": "l = [3, 1, 2]\nl.sort(lambda a, b: cmp(b, a))\nprint l, sorted(l, cmp=lambda a, b: a - b), cmp(1, 2)",
    "sort by functions": "def by(a, b): return b - a\nl = [1, 3, 2]\nl.sort(by)\nm = [3, 1]\nm.sort(cmp)\nprint l, m",
    "tuple parameters": "def f(a, (b, c)): return a + b + c\nprint f(1, (2, 3))\nprint (lambda (a, b): a * b)((2, 4))",
    "reduce": "print reduce(lambda a, b: a + b, [1, 2, 3])",
    "next": "i = iter([4])\nprint i.next()",
    "maxint": "import sys\nprint sys.maxint > 5",
    "unicode": 'print u"a" + unicode("b"), isinstance(u"a", unicode), isinstance("a", basestring), unichr(97)',
    "long": "print isinstance(10 ** 30, long), long(3)",
    "string": 'import string\nprint string.lowercase, string.join(["a", "b"], "-"), string.upper("c"), string.atoi("12")',
    "string join": 'import string\nprint string.join(["a", "b"]), string.replace("abc", "b", "x"), string.split("a b")',
    "maketrans": 'import string\nprint "abcd".translate(string.maketrans("ab", "xy"), "d"), "a.b".translate(None, ".")',
    "from string": 'from string import maketrans, uppercase, digits\nprint "ab".translate(maketrans("a", "z")), uppercase, digits',
    "StringIO": 'from StringIO import StringIO\nimport cStringIO\nprint StringIO("x").read(), cStringIO.StringIO("y").read()',
    "itertools": "from itertools import izip, imap\nprint list(izip([1], [2])), list(imap(str, [1]))",
    "pickle": "import cPickle\nprint cPickle.loads(cPickle.dumps([1, 2]))",
    "default encoding": 'import sys\nreload(sys)\nsys.setdefaultencoding("utf-8")\nprint "x"',
    "default encoding beside": 'import sys; reload(sys); sys.setdefaultencoding("utf-8")\nprint "x"',
    "decode": 'print "abc".decode("utf-8"), unicode("abc", "ascii"), "abc".decode("ascii", "ignore")',
    "whole division": "print 7 / 2, -7 / 2, len([1, 2, 3]) / 2, int(5) / int(2), 7.0 / 2, 7 / 2.0",
    "division of unknowns": "def f(a, b): return a / b\nprint f(7, 2), f(7.0, 2), f(True, 2), f(9, 2) / 2 / f(4, 2)",
    "division in brackets": "def f(a, b): return (a + 1) / (b) * 2\nprint f(6, 2), f(6.0, 4)",
    "division over lines": "def f(a, b):\n    return (a  # one\n            / b)\nprint f(7, 2)",
    "division in place": "x = 7\nx /= 2\nd = {1: 9}\nd[1] /= 2\ndef f(a):\n    a /= 2\n    return a\nprint x, d[1], f(7), f(7.0)",
    "division in a loop": "for i in range(5): print i / 2\nprint [x / 3 for x in range(7)]",
    "mean": "l = [1, 2, 4]\nprint sum(l) / len(l), float(sum(l)) / len(l) > 2.3",
    "true division": "from __future__ import division\nprint 7 / 2",
    "print to a file alone": 'import sys\nprint >>sys.stderr, "x"\nprint ("a", 1)\nprint',
    "print function": 'from __future__ import print_function\nprint("a", "b")',
    "tabs": "if True:\n        x = 1\n\tprint x\nif True:\n\tif True:\n\t    print 2\n        print 3",
    "tabs in a text": 'def f():\n\tif True:\n\t    s = """\n\t  a"""\n        return s\nprint repr(f())',
    "input of functions": "def apply_to(f, *a): return apply(f, a)\nprint apply_to(max, 1, 2)",
    "sets": "print sorted(set([1, 2]) | set([3]))",
    "octal text": 'print u"\\u00e9" == u"\\xe9"',
    "strange names": "class A:\n    def __nonzero__(self): return False\nprint bool(A())",
    "metaclass": "class M(type): pass\nclass A(object):\n    __metaclass__ = M\nprint type(A) is M",
    "nested cmp": "print cmp(cmp(1, 2), 0)",
    "sys.exc": "import sys\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    print sys.exc_info()[0].__name__",
    "file": "import os\nprint file(os.devnull).read() == ''",
}  # fmt: skip


def run(python: str | Path, text: str, folder: Path) -> str:
    script = folder / "script.py"
    script.write_text(f"# coding: utf-8\n{text}\n", encoding="utf-8")
    done = subprocess.run([str(python), "-B", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python27() -> Path:
    found = interpreter("2.7")
    if found is None:
        pytest.skip("this machine has no Python 2.7")
    return found


@pytest.fixture(scope="module")
def converted() -> dict[str, Answer]:
    return dict(zip(SAME, python2.read(list(SAME.values())), strict=True))


@pytest.mark.parametrize("name", SAME)
def test_what_was_converted_does_what_python_2_did(
    name: str, tmp_path: Path, python27: Path, converted: dict[str, Answer]
) -> None:
    conversion = converted[name].conversion
    assert conversion is not None, converted[name].reason
    assert run(sys.executable, conversion.text, tmp_path) == run(python27, SAME[name], tmp_path)


@pytest.mark.parametrize("arguments", ['"a"', '"a", ascending=False', "columns", '["a", "b"]', 'columns=["a"]'])
def test_a_frames_sort_is_no_comparison(arguments: str) -> None:
    text = f"print('x')\nprint 1\nframe = frame.sort({arguments})\n"
    assert f"frame.sort({arguments})" in python2.convert(text).text


def test_formatting_and_comments_stay() -> None:
    text = "# first\nimport os  # here\n\n\ndef  f( a ):  # odd\n    print a   # told\n    return   a\n"
    assert python2.convert(text).text == text.replace("print a ", "print(a) ")


def test_a_script_keeps_its_line_ends_and_its_beginning() -> None:
    made = python2.convert("\ufeffprint 1\r\nprint 2\r\n")
    assert made.text == "print(1)\r\nprint(2)\r\n"
    assert made.changed
    assert python2.convert("print 1").text == "print(1)"
    same = python2.convert("\ufeffx = 1\r\n")
    assert (same.text, same.changed) == ("\ufeffx = 1\r\n", False)


def test_what_no_text_tells_is_noted_with_its_lines() -> None:
    made = python2.convert(
        'def f(a, b):\n    print a\n    return a / b\nx = u"a".encode("utf-8")\nopen("y")\nround(2.5)\n'
    )
    lines = made.text.split("\n")
    assert len(made.notes) == 4
    for note, word in zip(made.notes, ("python2_divide(a", "python2_encoded(", "open", "round"), strict=True):
        number = int(note.removeprefix("line ").partition(":")[0])
        assert word in lines[number - 1], note


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('x = u"caf\u00e9 1".encode("ascii", "ignore").lower()\nprint x\n', "caf 1"),
        ('x = " ".join([w.encode("utf-8") for w in u"a \u00e9".split()])\nprint x\n', "a \u00e9"),
        ('x = u"a \u00e9".encode("utf-8").decode("utf-8")\nprint x\n', "a \u00e9"),
        ('import hashlib\nx = hashlib.md5("a".encode("utf-8")).hexdigest()[:4]\nprint x\n', "0cc1"),
        ('x = open("w", "wb") if False else u"a".encode("utf-8")\nprint x\n', b"a"),
        ('k = "utf-8"\nx = u"a".encode(k)\nprint x\n', b"a"),
    ],
)
def test_what_is_encoded_stays_text(source: str, value: object) -> None:
    space: dict[str, object] = {}
    exec(python2.convert(source).text, space)
    assert space["x"] == value


def test_division_of_columns_stays() -> None:
    text = 'def azureml_main(df):\n    print 1\n    df["x"] = df["a"] / df.b\n    return df / 2\n'
    assert python2.convert(text).text == text.replace("print 1", "print(1)")


@pytest.mark.parametrize(
    ("text", "is_old"),
    [
        ("print 1\n", True), ("print(1)\n", False), ("x = 0777\n", True), ("def f(:\n", False), ("", False),
        ("print >>f, 1\nprint 2", True),
        ("except:\n", False), ("\0", False), ("x = `1`", True), ("match x:\n    case 1: pass\n", False),
        ("print 1\nmatch x:\n  pass", False),
    ],
)  # fmt: skip
def test_what_parses_as_python_2_alone_is_python_2(text: str, is_old: bool) -> None:
    assert python2.is_python2(text) is is_old


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1\nprint 1 2 3\n", 2),
        ("x = (\n", 1),
        ('x = """', 1),
        ("if x:\n  print 1\n print 2\n", 3),
        ("print 1\n\x0e$", 2),
    ],
)
def test_what_is_no_python_at_all_is_told_by_line(text: str, line: int) -> None:
    with pytest.raises(BottegaError) as caught:
        python2.convert(text)
    assert caught.value.code == "conversion-failed"
    assert caught.value.facts["line"] >= line  # type: ignore[operator]
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "print 1\nx = " + "(" * 5000 + ")" * 5000,
        "print 1\nx = " + "-" * 100_000 + "1",
        "print 1\nx = " + "[" * 100_000,
        "print 1\n" + "".join(f"{' ' * n}if 1:\n" for n in range(300)),
        "print 1\nx = " + "+".join(["a"] * 30_000),
        "print 1\n\ud800",
    ],
    ids=["brackets", "signs", "open", "blocks", "sum", "surrogate"],
)
def test_hostile_texts_end_in_an_error_or_a_script(text: str) -> None:
    (answer,) = python2.read([text])
    assert not answer.python3
    assert answer.reason or answer.conversion is not None


def test_one_hostile_text_does_not_spoil_the_others() -> None:
    answers = python2.read(["print 1\n", "print 1\nx = " + "-" * 200_000 + "1", "print 2\n"])
    assert [each.conversion.text if each.conversion else None for each in answers] == ["print(1)\n", None, "print(2)\n"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_MEMORY", 40 << 20)
    (answer,) = python2.read(["print 1\n" * 20_000])
    assert answer.conversion is None
    assert "too" in answer.reason


def test_a_script_of_any_length_is_refused_before_it_is_read() -> None:
    with pytest.raises(BottegaError) as caught:
        python2.convert("x" * (python2.LONGEST + 1))
    assert caught.value.code == "script-too-large"
    assert not python2.is_python2("print 1\n" * python2.LONGEST)


def test_a_long_script_is_converted() -> None:
    text = "print 'some value', x\n" * 1500
    assert python2.convert(text).text.count("print(") == 1500


def test_nothing_of_the_text_is_run(tmp_path: Path) -> None:
    told = tmp_path / "told"
    python2.convert(f"# coding: rot13\nprint 1\nopen({str(told)!r}, 'w')\nimport os\n")
    assert not told.exists()
