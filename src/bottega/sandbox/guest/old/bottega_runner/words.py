"""What the two languages call differently."""

import sys

PYTHON_2 = sys.version_info[0] == 2

if PYTHON_2:
    TEXT, INTEGER = unicode, (int, long)  # noqa: F821 - names of Python 2
    BINARY = (bytearray, buffer, memoryview)  # noqa: F821
else:
    TEXT, INTEGER = str, (int,)
    BINARY = (bytes, bytearray, memoryview)


def decoded(data):
    """Bytes of Python 2 as text, and whether they were UTF-8; what is not is taken for Latin-1."""
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        return data.decode("latin-1"), False


def shown(value):
    """The text of any value; raises what its own methods raise."""
    if not PYTHON_2:
        return str(value)
    try:
        return unicode(value)  # noqa: F821
    except UnicodeError:
        return decoded(str(value))[0]


def native(text):
    """A name as the language has names: in Python 2 ASCII is `str`, all else `unicode`."""
    if PYTHON_2:
        try:
            return text.encode("ascii")
        except UnicodeEncodeError:
            pass
    return text


def type_name(kind):
    """The module and the name of a type."""
    module = getattr(kind, "__module__", None) or "builtins"
    if module in ("__builtin__", "exceptions"):
        module = "builtins"
    return module, getattr(kind, "__qualname__", kind.__name__)
