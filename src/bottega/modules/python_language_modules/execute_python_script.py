"""Execute Python Script (fact sheet 1): the user's own function over tables, in the jail."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

from bottega.sdk import Code, Device, Help, Label, Range, Table, Zip, module


class PortMapping(StrEnum):
    """Which port feeds which parameter of `azureml_main`."""

    CONNECTED = "connected"
    SLOTS = "slots"


class OldNames(StrEnum):
    """Whether the script finds names that libraries have removed."""

    ENVIRONMENT = "As the environment"
    ON = "On"
    OFF = "Off"


class Outputs(NamedTuple):
    """The ports."""

    result_dataset: Annotated[Table, Label("Result Dataset", ("Results dataset", "result"))]
    python_device: Annotated[Device, Label("Python Device", ("device",))]
    result_dataset2: Annotated[Table | None, Label("Result Dataset 2", ("Results dataset 2", "result2"))]
    files: Annotated[Zip | None, Label("Files")]


@module(title="Execute Python Script", category="Python Language Modules", guest="script")
def execute_python_script(
    dataset1: Annotated[Table | None, Label("Dataset1")] = None,
    dataset2: Annotated[Table | None, Label("Dataset2")] = None,
    script_bundle: Annotated[Zip | None, Label("Script Bundle", ("bundle",))] = None,
    *,
    script: Annotated[str, Label("Python script"), Code("python")],
    environment: Annotated[
        str,
        Label("Environment"),
        Help(
            "The packages to run with: a name of `bottega environment list`; empty for what the script asks for itself, "
            "else the experiment's, else default"
        ),
    ] = "",
    old_names: Annotated[
        OldNames,
        Label("Old library names"),
        Help("Whether names that pandas, NumPy and others have removed work as they did, with a note for each"),
    ] = OldNames.ENVIRONMENT,
    port_mapping: Annotated[
        PortMapping,
        Label("Port mapping"),
        Help("Connected ports in order are the arguments, or each port has its own parameter"),
    ] = PortMapping.CONNECTED,
    first_duplicate: Annotated[
        int, Label("First duplicate"), Range(1, 2), Help("The number that a first duplicate column name gets")
    ] = 1,
) -> Outputs:
    """Run your own function `azureml_main(dataframe1, dataframe2)` over pandas frames.

    The script is vanilla Python and runs in an environment of your choice, in the jail: no
    network, no files but its own folder. It returns a frame, alone or first in a tuple; a
    second frame in the tuple goes to Result Dataset 2. What it prints and every picture that
    it saves go to the Python Device; what it leaves in `./outputs` goes to Files, as a zip
    that another script can take as its bundle. A zip at Script Bundle is unpacked to
    `./Script Bundle`, and the modules in it can be imported. A failing script is Error 0085
    with your own traceback and the line. docs/script.md has the exact rules.

    A script may say itself what it needs, in a comment `# /// script` (PEP 723); the environment is then built at the
    first run.
    """
    # An experiment hands the script to its own guest instead, in the jail and environment that it names.
    from bottega.modules.python_language_modules import _vanilla

    del environment, old_names
    return Outputs(*_vanilla.run((dataset1, dataset2), script_bundle, script, port_mapping.value, first_duplicate))
