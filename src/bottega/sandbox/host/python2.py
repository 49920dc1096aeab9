"""What failed because it was written for Python 2, told by what Python says and by the line that it says it of.

Nothing is parsed: these are patterns over bounded texts, looked at when a script has failed.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bottega.sandbox.host.task import Failure

_ADVICE = 'This is Python 2: `bottega script --python2` converts it, and so does "Convert to Python 3" in the editor'
_LONGEST_LINE = 2000
_SYNTAX = ("SyntaxError", "TabError", "IndentationError")
_SAID = re.compile(
    r"Missing parentheses in call to '(?:print|exec)'|multiple exception types must be parenthesized"
    r"|leading zeros in decimal integer literals|inconsistent use of tabs and spaces"
)
_WRITTEN = re.compile(
    r"""^\s*print\s+[^\s(=.,\[]|^\s*print\s*>>|^\s*exec\s+\w|^\s*except\s+[\w.() ,]+,\s*\w+\s*:|^\s*raise\s+[\w.]+\s*,"""
    r"""|<>|`[^`]+`|\b\d+[lL]\b|\b[uU][rR]["']|\bdef\s+\w+\s*\((?:[^()]*,)?\s*\(|\blambda\s*\("""
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAMES = "apply|basestring|buffer|cmp|coerce|execfile|file|intern|long|raw_input|reduce|reload|unichr|unicode|xrange"
_MODULES = (
    "BaseHTTPServer|ConfigParser|Cookie|HTMLParser|Queue|SocketServer|StringIO|Tkinter|UserDict|__builtin__|cPickle|cStringIO"
    "|commands|cookielib|copy_reg|exceptions|htmlentitydefs|httplib|md5|robotparser|sets|sha|thread|urllib2|urlparse|xmlrpclib"
)
_MEMBERS = re.compile(
    r"'dict' object has no attribute '(?:has_key|iteritems|iterkeys|itervalues|view\w+)'"
    r"|'str' object has no attribute 'decode'|'\w+' object has no attribute 'next'"
    r"|module 'string' has no attribute '(?:letters|lowercase|uppercase|maketrans|join|split|upper|lower|strip|replace|ato[fil])'"
    r"|module 'sys' has no attribute '(?:setdefaultencoding|maxint|exc_clear)'"
    r"|module 'itertools' has no attribute 'i(?:zip|map|filter)'|module 'os' has no attribute 'getcwdu'"
    r"|module 'urllib' has no attribute '(?:urlopen|urlencode|quote|unquote|urlretrieve|quote_plus)'"
    r"|cannot import name '(?:izip|imap|ifilter|izip_longest|maketrans|letters|urlencode|quote)'"
    r"|unsupported operand type\(s\) for >>: 'builtin_function_or_method'"
)
_UNKNOWN = re.compile(rf"name '(?:{_NAMES})' is not defined|No module named '?(?:{_MODULES})\b")


def explained(failure: Failure | None, source: bytes, version: str) -> Failure | None:
    """The failure of a script, saying so where it is one of Python 2; `version` is that of the Python that ran it."""
    if failure is None or version.startswith("2.") or not _is_python2(failure, source):
        return failure
    message = failure.message.rstrip()
    return replace(failure, message=f"{message}{'' if message.endswith(('.', '?', '!')) else '.'} {_ADVICE}.")


def _is_python2(failure: Failure, source: bytes) -> bool:
    if failure.type not in _SYNTAX:
        return bool(_UNKNOWN.search(failure.message) or _MEMBERS.search(failure.message))
    return bool(_SAID.search(failure.message) or _WRITTEN.search(_line(source, failure.line)))


def _line(source: bytes, number: int | None) -> str:
    """A line of the source, the beginning of it."""
    lines = source.splitlines()
    if number is None or not 0 < number <= len(lines):
        return ""
    return _QUOTED.sub("''", lines[number - 1][:_LONGEST_LINE].decode("utf-8", "replace")).partition("#")[0]
