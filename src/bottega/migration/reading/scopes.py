# ruff: noqa: D102, N815 - methods are named for the nodes that they are for
"""Which name means what: every binding of every scope, without regard to the order in which they happen."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Path:
    """A module, or something in one, by its dotted name: what an import binds."""

    dotted: str


@dataclass(eq=False)
class Function:
    """A function of the script.

    calls    where it is called by its name; all of them unless it `escapes`
    returns  what it gives; None stands for nothing
    """

    node: ast.FunctionDef
    scope: Scope
    calls: list[ast.Call] = field(default_factory=list)
    returns: list[ast.expr | None] = field(default_factory=list)
    escapes: bool = False


@dataclass(frozen=True)
class Parameter:
    """The `number`th parameter of a function; -1 for one that is given by name alone."""

    function: Function
    name: str
    number: int
    default: ast.expr | None
    annotation: ast.expr | None


@dataclass(frozen=True)
class Counted:
    """A variable of a loop: what it goes through."""

    iterated: ast.expr


class Opaque:
    """Something that nothing is known of."""


OPAQUE = Opaque()
Source = ast.expr | Path | Function | Parameter | Counted | Opaque


class Scope:
    """A module, function, class, lambda or comprehension, and what its names are bound to."""

    def __init__(self, parent: Scope | None, *, is_class: bool = False) -> None:
        self.parent, self.is_class = parent, is_class
        self.bound: dict[str, list[Source]] = {}

    def bind(self, name: str, source: Source) -> None:
        """One more binding of a name."""
        self.bound.setdefault(name, []).append(source)

    def home(self, name: str) -> Scope | None:
        """The scope that a name used here belongs to; None for a built-in or unknown one."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bound and (scope is self or not scope.is_class):
                return scope
            scope = scope.parent
        return None


class Scopes(ast.NodeVisitor):
    """All scopes of a tree."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = self._scope = Scope(None)
        self.all = [self.module]
        self.of_name: dict[ast.Name, Scope] = {}
        self.functions: list[Function] = []
        self.stars: list[str] = []
        self._function: Function | None = None
        self._called: dict[ast.Name, ast.Call] = {}
        self._shared: set[str] = set()
        self._paths: dict[tuple[Scope, str], str | None] = {}
        self._dotted: dict[ast.expr, str | None] = {}
        for statement in tree.body:
            self.visit(statement)
        for name in self._shared:  # `global` and `nonlocal`: who binds it when is not followed
            for scope in self.all:
                if name in scope.bound:
                    scope.bind(name, OPAQUE)
        self.has_entry = any(isinstance(each, Function) for each in self.module.bound.get("azureml_main", ()))
        self._link()

    def dotted(self, node: ast.expr) -> str | None:
        """The dotted name of what came by an import: `np.float` is "numpy.float"."""
        if not isinstance(node, ast.Attribute | ast.Name):
            return None
        if node not in self._dotted:
            self._dotted[node] = self._find_dotted(node)
        return self._dotted[node]

    def _find_dotted(self, node: ast.Attribute | ast.Name) -> str | None:
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return None if owner is None else f"{owner}.{node.attr}"
        scope = self.of_name.get(node)
        home = scope.home(node.id) if scope is not None else None
        if home is None:
            return None
        if (home, node.id) not in self._paths:
            self._paths[home, node.id] = path_of(home, node.id)
        return self._paths[home, node.id]

    def alias(self, dotted: str) -> str | None:
        """A name by which the whole script can reach a module; None where it has none."""
        return next((name for name in self.module.bound if path_of(self.module, name) == dotted), None)

    def is_free(self, name: str) -> bool:
        """Whether nothing in the script has this name."""
        return all(name not in scope.bound for scope in self.all) and all(name != node.id for node in self.of_name)

    def is_free_to_call(self, name: str) -> bool:
        """Whether a built-in name means the built-in everywhere."""
        return all(name not in scope.bound for scope in self.all)

    def is_builtin(self, node: ast.expr, name: str) -> bool:
        """Whether a node is Python's own function of that name."""
        return isinstance(node, ast.Name) and node.id == name and self.of_name[node].home(name) is None

    # What binds names

    def visit_Name(self, node: ast.Name) -> None:
        self.of_name[node] = self._scope
        if not isinstance(node.ctx, ast.Load):
            self._scope.bind(node.id, OPAQUE)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
        self._assign(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self.of_name[node.target] = self._scope
            load = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
            self.of_name[load] = self._scope
            self._scope.bind(node.target.id, ast.copy_location(ast.BinOp(load, node.op, node.value), node))
        else:
            self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._assign(node.target, node.value)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._loop(node.target, node.iter)
        for each in (*node.body, *node.orelse):
            self.visit(each)

    def visit_Import(self, node: ast.Import) -> None:
        for each in node.names:
            if each.asname:
                self._scope.bind(each.asname, Path(each.name))
            else:
                root = each.name.partition(".")[0]
                self._scope.bind(root, Path(root))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for each in node.names:
            if each.name == "*":
                self.stars.append(node.module or "")
            else:
                known = Path(f"{node.module}.{each.name}") if node.module and not node.level else OPAQUE
                self._scope.bind(each.asname or each.name, known)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._outside(node)
        function = Function(node, Scope(self._scope))
        function.escapes = bool(node.decorator_list) or self._scope.is_class
        self.functions.append(function)
        self._scope.bind(node.name, function)
        self._parameters(node.args, function.scope, function)
        self._inside(function.scope, node.body, function)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._outside(node)
        self._scope.bind(node.name, OPAQUE)
        scope = Scope(self._scope)
        self._parameters(node.args, scope, None)
        self._inside(scope, node.body, None)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._defaults(node.args)
        scope = Scope(self._scope)
        self._parameters(node.args, scope, None)
        self._inside(scope, [node.body], None)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for each in (*node.bases, *node.keywords, *node.decorator_list):
            self.visit(each)
        self._scope.bind(node.name, OPAQUE)
        self._inside(Scope(self._scope, is_class=True), node.body, None)

    def visit_comprehension_of(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        """A comprehension is a scope of its own."""
        outer, self._scope = self._scope, Scope(self._scope)
        self.all.append(self._scope)
        for each in node.generators:
            self.visit(each.iter)
            self._loop(each.target, each.iter)
            for condition in each.ifs:
                self.visit(condition)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(part)
        self._scope = outer

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_comprehension_of

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        self._shared.update(node.names)
        for name in node.names:
            self.module.bind(name, OPAQUE)

    visit_Nonlocal = visit_Global

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._scope.bind(node.name, OPAQUE)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self._scope.bind(node.name, OPAQUE)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._scope.bind(node.rest, OPAQUE)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name):
            self._called[node.func] = node
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if self._function is not None:
            self._function.returns.append(node.value)
        self.generic_visit(node)

    def visit_Yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        if self._function is not None:
            self._function.escapes = True  # what it gives is no value that it returns
        self.generic_visit(node)

    visit_YieldFrom = visit_Yield

    # How

    def _assign(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self.of_name[target] = self._scope
            self._scope.bind(target.id, OPAQUE if value is None else value)
        elif (
            isinstance(target, ast.Tuple | ast.List)
            and isinstance(value, ast.Tuple | ast.List)
            and len(target.elts) == len(value.elts)
            and not any(isinstance(each, ast.Starred) for each in (*target.elts, *value.elts))
        ):
            for part, given in zip(target.elts, value.elts, strict=True):
                self._assign(part, given)
        else:
            self.visit(target)

    def _loop(self, target: ast.expr, iterated: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.of_name[target] = self._scope
            self._scope.bind(target.id, Counted(iterated))
        else:
            self.visit(target)

    def _outside(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for each in node.decorator_list:
            self.visit(each)
        self._defaults(node.args)
        for argument in _arguments(node.args):
            if argument.annotation is not None:
                self.visit(argument.annotation)
        if node.returns is not None:
            self.visit(node.returns)

    def _defaults(self, arguments: ast.arguments) -> None:
        for each in (*arguments.defaults, *arguments.kw_defaults):
            if each is not None:
                self.visit(each)

    def _parameters(self, arguments: ast.arguments, scope: Scope, function: Function | None) -> None:
        placed = [*arguments.posonlyargs, *arguments.args]
        defaults = [*([None] * (len(placed) - len(arguments.defaults))), *arguments.defaults]
        named = list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
        for number, (each, default) in enumerate([*zip(placed, defaults, strict=True), *named]):
            if function is None:
                scope.bind(each.arg, OPAQUE)
                continue
            at = number if number < len(placed) else -1
            scope.bind(each.arg, Parameter(function, each.arg, at, default, each.annotation))
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                scope.bind(rest.arg, OPAQUE)

    def _inside(self, scope: Scope, body: list[ast.stmt] | list[ast.expr], function: Function | None) -> None:
        outer, self._scope = self._scope, scope
        before, self._function = self._function, function
        self.all.append(scope)
        for each in body:
            self.visit(each)
        self._scope, self._function = outer, before

    def _link(self) -> None:
        """Give each function its calls; one that is used in any other way may be called by anybody."""
        functions = {
            (scope, name): found
            for scope in self.all
            for name, bound in scope.bound.items()
            if (found := [source for source in bound if isinstance(source, Function)])
        }
        for name, scope in self.of_name.items():
            home = scope.home(name.id) if isinstance(name.ctx, ast.Load) else None
            for function in functions.get((home, name.id), ()) if home is not None else ():
                call = self._called.get(name)
                if call is None:
                    function.escapes = True
                else:
                    function.calls.append(call)


def path_of(scope: Scope, name: str) -> str | None:
    """The one thing that a name of a scope was imported as."""
    found = set(scope.bound.get(name, ()))
    first = next(iter(found), None)
    return first.dotted if len(found) == 1 and isinstance(first, Path) else None


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    rest = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]
