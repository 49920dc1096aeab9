"""matplotlib inside the jail: always on Agg, and no figure is lost.

Hooks are set when a module is imported, whether by the zygote or by the script.
"""

from __future__ import annotations

import os
import sys
import types
import warnings
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import imports
from .traces import message

_MOST_OPEN = 50
_saved: weakref.WeakSet[Any] = weakref.WeakSet()


def install() -> None:
    """Watch for matplotlib's imports; those already done are hooked at once."""
    imports.watch(_HOOKS)


def save_open(folder: str, notes: list[str]) -> None:
    """Save the figures that are still open and were never saved; of those that cannot be, a note."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    numbers: list[int] = [] if pyplot is None else pyplot.get_fignums()
    for number in numbers[:_MOST_OPEN]:
        try:
            figure = pyplot.figure(number)
            if figure not in _saved:
                _save(figure, _free_path(folder, number))
        except BaseException as error:  # noqa: BLE001 - drawing runs what the script put into the figure
            notes.append(f"Figure {number} was left open and cannot be saved: {message(error)}")


def close() -> None:
    """Forget the figures: the next call of a service draws its own."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def _save(figure: Any, path: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no line of the script does this
        figure.savefig(path)


def _free_path(folder: str, number: int) -> str:
    name = f"figure_{number}.png"
    while os.path.lexists(os.path.join(folder, name)):
        name = "_" + name
    return os.path.join(folder, name)


def _use_agg(module: ModuleType) -> None:
    def use(*_arguments: object, **_options: object) -> None:
        """Backends other than Agg need a screen, and a step has none."""

    module.use = use  # type: ignore[attr-defined]


def _stay_on_agg(module: ModuleType) -> None:
    switch = module.switch_backend

    def switch_backend(*_arguments: object, **_options: object) -> None:
        switch("agg")

    def show(*_arguments: object, **_options: object) -> None:
        """Nothing to show it on; what stays open is saved at the end."""

    module.switch_backend = switch_backend  # type: ignore[attr-defined]
    module.show = show  # type: ignore[attr-defined]
    if "matplotlib.backends" in sys.modules:
        switch("agg")


def _note_saves(module: ModuleType) -> None:
    canvas = module.FigureCanvasBase
    print_figure, saved = canvas.print_figure, _saved

    def noting(self: Any, *arguments: Any, **options: Any) -> Any:
        result = print_figure(self, *arguments, **options)
        saved.add(self.figure)
        return result

    # matplotlib's warnings tell the line of the first caller that is not matplotlib: the script's.
    code = noting.__code__.replace(co_filename=str(module.__file__))
    canvas.print_figure = types.FunctionType(code, module.__dict__, "print_figure", None, noting.__closure__)


def _know_the_cores(module: ModuleType) -> None:
    # joblib asks programs that a jail has not, and complains at length of their absence.
    if getattr(module, "physical_cores_cache", 0) is None:
        module.physical_cores_cache = len(os.sched_getaffinity(0))  # type: ignore[attr-defined]


_HOOKS: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _use_agg,
    "matplotlib.pyplot": _stay_on_agg,
    "matplotlib.backend_bases": _note_saves,
    "joblib.externals.loky.backend.context": _know_the_cores,
}
