"""`bottega VERB …`: finds the verb's file and runs it.

Only the chosen verb is imported, and argparse reads its arguments: the whole command is
to take less time than Python needs to import pandas.
"""

from __future__ import annotations

import argparse
import importlib
import keyword
import signal
import sys
from collections.abc import Sequence

from bottega import __version__
from bottega.cli.exits import INTERRUPTED, USAGE

VERBS = {
    "run": "run an experiment; what has not changed is reused",
    "check": "find every problem of an experiment without running it",
    "diff": "tell what changed in meaning between two experiments",
    "show": "look at an output that was computed: rows, types, profile",
    "why": "tell why a node would run or be reused",
    "modules": "the catalogue, or one module's page; modules of your own",
    "import": "make an experiment file of what the classic Studio exported",
    "export": "turn an experiment into a notebook, plain Python or classic's JSON",
    "dataset": "save, list and remove the workspace's datasets",
    "service": "publish experiments as web services; their versions, endpoints and keys",
    "serve": "answer the calls of web services, of old clients and of programs",
    "open": "open the studio of a server that runs, signed in",
    "workspace": "size, settings, pruning, checking, backup of what is kept",
    "script": "run a script's azureml_main over files, in the jail",
    "reproduce": "write a folder in which a script of a run gives its results again, without Bottega",
    "debug": "run a script under a debugger, in the jail: at the terminal or in an editor",
    "migrate": "tell what of old scripts would break today, and rewrite what is safe",
    "environment": "make, look at, update and remove the package environments that scripts run in",
    "pool": "keep warm jails ready, so that a script starts in milliseconds",
    "doctor": "tell what jail this machine can make, layer by layer, with the fix",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb; the process's exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    if given and given[0] in VERBS:
        name = f"{given[0]}_" if keyword.iskeyword(given[0]) else given[0]
        verb = importlib.import_module(f"bottega.cli.{name}")
        try:
            return int(verb.main(given[1:]))
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return INTERRUPTED
        except BrokenPipeError:
            # Whoever read our output has gone; say so by the exit code alone.
            sys.stdout = None  # nothing is to be flushed at exit
            return USAGE
    parser.parse_args(given)
    parser.print_help()
    return USAGE


def _terminate(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {name:<12} {what}" for name, what in VERBS.items())
    parser = argparse.ArgumentParser(
        prog="bottega",
        usage="bottega VERB [arguments]",
        description="An open, self-hosted machine-learning studio.",
        epilog=f"verbs:\n{lines}\n\nbottega VERB --help tells more of each.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=tuple(VERBS), metavar="VERB", help="what to do")
    parser.add_argument("--version", action="version", version=f"bottega {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
