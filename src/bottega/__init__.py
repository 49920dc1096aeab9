"""Bottega: a self-hosted machine-learning studio around plain Python functions.

From Python: `bottega.load`, `save`, `check`, `run`, `publish` and `service` (see `bottega.api`), which are
imported when they are first used.
"""

__version__ = "0.1.0"
__all__ = [
    "BottegaError", "Experiment", "FileRef", "FunctionService", "Problem", "Result", "ServiceError", "Table", "__version__",
    "check", "load", "publish", "run", "save", "service",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # by name: what lies below `api` imports this package, and may not import `api`

    found = globals()[name] = getattr(importlib.import_module("bottega.api"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
