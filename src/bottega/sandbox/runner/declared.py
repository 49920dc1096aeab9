"""The module that a job names: one of the catalogue by its place, or one whose code comes with the job."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from bottega.sandbox.runner import own
from bottega.sdk.declaration import ModuleSpec, spec_of


def declared(settings: Mapping[str, Any]) -> ModuleSpec:
    """The declaration that `catalogue.source` of the host speaks of. Raises whatever code of a workspace raises."""
    if "code" in settings:
        return own.spec(settings["code"], settings["function"])
    return spec_of(getattr(importlib.import_module(settings["place"]), settings["function"]))
