"""Execute R Script (fact sheet 2.1): the user's own R over tables, in the jail."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

from bottega.modules.r_language_modules import _job
from bottega.modules.r_language_modules._process import prepare
from bottega.sdk import Code, Device, Help, Label, Range, Table, Zip, module, note

__all__ = ["execute_r_script", "prepare"]

SAMPLE = """\
# Ports count from 1, and each gives a data.frame
dataset1 <- maml.mapInputPort(1)

# What is in the zip at Script Bundle lies below ./src: source("src/functions.R"); load("src/model.RData")
# Printed text and every plot go to R Device

# Give the name of a data.frame, as text
maml.mapOutputPort("dataset1")
"""


class RVersion(StrEnum):
    """What classic offered; the machine's own R runs in place of both."""

    INSTALLED = "As installed"
    CRAN = "CRAN R 3.1.0"
    MICROSOFT = "Microsoft R Open 3.2.2"


class Outputs(NamedTuple):
    """The ports."""

    result_dataset: Annotated[Table, Label("Result Dataset", ("Results dataset", "result"))]
    r_device: Annotated[Device, Label("R Device", ("device",))]


@module(title="Execute R Script", category="R Language Modules", guest="r")
def execute_r_script(
    dataset1: Annotated[Table | None, Label("Dataset1")] = None,
    dataset2: Annotated[Table | None, Label("Dataset2")] = None,
    script_bundle: Annotated[Zip | None, Label("Script Bundle", ("bundle",))] = None,
    *,
    script: Annotated[str, Label("R Script"), Code("r")] = SAMPLE,
    seed: Annotated[
        int | None, Label("Random Seed"), Range(0, 2**31 - 1), Help("As set.seed() before the script; empty for none")
    ] = None,
    r_version: Annotated[
        RVersion,
        Label("R Version"),
        Help("Kept for old experiments; the R that is installed runs, whatever stands here"),
    ] = RVersion.INSTALLED,
) -> Outputs:
    """Run your own R script over data frames.

    The R that is installed on the machine runs the script, in the jail: no network, no files
    but its own folder. `maml.mapInputPort(1)` gives the table at Dataset1 as a data.frame,
    `maml.mapOutputPort("name")` puts the data.frame of that name out. What the script prints and
    every plot that it draws go to R Device, whether it opens a device for them or not, and so do
    PNG and SVG files that it leaves at the top of its folder. A zip at Script Bundle is unpacked
    below `./src`.

    Packages are those installed for all users of the machine; a jail installs none. A failing
    script is Error 0063 with R's own message, the line and R's trace. A script may have 1,000
    lines or 32 KB, as in classic. docs/r.md tells how each type of column travels.
    """
    _job.check(script, "The R script")
    if r_version is not RVersion.INSTALLED:
        note(f"R Version asks for {r_version}; the R that is installed on this machine ran instead.")
    return Outputs(*_job.script(_job.Job("script", script, (dataset1, dataset2), script_bundle, seed)))
