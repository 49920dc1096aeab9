# ruff: noqa: N802 - methods are named for the nodes that they are for
"""What the values of a script surely are: found without running it, whatever the order in which its lines run."""

from __future__ import annotations

import ast

from bottega.migration.reading import kind as known
from bottega.migration.reading.kind import Kind, is_pandas, join
from bottega.migration.reading.scopes import OPAQUE, Counted, Function, Parameter, Path, Scope, Scopes, Source

_ROUNDS = 30
_ENTRY = "azureml_main"
_MOST_TABLES = 2
_WHOLE = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)


class Kinds:
    """Kinds of expressions."""

    def __init__(self, scopes: Scopes, *, whole_division: bool = False) -> None:
        """With `whole_division` integers give an integer, as in Python 2."""
        self._scopes, self._division = scopes, Kind.INT if whole_division else Kind.FLOAT
        self._names: dict[tuple[Scope, str], Kind] = {
            (scope, name): Kind.NOTHING for scope in scopes.all for name in scope.bound
        }
        self._given: dict[Function, Kind] = dict.fromkeys(scopes.functions, Kind.NOTHING)
        self._settled: dict[ast.expr, Kind] = {}
        self._is_settled = False
        if not self._settle():
            self._names = dict.fromkeys(self._names, Kind.UNKNOWN)
            self._given = dict.fromkeys(self._given, Kind.UNKNOWN)
        self._is_settled = True  # what is found from now on is so, and need not be found again

    def of(self, node: ast.expr | None) -> Kind:
        """What an expression gives."""
        if node is None:
            return Kind.NONE
        found = self._settled.get(node)
        if found is None:
            found = self._find(node)
            if self._is_settled:
                self._settled[node] = found
        return found

    def _find(self, node: ast.expr) -> Kind:
        by = getattr(self, f"_{type(node).__name__}", None)
        return by(node) if by is not None else Kind.UNKNOWN

    def is_whole(self, node: ast.expr) -> bool:
        """Whether it is surely an integer."""
        return self.of(node) is Kind.INT

    def _settle(self) -> bool:
        """Go round until nothing changes: kinds only ever widen."""
        for _ in range(_ROUNDS):
            changed = False
            for (scope, name), before in self._names.items():
                after = before
                for source in scope.bound[name]:
                    if after is Kind.UNKNOWN:
                        break
                    after = join(after, self._bound(source))
                if after is not before:
                    self._names[scope, name], changed = after, True
            for function, before in self._given.items():
                after = before
                for value in function.returns:
                    after = join(after, self.of(value))
                if after is not before:
                    self._given[function], changed = after, True
            if not changed:
                return True
        return False

    def _bound(self, source: Source) -> Kind:
        if isinstance(source, ast.expr):
            return self.of(source)
        if isinstance(source, Parameter):
            return self._parameter(source)
        if isinstance(source, Counted):
            return Kind.INT if self._counts(source.iterated) else Kind.UNKNOWN
        return Kind.OTHER if isinstance(source, Path | Function) else Kind.UNKNOWN

    def _parameter(self, parameter: Parameter) -> Kind:
        function = parameter.function
        if function.node.name == _ENTRY and function in self._scopes.module.bound.get(_ENTRY, ()):
            return Kind.FRAME if 0 <= parameter.number < _MOST_TABLES else self.of(parameter.default)
        if self._path(parameter.annotation) == "pandas.DataFrame":
            return Kind.FRAME
        if function.escapes or not function.calls or not self._scopes.has_entry:
            return Kind.UNKNOWN
        found = Kind.NOTHING
        for call in function.calls:
            found = join(found, self._passed(call, parameter))
        return found

    def _passed(self, call: ast.Call, parameter: Parameter) -> Kind:
        if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
            return Kind.UNKNOWN
        if 0 <= parameter.number < len(call.args):
            return self.of(call.args[parameter.number])
        named = next((each.value for each in call.keywords if each.arg == parameter.name), parameter.default)
        return Kind.UNKNOWN if named is None else self.of(named)

    def _counts(self, node: ast.expr) -> bool:
        """Whether what is iterated over gives integers."""
        if not isinstance(node, ast.Call):
            return isinstance(node, ast.List | ast.Tuple) and bool(node.elts) and all(map(self.is_whole, node.elts))
        if self._scopes.is_builtin(node.func, "list") and len(node.args) == 1:
            return self._counts(node.args[0])
        return self._scopes.is_builtin(node.func, "range")

    def _path(self, node: ast.expr | None) -> str | None:
        return None if node is None else self._scopes.dotted(node)

    # By the type of node

    def _Name(self, node: ast.Name) -> Kind:
        scope = self._scopes.of_name.get(node)
        home = scope.home(node.id) if scope is not None else None
        if home is None:
            return Kind.INT if node.id in {"True", "False"} else Kind.UNKNOWN
        return known.FUNCTIONS.get(self._path(node) or "", self._names.get((home, node.id), Kind.UNKNOWN))

    def _Constant(self, node: ast.Constant) -> Kind:
        value = node.value
        kinds = {bool: Kind.INT, int: Kind.INT, float: Kind.FLOAT, str: Kind.TEXT, type(None): Kind.NONE}
        return kinds.get(type(value), Kind.OTHER)

    def _JoinedStr(self, _node: ast.JoinedStr) -> Kind:
        return Kind.TEXT

    def _List(self, _node: ast.expr) -> Kind:
        return Kind.LIST

    _ListComp = _List

    def _Tuple(self, _node: ast.expr) -> Kind:
        return Kind.OTHER

    _Dict = _Set = _DictComp = _SetComp = _Lambda = _GeneratorExp = _Tuple

    def _NamedExpr(self, node: ast.NamedExpr) -> Kind:
        return self.of(node.value)

    def _IfExp(self, node: ast.IfExp) -> Kind:
        return join(self.of(node.body), self.of(node.orelse))

    def _BoolOp(self, node: ast.BoolOp) -> Kind:
        found = Kind.NOTHING
        for each in node.values:
            found = join(found, self.of(each))
        return found

    def _UnaryOp(self, node: ast.UnaryOp) -> Kind:
        return Kind.INT if isinstance(node.op, ast.Not) else self.of(node.operand)

    def _Compare(self, node: ast.Compare) -> Kind:
        if any(isinstance(each, ast.In | ast.NotIn | ast.Is | ast.IsNot) for each in node.ops):
            return Kind.INT
        sides = [self.of(each) for each in (node.left, *node.comparators)]
        if Kind.NOTHING in sides:
            return Kind.NOTHING
        if Kind.FRAME in sides or Kind.PANDAS in sides:
            return Kind.FRAME if Kind.FRAME in sides else Kind.PANDAS
        if Kind.SERIES in sides or Kind.MASK in sides:
            return Kind.MASK
        simple = {Kind.INT, Kind.FLOAT, Kind.TEXT, Kind.NONE, Kind.LIST}
        return Kind.INT if set(sides) <= simple else Kind.UNKNOWN

    def _BinOp(self, node: ast.BinOp) -> Kind:
        left, right = self.of(node.left), self.of(node.right)
        sides = {left, right}
        if Kind.NOTHING in sides:
            return Kind.NOTHING
        for strong in (Kind.FRAME, Kind.PANDAS):
            if strong in sides:
                return strong
        if sides & {Kind.SERIES, Kind.MASK}:
            logical = isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor)
            return Kind.MASK if logical and sides == {Kind.MASK} else Kind.SERIES
        return self._plain(node, left, right)

    def _plain(self, node: ast.BinOp, left: Kind, right: Kind) -> Kind:
        sides = {left, right}
        if sides == {Kind.INT}:
            return (
                Kind.INT
                if isinstance(node.op, _WHOLE)
                else self._division
                if isinstance(node.op, ast.Div)
                else Kind.UNKNOWN
            )
        if sides <= {Kind.INT, Kind.FLOAT}:
            return Kind.FLOAT
        if left is Kind.TEXT and (right is Kind.TEXT or isinstance(node.op, ast.Mod)):
            return Kind.TEXT
        if sides == {Kind.LIST} and isinstance(node.op, ast.Add):
            return Kind.LIST
        return Kind.ARRAY if Kind.ARRAY in sides and sides <= {Kind.ARRAY, Kind.INT, Kind.FLOAT} else Kind.UNKNOWN

    def _Attribute(self, node: ast.Attribute) -> Kind:
        path = self._path(node)
        if path is not None:
            return known.FUNCTIONS.get(path, Kind.UNKNOWN)
        owner = self.of(node.value)
        if owner is Kind.NOTHING:
            return Kind.NOTHING
        if owner is Kind.FRAME and known.is_column(node.attr):
            return Kind.SERIES
        return known.ATTRIBUTES.get(owner, {}).get(node.attr, Kind.UNKNOWN)

    def _Subscript(self, node: ast.Subscript) -> Kind:
        if isinstance(node.value, ast.Attribute) and node.value.attr in {"loc", "iloc", "ix"}:
            return self._located(self.of(node.value.value), node.slice)
        owner, key = self.of(node.value), node.slice
        inner = self.of(key)
        if owner is Kind.NOTHING or inner is Kind.NOTHING:
            return Kind.NOTHING
        if owner is Kind.SHAPE:
            return Kind.INT
        if owner is Kind.FRAME:
            if inner is Kind.TEXT:
                return Kind.SERIES
            rows = isinstance(key, ast.Slice) or inner in {Kind.LIST, Kind.MASK, Kind.FRAME, Kind.INDEX}
            return Kind.FRAME if rows else Kind.UNKNOWN
        if owner in {Kind.SERIES, Kind.MASK} and (isinstance(key, ast.Slice) or inner in {Kind.MASK, Kind.LIST}):
            return owner
        return Kind.TEXT if owner is Kind.TEXT else Kind.UNKNOWN

    def _located(self, owner: Kind, key: ast.expr) -> Kind:
        """Of `frame.loc[rows, columns]`: what is one row or one column is a series."""
        if owner is Kind.NOTHING:
            return Kind.NOTHING
        if owner is not Kind.FRAME:
            return owner if owner is Kind.SERIES and isinstance(key, ast.Slice) else Kind.UNKNOWN
        keys = key.elts if isinstance(key, ast.Tuple) else [key]
        many = [isinstance(each, ast.Slice) or self.of(each) in {Kind.LIST, Kind.MASK, Kind.INDEX} for each in keys]
        one = [self.of(each) in {Kind.INT, Kind.TEXT} for each in keys]
        if all(many):
            return Kind.FRAME
        return Kind.SERIES if sum(one) == 1 and sum(many) == len(keys) - 1 else Kind.UNKNOWN

    def _Call(self, node: ast.Call) -> Kind:
        function = node.func
        path = self._path(function)
        if path is not None:
            return self._library(path, node)
        if isinstance(function, ast.Name):
            return self._named(function)
        if not isinstance(function, ast.Attribute):
            return Kind.UNKNOWN
        owner = self.of(function.value)
        if owner is Kind.NOTHING:
            return Kind.NOTHING
        if any(each.arg == "inplace" and getattr(each.value, "value", None) is not False for each in node.keywords):
            return Kind.NONE if is_pandas(owner) else Kind.UNKNOWN
        if (
            owner is Kind.FRAME
            and function.attr in {"sum", "mean", "max", "min"}
            and not node.args
            and not node.keywords
        ):
            return Kind.SERIES
        return known.METHODS.get(owner, {}).get(function.attr, Kind.UNKNOWN)

    def _library(self, path: str, node: ast.Call) -> Kind:
        """What a function of a library gives."""
        if path.startswith("pandas.read_") and any(each.arg in {"chunksize", "iterator", "squeeze", "sheet_name", "sheetname"}
                                                   for each in node.keywords):  # fmt: skip
            return Kind.UNKNOWN
        first = self.of(node.args[0]) if node.args else Kind.UNKNOWN
        if path == "pandas.concat":
            return self._concatenated(node)
        if path in {"pandas.isnull", "pandas.isna", "pandas.notnull", "pandas.notna"}:
            return Kind.MASK if first in {Kind.SERIES, Kind.MASK} else first if is_pandas(first) else Kind.UNKNOWN
        if path in {"pandas.to_numeric", "pandas.to_datetime"}:
            return first if first in {Kind.SERIES, Kind.NOTHING} else Kind.UNKNOWN
        if path.rpartition(".")[2].startswith(("rolling_", "ewm", "expanding_")) and path.startswith("pandas."):
            return first if is_pandas(first) else Kind.UNKNOWN
        if path in {"numpy.log", "numpy.exp", "numpy.sqrt", "numpy.abs", "numpy.log1p", "numpy.round"}:
            return first if is_pandas(first) or first is Kind.ARRAY else Kind.UNKNOWN
        found = known.FUNCTIONS.get(path, Kind.UNKNOWN)
        return Kind.UNKNOWN if path.startswith("math.") and path in {"math.pi", "math.e"} else found

    def _concatenated(self, node: ast.Call) -> Kind:
        if not node.args or not isinstance(node.args[0], ast.List | ast.Tuple):
            return Kind.PANDAS
        kinds = {self.of(each) for each in node.args[0].elts}
        if Kind.NOTHING in kinds:
            return Kind.NOTHING
        return Kind.FRAME if Kind.FRAME in kinds or any(each.arg == "axis" for each in node.keywords) else Kind.PANDAS

    def _named(self, function: ast.Name) -> Kind:
        """What a built-in or a function of the script gives."""
        scope = self._scopes.of_name.get(function)
        home = scope.home(function.id) if scope is not None else None
        if home is None:
            return known.BUILTINS.get(function.id, Kind.UNKNOWN)
        found = Kind.NOTHING
        for source in home.bound[function.id]:
            if source is OPAQUE or not isinstance(source, Function) or source.escapes:
                return Kind.UNKNOWN
            found = join(found, self._given[source] if source.returns else Kind.NONE)
        return found
