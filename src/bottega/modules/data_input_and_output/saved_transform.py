"""Saved transform (fact sheet 2.13, Transforms): what a module learned from a table, to be done again to others."""

from __future__ import annotations

from typing import Annotated

from bottega.sdk import BottegaError, Help, Label, Transform, module


@module(title="Saved transform", category="Transforms", guest="dataset")
def saved_transform(
    *, transform: Annotated[str, Label("Transform"), Help("A transform of the workspace, by its name")]
) -> Annotated[Transform, Label("Transformation", ("Transform",))]:
    """Bring a transform of the workspace into the experiment, its newest version.

    `bottega service set-up` saves what a module such as Clean Missing Data learned, and lets Apply
    Transformation do it again to the rows of each call.
    """
    # The engine takes it from the workspace; here arrives only a name that the workspace does not know.
    raise BottegaError("usage", reason=f"There is no transform named {transform[:200]} in this workspace")
