"""What the converter leaves of Python 2: names that moved to other objects, and division, which kinds decide."""

from __future__ import annotations

import ast

from bottega.migration.reading.kind import Kind, is_pandas
from bottega.migration.reading.python2_helpers import HELPERS, placed
from bottega.migration.reading.script import Change, Script, applied

_CONSTANTS = {"letters": "ascii_letters", "lowercase": "ascii_lowercase", "uppercase": "ascii_uppercase"}
_ON_TEXT = [
    "upper",
    "lower",
    "strip",
    "lstrip",
    "rstrip",
    "split",
    "replace",
    "find",
    "rfind",
    "count",
    "startswith",
    "endswith",
    "title",
    "capitalize",
    "swapcase",
    "zfill",
    "ljust",
    "rjust",
    "center",
    "expandtabs",
    "index",
    "rindex",
    "rsplit",
    "splitlines",
]
_NUMBERS = {"atoi": "int", "atol": "int", "atof": "float"}
_HELPERS = {"decode": "python2_text", "encode": "python2_encoded"}
# A script that uses one of these may mean the bytes.
_OF_BYTES = {
    "base64",
    "binascii",
    "gzip",
    "hashlib",
    "hmac",
    "http",
    "requests",
    "socket",
    "struct",
    "urllib",
    "zlib",
    "azure",
}
_BYTE_MODES = {"wb", "ab", "wb+", "rb+"}
_PICKLES = {"pickle.load", "pickle.loads"}
_EXACT = {Kind.FLOAT, Kind.FRAME, Kind.SERIES, Kind.MASK, Kind.PANDAS, Kind.TEXT, Kind.LIST}


def rewritten(text: str, *, exact_division: bool) -> str:
    """The text without them; with `exact_division` the script had asked for that of Python 3."""
    script = Script(text, whole_division=not exact_division)
    rewriting = _Rewriting(script)
    for node in script.walk():
        rewriting.look(node, exact_division=exact_division)
    made = applied(text, rewriting.chosen())
    return placed(made, rewriting.helpers)


class _Rewriting:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.helpers: set[str] = set()
        self._changes: list[tuple[Change, ...]] = []
        self._needs_bytes = any(map(_is_about_bytes, script.walk()))

    def chosen(self) -> list[Change]:
        """All changes; of those that overlap the ones inside."""
        taken: list[Change] = []
        for changes in sorted(self._changes, key=lambda each: max(one.end - one.start for one in each)):
            if not any(_overlap(one, other) for one in changes for other in taken):
                taken += changes
        return taken

    def look(self, node: ast.AST, *, exact_division: bool) -> None:
        """At one node."""
        if isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.Attribute):
            self._attribute(node)
        elif isinstance(node, ast.Name) and self.script.scopes.is_builtin(node, "cmp"):
            self._put(node, self._helper("python2_cmp"))
        elif isinstance(node, ast.ImportFrom) and node.module == "string" and not node.level:
            self._import(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self._statement(node, node.value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not exact_division:
            self._division(node)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div) and not exact_division:
            self._division_in_place(node)

    def _change(self, *changes: Change) -> None:
        self._changes.append(changes)

    def _put(self, node: ast.expr, text: str) -> None:
        self._change(Change(self.script.start(node), self.script.end(node), text))

    def _helper(self, name: str) -> str:
        self.helpers.add(name)
        return name

    def _attribute(self, node: ast.Attribute) -> None:
        path = self.script.scopes.dotted(node) or ""
        owner, _, last = path.rpartition(".")
        if owner == "string" and last in _CONSTANTS:
            self._change(Change(*self.script.name_of(node), _CONSTANTS[last]))
        elif path == "string.maketrans":
            self._put(node, "str.maketrans")

    def _import(self, node: ast.ImportFrom) -> None:
        """`from string import maketrans, letters`: what is still there stays, the rest is set beneath."""
        known = {"maketrans": "str.maketrans", **{old: f"string.{new}" for old, new in _CONSTANTS.items()}, **_NUMBERS}
        gone = [each for each in node.names if each.name in known]
        if not gone:
            return
        lines = [f"from string import {', '.join(_alias(each) for each in node.names if each not in gone)}"]
        if len(gone) == len(node.names):
            lines = []
        if any(known[each.name].startswith("string.") for each in gone):
            lines.append("import string")
        lines += [f"{each.asname or each.name} = {known[each.name]}" for each in gone]
        start, end = self.script.start(node), self.script.end(node)
        line = self.script.whole_line(node)
        self._change(Change(start, end, "; ".join(lines) if line is None else f"\n{line}".join(lines)))

    def _statement(self, node: ast.Expr, call: ast.Call) -> None:
        """`reload(sys)` and `sys.setdefaultencoding(…)`, which Python 3 does not need."""
        path = self.script.scopes.dotted(call.func)
        reloads = path in {"importlib.reload", "imp.reload"} and len(call.args) == 1
        if path == "sys.setdefaultencoding" or (reloads and self.script.scopes.dotted(call.args[0]) == "sys"):
            self._put(node.value, "pass")

    def _call(self, node: ast.Call) -> None:
        function, scopes = node.func, self.script.scopes
        path = scopes.dotted(function) or ""
        if scopes.is_builtin(function, "file"):
            self._put(function, "open")
        elif scopes.is_builtin(function, "str") and len(node.args) > 1 and not isinstance(node.args[0], ast.Starred):
            self._put(function, self._helper("python2_text"))
        elif path.startswith("string."):
            self._string_function(node, path.removeprefix("string."))
        elif path in _PICKLES and len(node.args) == 1 and not node.keywords:
            self._pickle(node, node.args[0])
        elif isinstance(function, ast.Attribute):
            self._method(node, function)

    def _pickle(self, node: ast.Call, source: ast.expr) -> None:
        """What Python 2 pickled has texts of bytes; and `open` meant bytes, too."""
        at = self.script.end(node) - 1
        changes = [Change(at, at, ', encoding="latin1"')]
        if (
            isinstance(source, ast.Call)
            and self.script.scopes.is_builtin(source.func, "open")
            and len(source.args) == 1
        ):
            inner = self.script.end(source) - 1
            changes.append(Change(inner, inner, ', "rb"'))
        self._change(*changes)

    def _method(self, node: ast.Call, function: ast.Attribute) -> None:
        if function.attr == "translate":
            self._translate(node)
            return
        helper = _HELPERS.get(function.attr)
        if helper is None or (isinstance(function.value, ast.Attribute) and function.value.attr == "str"):
            return
        if function.attr == "decode" or (_is_of_text(node) and not self._needs_bytes):
            start, end = self.script.start(function), self.script.end(function.value)
            stop = self.script.opening(node) + 1
            inner = self.script.outer(function.value, start, self.script.dot(function))
            self._change(
                Change(start, start, f"{self._helper(helper)}("),
                Change(max(end, inner[1]), stop, ", " if node.args or node.keywords else ""),
            )

    def _string_function(self, node: ast.Call, name: str) -> None:
        """`string.upper(text)` is `text.upper()`."""
        if name in _NUMBERS:
            self._put(node.func, _NUMBERS[name])
        elif name in {"join", "joinfields"} and 1 <= len(node.args) <= 2 and not node.keywords:
            words, *rest = [self.script.argument(node, each) for each in node.args]
            between = _tight(node.args[1], rest[0]) if rest else '" "'
            self._put(node, f"{between}.join({words})")
        elif name in _ON_TEXT and node.args and not node.keywords:
            owner, *rest = [self.script.argument(node, each) for each in node.args]
            self._put(node, f"{_tight(node.args[0], owner)}.{name}({', '.join(rest)})")

    def _translate(self, node: ast.Call) -> None:
        """`text.translate(table, signs)` takes those signs out: they belong into the table now."""
        if len(node.args) != 2 or node.keywords:
            return
        table, signs = node.args
        text = self.script.argument(node, signs)
        if isinstance(table, ast.Constant) and table.value is None:
            self._put(table, 'str.maketrans("", "", ' + text + ")")
        elif (
            isinstance(table, ast.Call)
            and self.script.scopes.dotted(table.func) == "string.maketrans"
            and len(table.args) == 2
        ):
            at = self.script.end(table) - 1
            self._change(Change(at, at, f", {text}"))
        else:
            return
        start = self.script.end(table)
        self._change(Change(start, self.script.end(node) - 1, ""))

    def _division(self, node: ast.BinOp) -> None:
        kinds = [self.script.kinds.of(each) for each in (node.left, node.right)]
        if any(kind in _EXACT for kind in kinds):
            return
        sign = self._sign(node)
        if sign is None:
            return
        if kinds == [Kind.INT, Kind.INT]:
            self._change(Change(sign, sign + 1, "//"))
            return
        start, end = self.script.start(node), self.script.end(node)
        helper = self._helper("python2_divide")
        self._change(
            Change(start, start, f"{helper}("), Change(*self._around(sign), ", "), Change(end, end, ")")
        )  # fmt: skip

    def _division_in_place(self, node: ast.AugAssign) -> None:
        target, kinds = node.target, self.script.kinds
        by = kinds.of(node.value)
        sign = self.script.text.index("/=", self.script.end(target))
        if by in _EXACT or is_pandas(kinds.of(target)) or kinds.of(target) in _EXACT:
            return
        if kinds.of(target) is Kind.INT and by is Kind.INT:
            self._change(Change(sign, sign + 2, "//="))
            return
        if isinstance(target, ast.Subscript) and any(isinstance(each, ast.Call) for each in ast.walk(target)):
            return  # it would be called twice
        start, end = self.script.outer(node.value, sign + 2, len(self.script.text))
        name = self._helper("python2_divide")
        value = Change(start, start, f"= {name}({self.script.source(target)}, ")
        self._change(Change(sign, start, ""), value, Change(end, end, ")"))

    def _sign(self, node: ast.BinOp) -> int | None:
        """Where the operator stands: between its sides are but brackets, blanks and comments."""
        at, end = self.script.end(node.left), self.script.start(node.right)
        while at < end:
            if self.script.text[at] == "#":
                at = self.script.text.index("\n", at)
            elif self.script.text[at] == "/":
                return at
            at += 1
        return None

    def _around(self, sign: int) -> tuple[int, int]:
        """The operator with the blanks beside it."""
        text, start, end = self.script.text, sign, sign + 1
        while text[start - 1] in " \t":
            start -= 1
        while text[end] in " \t":
            end += 1
        return start, end


def _tight(node: ast.expr, text: str) -> str:
    """An expression that a dot may follow."""
    simple = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript) or text[:1] in "\"'"
    return text if simple and not isinstance(node, ast.JoinedStr | ast.BinOp) else f"({text})"


def _alias(each: ast.alias) -> str:
    return f"{each.name} as {each.asname}" if each.asname else each.name


def _overlap(one: Change, other: Change) -> bool:
    return one.start < other.end and other.start < one.end


def _is_about_bytes(node: ast.AST) -> bool:
    """Whether it imports what takes bytes, or is the mode of a file that does."""
    if isinstance(node, ast.Import):
        return any(each.name.partition(".")[0] in _OF_BYTES for each in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] in _OF_BYTES
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in _BYTE_MODES


def _is_of_text(call: ast.Call) -> bool:
    """Whether the codec that `encode` names is one of texts, as "hex" is not."""
    if not call.args:
        return not call.keywords
    codec = call.args[0]
    if not (isinstance(codec, ast.Constant) and isinstance(codec.value, str)):
        return False
    name = codec.value.lower().replace("_", "-")
    return name.startswith(
        ("utf", "ascii", "us-ascii", "latin", "iso-8859", "iso8859", "cp", "euc-", "gb", "big5", "shift-jis")
    )


assert set(HELPERS) == {"python2_cmp", "python2_divide", "python2_encoded", "python2_text"}  # noqa: S101 # each is asked for above
