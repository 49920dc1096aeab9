from bottega.api import BottegaError, Experiment, FileRef, Problem, Result, Table, check, load, run, save

__all__ = [
    "BottegaError",
    "Experiment",
    "FileRef",
    "Problem",
    "Result",
    "Table",
    "__version__",
    "check",
    "load",
    "run",
    "save",
]
__version__: str
