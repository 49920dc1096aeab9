"""A function as text that stands alone: what goes along with it, and what cannot."""

from __future__ import annotations

import functools
import importlib.util
import math
import os.path
import sys
import textwrap
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bottega.errors import BottegaError
from bottega.services.function_source import source_of

RATE = 0.25
LIMITS = {"low": 1, "high": [2, 3]}
OPEN = object()
UNWRITTEN = [RATE, math.inf]


class Scale:
    """A class that goes along."""

    factor = RATE

    def apply(self, value: float) -> float:
        """A product."""
        return math.floor(value) * self.factor


def helper(value: float) -> float:
    """A function that goes along."""
    return Scale().apply(value) + other(1)


def other(depth: int) -> float:
    """A function that calls the one that calls it."""
    return helper(depth - 1) if depth > 100 else RATE


@functools.lru_cache
def cached(value: float) -> float:
    """A function with a decorator that is not ours."""
    return value


def simple(x: float, y: float = 2) -> float:
    """A sum."""
    return x + y


def mixed(x: float) -> Any:
    total = np.exp(x) + math.sqrt(x) + helper(x) + LIMITS["low"]
    return OrderedDict(a=total, b=os.path.join("a", "b"), c=[pd.isna(each) for each in (x, None)])


def annotated(x: Callable[[int], datetime], later: Unknown) -> Iterator[Path]:  # type: ignore[name-defined]  # noqa: F821
    y: Unknown = x  # type: ignore[name-defined]  # noqa: F821
    return [y, later]  # type: ignore[return-value]


def test_a_function_is_its_own_text() -> None:
    assert (
        source_of(simple)
        == 'from __future__ import annotations\n\n\ndef simple(x: float, y: float = 2) -> float:\n    """A sum."""\n    return x + y\n'
    )


def run(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call what the text defines, in a namespace of nothing."""
    space: dict[str, Any] = {"__name__": "alone"}
    exec(compile(source_of(function), "alone.py", "exec"), space)
    return space[function.__name__](*arguments)


def test_what_it_uses_goes_along_and_works_alone() -> None:
    assert run(simple, 1) == 3
    assert run(mixed, 4.0) == mixed(4.0)
    text = source_of(mixed)
    for line in (
        "import numpy as np",
        "import math",
        "from collections import OrderedDict",
        "LIMITS = {'low': 1, 'high': [2, 3]}",
        "RATE = 0.25",
    ):
        assert text.count(f"\n{line}\n") == 1
    assert text.index("class Scale") < text.index("def mixed")


def test_annotations_ask_for_nothing() -> None:
    text = source_of(annotated)
    assert "import" not in text.replace("from __future__ import annotations", "")
    assert run(annotated, 1, 2) == [1, 2]


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Another decorator."""
    return function


def service(**_: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Named as ours."""
    return decorated


@service(
    name="x",
)
@decorated
def twice(x: int) -> int:
    """With two decorators."""
    return x * 2


def test_only_our_decorator_goes() -> None:
    text = source_of(twice)
    assert "@decorated\ndef twice" in text
    assert "service" not in text
    assert run(twice, 4) == 8


def test_variables_of_the_function_around_it_go_along() -> None:
    rate, names = 3, ("a", "b")

    def inner(x: int) -> Any:
        return {name: x * rate + len(name) for name in names}

    assert run(inner, 2) == {"a": 7, "b": 7}
    late = OPEN

    def cannot(x: int) -> Any:
        return late, x

    with pytest.raises(BottegaError, match="it uses late, of type object"):
        source_of(cannot)


def uses_open(x: int) -> Any:
    return OPEN, x


def uses_unwritten(x: int) -> Any:
    return UNWRITTEN, x


def uses_nothing_such(x: int) -> Any:
    return nothing_such + x  # type: ignore[name-defined]  # noqa: F821


async def waits(x: int) -> int:
    return x


def gives(x: int) -> Iterator[int]:
    yield x


async def gives_later(x: int) -> AsyncIterator[int]:
    yield x


class Holder:
    """With a method."""

    def method(self, x: int) -> int:
        """One."""
        return x


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: x, "lambda"),
        (Holder().method, "it is a method"),
        (Holder.method, "it is a method"),
        (len, "no plain function"),
        (functools.partial(simple, 1), "no plain function"),
        (waits, "coroutine or a generator"),
        (gives, "coroutine or a generator"),
        (gives_later, "coroutine or a generator"),
        (uses_open, "it uses OPEN, of type object"),
        (uses_unwritten, "it uses UNWRITTEN, of type list"),
        (uses_nothing_such, "it uses nothing_such, which is defined nowhere"),
    ],
    ids=range(11),
)
def test_what_cannot_be_sent(function: Any, message: str) -> None:
    with pytest.raises(BottegaError, match=message):
        source_of(function)


def test_a_function_without_a_source() -> None:
    space: dict[str, Any] = {}
    exec("def made(x):\n    return x\n", space)
    with pytest.raises(BottegaError, match="source cannot be found"):
        source_of(space["made"])


def loaded(folder: Path, name: str, text: str) -> ModuleType:
    """A module of the user's own."""
    (folder / f"{name}.py").write_text(textwrap.dedent(text))
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_files_of_ones_own_have_to_be_attached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    loaded(tmp_path, "own_helpers", "def half(x):\n    return x / 2\n")
    main = loaded(tmp_path, "own_main", "import own_helpers\nfrom own_helpers import half\n"
                  "def a(x):\n    return own_helpers.half(x)\ndef b(x):\n    return half(x)\n")  # fmt: skip
    try:
        with pytest.raises(BottegaError, match="own_helpers, which is a file of yours"):
            source_of(main.a)
        assert "import own_helpers\n" in source_of(main.a, frozenset({"own_helpers"}))
        assert "def half(x)" in source_of(main.b)
        assert run(main.b, 3) == 1.5
    finally:
        del sys.modules["own_helpers"], sys.modules["own_main"]


def test_parts_of_packages_are_imported_too(tmp_path: Path) -> None:
    main = loaded(tmp_path, "own_parts", "import xml.dom.minidom\nimport xml\n"
                  "def a(x):\n    return xml.dom.minidom.parseString(x).documentElement.tagName\n")  # fmt: skip
    try:
        assert "import xml.dom.minidom" in source_of(main.a)
        assert run(main.a, "<b/>") == "b"
    finally:
        del sys.modules["own_parts"]


def test_one_name_for_two_things(tmp_path: Path) -> None:
    one = loaded(tmp_path, "own_one", "RATE = 1\ndef rated(x):\n    return RATE * x\n")
    two = loaded(tmp_path, "own_two", "from own_one import rated\nRATE = 2\ndef a(x):\n    return rated(x) + RATE\n")
    try:
        assert one.rated(1) == 1
        with pytest.raises(BottegaError, match="RATE means two different things"):
            source_of(two.a)
    finally:
        del sys.modules["own_one"], sys.modules["own_two"]
