"""matplotlib: always on Agg, and no figure is lost; as `figures.py` has it for today's Pythons."""

import importlib
import os
import sys
import warnings
import weakref

from .words import shown

_MOST_OPEN = 50
_saved = weakref.WeakKeyDictionary()


def install():
    """Watch for matplotlib's imports."""
    sys.meta_path.insert(0, _Finder())


def save_open(folder, notes):
    """Save the figures that are still open and were never saved; of those that cannot be, a note."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in [] if pyplot is None else pyplot.get_fignums()[:_MOST_OPEN]:
        try:
            figure = pyplot.figure(number)
            if figure not in _saved:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # no line of the script does this
                    figure.savefig(_free_path(folder, number))
        except BaseException as error:
            notes.append("Figure %s was left open and cannot be saved: %s" % (number, shown(error)))


def close():
    """Forget the figures: the next call of a service draws its own."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def _free_path(folder, number):
    name = "figure_%s.png" % number
    while os.path.lexists(os.path.join(folder, name)):
        name = "_" + name
    return os.path.join(folder, name)


def _use_agg(module):
    module.rcParams["backend"] = "agg"
    module.use = lambda *_arguments, **_options: None


def _stay_on_agg(module):
    switch = module.switch_backend
    module.switch_backend = lambda *_arguments, **_options: switch("agg")
    module.show = lambda *_arguments, **_options: None


def _note_saves(module):
    print_figure = module.FigureCanvasBase.print_figure

    def noting(self, *arguments, **options):
        result = print_figure(self, *arguments, **options)
        _saved[self.figure] = True
        return result

    module.FigureCanvasBase.print_figure = noting


_HOOKS = {
    "matplotlib": _use_agg,
    "matplotlib.pyplot": _stay_on_agg,
    "matplotlib.backend_bases": _note_saves,
}


class _Finder(object):
    """Lets the other finders find a hooked module and runs its hook once it is loaded; in the words of PEP 302."""

    def __init__(self):
        self._loading = set()

    def find_module(self, name, path=None):
        """This is the loader of what has a hook, but while it loads it."""
        return self if name in _HOOKS and name not in self._loading else None

    def load_module(self, name):
        """Load it as everybody would, and hook it."""
        self._loading.add(name)
        try:
            module = importlib.import_module(name)
        finally:
            self._loading.discard(name)
        _HOOKS[name](module)
        return module
