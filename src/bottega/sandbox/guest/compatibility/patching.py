"""What the files about libraries say of their names, and how that is put into a library."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import uses
from .gone import Gone
from .table import find

Function = Callable[..., Any]
# Gets the function as it is today, and the arguments of a call.
Change = Callable[[Function, tuple[Any, ...], dict[str, Any]], Any]


class Library:
    """The old names of one library: collected by decorators, then applied to modules of it."""

    def __init__(self, name: str, places: dict[str, str] | None = None) -> None:
        """`places` says where what a name begins with really is: "Series.dt." in another class."""
        self.name = name
        self._places = places or {}
        self._methods: dict[str, Any] = {}
        self._properties: dict[str, property] = {}
        self._attributes: dict[str, Callable[[], Any]] = {}
        self._changes: list[tuple[str, Change]] = []

    def gone(self, name: str) -> Gone:
        """The table's entry. Raises KeyError: each name that is restored has one."""
        found = find(self.name, name)
        if found is None:
            raise KeyError(f"{self.name}.{name}")
        return found

    def tell(self, name: str) -> None:
        """Note the use of a name."""
        uses.tell(self.gone(name))

    def method(self, *names: str) -> Callable[[Function], Function]:
        """The decorated function is a method, "Class.name", or more of them."""
        return functools.partial(_keep, self._methods, names)

    def of_class(self, *names: str) -> Callable[[Function], Function]:
        """The decorated function gets the class itself."""

        def keep(function: Function) -> Function:
            _keep(self._methods, names, classmethod(function))
            return function

        return keep

    def prop(self, *names: str, settable: bool = False) -> Callable[[Function], Function]:
        """The decorated function gives a property, "Class.name"; setting one that is settable changes nothing."""

        def keep(function: Function) -> Function:
            for name in names:
                made = _property(self.gone(name), function)
                self._properties[name] = made.setter(lambda _self, _value: None) if settable else made
            return function

        return keep

    def function(self, *names: str) -> Callable[[Function], Function]:
        """The decorated function is a module's, "module.name" below the library or just "name"."""

        def keep(function: Function) -> Function:
            for name in names:
                self._attributes[name] = functools.partial(
                    noted, find(self.name, name) or self.gone(name.rpartition(".")[2]), function
                )
            return function

        return keep

    def attribute(self, name: str, value: Callable[[], Any]) -> None:
        """`value` gives what a module's name stood for."""
        self._attributes[name] = functools.partial(_valued, self.gone(name), value)

    def change(self, *names: str) -> Callable[[Change], Change]:
        """The decorated function changes calls of a function or method that is still there."""

        def keep(change: Change) -> Change:
            self._changes.extend((name, change) for name in names)
            return change

        return keep

    def apply(self, module: ModuleType) -> None:
        """Put all of it into the library, whose root this is."""
        for name, function in self._methods.items():
            self._apply_method(module, name, function)
        for name, old in self._properties.items():
            owner, last = self._owner(module, name)
            if owner is not None and not hasattr(owner, last):
                setattr(owner, last, old)
        for name, change in self._changes:
            owner, last = self._owner(module, name)
            if owner is not None:
                wrap(owner, last, functools.partial(_changed, change))
        self.apply_attributes(module)

    def apply_attributes(self, module: ModuleType, prefix: str = "") -> None:
        """The names of a module alone."""
        found = {name[len(prefix) :]: value for name, value in self._attributes.items() if name.startswith(prefix)}
        answer(module, {name: value for name, value in found.items() if "." not in name})

    def _apply_method(self, module: ModuleType, name: str, function: Any) -> None:
        owner, last = self._owner(module, name)
        if owner is None:
            return
        there = getattr(owner, last, None)
        if there is None and isinstance(function, classmethod):
            setattr(owner, last, classmethod(noted(self.gone(name), function.__func__)))
        elif there is None:
            setattr(owner, last, noted(self.gone(name), function))
        elif isinstance(owner.__dict__.get(last, there), types.FunctionType) and not self._is_changed(name):
            # Still there, and deprecated: as it is, and with the same words about it.
            setattr(owner, last, noted(self.gone(name), there))

    def _is_changed(self, name: str) -> bool:
        return any(name == changed for changed, _ in self._changes)

    def _owner(self, module: Any, name: str) -> tuple[Any, str]:
        """What holds a dotted name below a module, None where it is not there; and the name's last part."""
        for start, place in self._places.items():
            if name.startswith(start):
                name = place + name[len(start) :]
        *path, last = name.split(".")
        owner: Any = module
        for part in path:
            owner = getattr(owner, part, None)
            if owner is None:
                break
        return owner, last


def answer(module: ModuleType, values: dict[str, Callable[[], Any]]) -> None:
    """Let a module have further names: each value is made when it is asked for, and kept from then on."""
    values = {name: value for name, value in values.items() if name not in module.__dict__}
    if not values:
        return
    other = module.__dict__.get("__getattr__")

    def __getattr__(name: str) -> Any:  # noqa: N807 - what modules call it
        if name in values:
            return values[name]()
        if other is not None:
            return other(name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module)

    module.__getattr__ = __getattr__  # type: ignore[method-assign]


def noted(gone: Gone, function: Function) -> Function:
    """The function, noting that it is used."""

    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        uses.tell(gone)
        return function(*arguments, **options)

    return call


def wrap(owner: Any, name: str, around: Callable[[Function, tuple[Any, ...], dict[str, Any]], Any]) -> None:
    """Let calls by the user of `owner.name` go through `around`; a method stays of its kind."""
    held = owner.__dict__.get(name, getattr(owner, name, None))
    if held is None:
        return
    kind = type(held) if isinstance(held, (classmethod, staticmethod)) else None
    function = held.__func__ if kind is not None else held
    if isinstance(function, type) or not callable(function):
        return
    made = wrapped(function, around)
    setattr(owner, name, made if kind is None else kind(made))


def wrapped(function: Function, around: Callable[[Function, tuple[Any, ...], dict[str, Any]], Any]) -> Function:
    """The function, with `around` between it and the user; libraries reach it as it is."""

    def call(*arguments: Any, **options: Any) -> Any:
        if uses.in_script():
            return around(function, arguments, options)
        return function(*arguments, **options)

    return _as(function, call)


def _as(function: Function, call: Any) -> Function:
    """What `functools.update_wrapper` does, without what most functions have nothing of: there are hundreds of them."""
    call.__name__ = getattr(function, "__name__", call.__name__)
    call.__qualname__ = getattr(function, "__qualname__", call.__name__)
    call.__doc__ = function.__doc__
    call.__module__ = getattr(function, "__module__", None)
    more = getattr(function, "__dict__", None)
    if more:
        call.__dict__.update(more)
    call.__wrapped__ = function
    made: Function = call
    return made


def is_signature_error(error: TypeError) -> bool:
    """Whether a call did not fit the function, so that nothing of it has run."""
    text = str(error)
    return "argument" in text and any(part in text for part in ("unexpected keyword", "positional", "multiple values"))


def _keep(kept: dict[str, Any], names: tuple[str, ...], function: Any) -> Any:
    kept.update(dict.fromkeys(names, function))
    return function


def _property(gone: Gone, function: Function) -> property:
    def get(self: Any) -> Any:
        uses.tell(gone)
        return function(self)

    return property(get)


def _valued(gone: Gone, value: Callable[[], Any]) -> Any:
    uses.tell(gone)
    return value()


def _changed(change: Change, function: Function, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    return change(function, arguments, options)


def named(arguments: tuple[Any, ...], options: dict[str, Any], order: str) -> dict[str, Any]:
    """All arguments of a call by name; `order` has the names that places had. Raises TypeError for more or twice."""
    names = order.split()
    if len(arguments) > len(names):
        raise TypeError(f"takes at most {len(names)} positional arguments but {len(arguments)} were given")
    given = dict(zip(names, arguments))
    twice = [name for name in options if name in given]
    if twice:
        raise TypeError(f"got multiple values for argument {twice[0]!r}")
    return {**given, **options}


def by_name_only(function: Function) -> tuple[str, ...]:
    """The arguments that a function takes only by name."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    return () if code is None else code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]


def places(function: Function) -> int:
    """How many arguments it takes by place, the object of a method among them."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return int(function.__code__.co_argcount)
