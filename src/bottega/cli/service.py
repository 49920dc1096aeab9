"""`bottega service …`: web services made of experiments: published, looked at, kept in order."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from bottega.cli import service_batch, service_endpoint, service_list, service_publish
from bottega.cli.check import refused
from bottega.cli.opened import add_options, refuse_pandas
from bottega.cli.workspace import within
from bottega.errors import BottegaError

Run = Callable[[argparse.Namespace], int]
_SERVICE = "its id or its name, or how one of them begins"


def main(arguments: Sequence[str]) -> int:
    """Publish and look after web services."""
    options = _parser().parse_args(arguments)
    refuse_pandas()
    try:
        return _run(options)
    except BottegaError as error:
        code = refused("service", error, as_json=options.json)
        return int(getattr(error, "exit_code", code))


def _run(options: argparse.Namespace) -> int:
    """What callers of a service read as an error is one of usage here."""
    from bottega.services.errors import ServiceError

    try:
        return int(options.run(options))
    except ServiceError as error:
        raise BottegaError("usage", reason=str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega service", description="Web services: an experiment, frozen, that programs call with a table and get one back.",
        epilog="`bottega serve` answers the calls. Exit codes: 0 done; 1 the experiment failed; 2 it has problems, or bad usage; "
        "4 no jail; 130 canceled.",
    )  # fmt: skip
    verbs = parser.add_subparsers(
        required=True, metavar="publish|set-up|list|show|parameters|rename|versions|roll-back|delete|endpoint|batch"
    )
    _add_publishing(verbs)
    _add_services(verbs)
    _add_endpoints(verbs)
    service_batch.add_arguments(_verb(verbs, "batch", service_batch.batch, "put files through a service"))
    return parser


def _add_publishing(verbs: Any) -> None:
    publish = _verb(
        verbs,
        "publish",
        service_publish.publish,
        "run an experiment and make it a web service, or its next version",
        file=True,
    )
    publish.add_argument("--name", metavar="NAME", help="what the service is called (default: the experiment's title)")
    into = publish.add_mutually_exclusive_group()
    into.add_argument("--service", metavar="ID", help="make it the next version of this service (default: of the one that was "
                      "published from this experiment)")  # fmt: skip
    into.add_argument("--new", action="store_true", help="make another service, even if this experiment has one")
    publish.add_argument(
        "--description", metavar="TEXT", default="", help="what the service does (default: the experiment's)"
    )
    publish.add_argument("--mode", choices=("request", "service"), help="how the default endpoint runs calls: each in a fresh jail "
                         "(request, the default), or in jails that are used again, which is faster")  # fmt: skip
    publish.add_argument(
        "--environment", metavar="NAME", help="the packages of scripts that name none themselves, in place of the "
        "experiment's `environment:`"
    )  # fmt: skip
    publish.add_argument("--model", metavar="NODE", help=_MODEL)
    set_up = _verb(
        verbs, "set-up", service_publish.set_up, "make the predictive experiment of one that trains a model", file=True
    )
    set_up.add_argument(
        "--retraining", action="store_true", help="keep the training, and put web service inputs and outputs to it"
    )
    set_up.add_argument("--model", metavar="NODE", help=_MODEL)
    set_up.add_argument("-o", "--output", metavar="FILE", help="where to write it (default: beside FILE, named for it)")
    set_up.add_argument("--yes", action="store_true", help="write it without asking")


_MODEL = "the node that trains the model which is meant, where the experiment compares several"


def _add_services(verbs: Any) -> None:
    _verb(verbs, "list", within(service_list.show_all), "all web services")
    for name, run, what in (
        ("show", service_list.show, "one service: its inputs, outputs, versions and endpoints"),
        ("parameters", service_list.parameters, "the web service parameters that a call may or must give"),
        ("versions", service_list.versions, "what was published, version by version"),
    ):
        _verb(verbs, name, within(run), what).add_argument("service", metavar="SERVICE", help=_SERVICE)
    rename = _verb(verbs, "rename", within(service_list.rename), "give a service another name")
    rename.add_argument("service", metavar="SERVICE", help=_SERVICE)
    rename.add_argument("name", metavar="NAME")
    back = _verb(
        verbs, "roll-back", within(service_list.roll_back), "let the default endpoint answer with an earlier version"
    )
    back.add_argument("service", metavar="SERVICE", help=_SERVICE)
    back.add_argument("version", metavar="N", type=int)
    delete = _verb(verbs, "delete", within(service_list.delete), "delete a service with all its versions and endpoints")
    delete.add_argument("service", metavar="SERVICE", help=_SERVICE)


def _add_endpoints(verbs: Any) -> None:
    group = verbs.add_parser("endpoint", help="the places where a service is called, each with two keys")
    inner = group.add_subparsers(required=True, metavar="list|add|set|refresh|keys|rotate-key|delete")
    listing = _verb(inner, "list", within(service_endpoint.show_all), "the endpoints of a service")
    listing.add_argument("service", metavar="SERVICE", help=_SERVICE)
    for name, run, what in (
        ("add", service_endpoint.add, "another endpoint, of the default one's version"),
        ("set", service_endpoint.change, "other settings for an endpoint"),
        ("refresh", service_endpoint.refresh, "bring an endpoint to the default one's version"),
        ("keys", service_endpoint.keys, "both keys, and where to call"),
        ("rotate-key", service_endpoint.rotate_key, "make another key; the one before is valid no more"),
        ("delete", service_endpoint.delete, "delete an endpoint"),
    ):
        verb = _verb(inner, name, within(run), what)
        verb.add_argument("service", metavar="SERVICE", help=_SERVICE)
        if name == "keys":
            verb.add_argument(
                "name", metavar="ENDPOINT", nargs="?", default="default", help="its name (default: default)"
            )
        else:
            verb.add_argument("name", metavar="ENDPOINT", help="its name: small letters and digits, at most 24")
        if name in _OPTIONS:
            _OPTIONS[name](verb)


def _settings(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--description", metavar="TEXT", help="what it is for")
    verb.add_argument(
        "--throttle", choices=("High", "Low"), help="Low takes 4 calls at once, High as many as --calls (default High)"
    )
    verb.add_argument("--calls", metavar="N", type=int, help="calls at once, 1 to 200 (default 20)")
    verb.add_argument(
        "--mode", choices=("request", "service"), help="each call in a fresh jail, or in jails that are used again"
    )
    verb.add_argument(
        "--prevent-update", action=argparse.BooleanOptionalAction, help="refuse refreshing and other models"
    )
    verb.add_argument(
        "--sample-data", action=argparse.BooleanOptionalAction,
        help="show the first rows that it was published with as examples, on pages that need no key",
    )  # fmt: skip


def _overwrite(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--overwrite-resources", action="store_true", help="models that were trained again give way, too")


def _which(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("which", metavar="primary|secondary", choices=("primary", "secondary"))


_OPTIONS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "add": _settings, "set": _settings, "refresh": _overwrite, "rotate-key": _which,
}  # fmt: skip


def _verb(verbs: Any, name: str, run: Run, what: str, *, file: bool = False) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(name, help=what)
    made.set_defaults(run=run)
    add_options(made, file=file)
    return made
