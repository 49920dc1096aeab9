"""A script of Python 2 that failed is told to be one; others are not."""

from __future__ import annotations

import pytest

from bottega.sandbox.host.python2 import explained
from bottega.sandbox.host.task import Failure


def told(kind: str, message: str, line: str = "", version: str = "3.11.7") -> str:
    found = explained(Failure("0085", kind, message, 2), f"first\n{line}\n".encode(), version)
    assert found is not None
    return found.message


@pytest.mark.parametrize(
    ("kind", "message", "line"),
    [
        ("SyntaxError", "Missing parentheses in call to 'print'. Did you mean print(...)?", "print 1"),
        ("SyntaxError", "multiple exception types must be parenthesized", "except A, e:"),
        ("SyntaxError", "invalid syntax", "except A, e:"),
        ("SyntaxError", "invalid syntax", 'raise ValueError, "x"'),
        ("SyntaxError", "invalid syntax", "if a <> b:"),
        ("SyntaxError", "invalid syntax", "x = `1`"),
        ("SyntaxError", "invalid decimal literal", "x = 10L"),
        ("SyntaxError", "invalid syntax", 'x = ur"a"'),
        ("SyntaxError", "leading zeros in decimal integer literals are not permitted; use an 0o prefix", "x = 0777"),
        ("TabError", "inconsistent use of tabs and spaces in indentation", "\tx"),
        ("NameError", "name 'xrange' is not defined", "xrange(3)"),
        ("NameError", "name 'unicode' is not defined. Did you mean: 'code'?", "unicode(3)"),
        ("ModuleNotFoundError", "No module named 'urllib2'", "import urllib2"),
        ("ImportError", "No module named StringIO", "import StringIO"),
        ("AttributeError", "'dict' object has no attribute 'iteritems'. Did you mean: 'items'?", "d.iteritems()"),
        ("AttributeError", "'str' object has no attribute 'decode'. Did you mean: 'encode'?", "x.decode()"),
        ("TypeError", "unsupported operand type(s) for >>: 'builtin_function_or_method' and 'str'", "print >>f, 1"),
    ],
)
def test_python_2_is_told(kind: str, message: str, line: str) -> None:
    assert "--python2" in told(kind, message, line)
    assert told(kind, message, line).startswith(message)
    assert told(kind, message, line, version="2.7.18") == message


@pytest.mark.parametrize(
    ("kind", "message", "line"),
    [
        ("SyntaxError", "invalid syntax", "x = = 1"),
        ("SyntaxError", "invalid syntax", "x = '<>' '`a`' 1"),
        ("SyntaxError", "'(' was never closed", "print(1"),
        ("NameError", "name 'frame' is not defined", "frame"),
        ("ModuleNotFoundError", "No module named 'urllib22'", "import urllib22"),
        ("ValueError", "name xrange", "x"),
        ("AttributeError", "'DataFrame' object has no attribute 'as_matrix'", "x"),
    ],
)
def test_other_mistakes_are_not(kind: str, message: str, line: str) -> None:
    assert told(kind, message, line) == message


def test_odd_sources_are_no_trouble() -> None:
    failure = Failure("0085", "SyntaxError", "invalid syntax", 1_000_000)
    assert explained(failure, b"\xff\xfe\0", "3.11.7") == failure
    assert explained(Failure("0085", "SyntaxError", "invalid syntax", None), b"print 1", "3.11.7") is not None
    assert explained(None, b"", "3.11.7") is None
    long = b"except " + b"(" * 1_000_000
    assert explained(Failure("0085", "SyntaxError", "invalid syntax", 1), long, "3.11.7") is not None
