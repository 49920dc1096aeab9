"""Import Data (fact sheet 2.5): a table from the world outside."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from bottega.modules.data_input_and_output._sources import DataFormat, file_format
from bottega.sdk import BottegaError, Help, Isolation, Label, Reach, Secret, Table, When, module


class Source(StrEnum):
    """Where the table is."""

    WEB = "Web URL via HTTP"
    LOCAL = "Local file"


@module(
    title="Import Data",
    category="Data Input and Output",
    isolation=Isolation.HOST,
    deterministic=False,
    former=("Reader",),
)
def import_data(
    reach: Reach,
    *,
    source: Annotated[Source, Label("Data source")] = Source.WEB,
    url: Annotated[str, Label("URL"), Secret(), When("source", Source.WEB)] = "",
    path: Annotated[
        str, Label("Path"), Help("Relative paths start at the experiment's folder"), When("source", Source.LOCAL)
    ] = "",
    format: Annotated[DataFormat, Label("Data format")] = DataFormat.CSV,  # noqa: A002 - its name in files
    header: Annotated[bool, Label("CSV or TSV has header row"), When("format", DataFormat.CSV, DataFormat.TSV)] = False,
    use_cached_results: Annotated[
        bool, Label("Use cached results"), Help("Do not look again while nothing here is changed")
    ] = False,
) -> Annotated[Table, Label("Results dataset")]:
    """Read a table from a web address or, where the workspace allows it, from a local file.

    It runs outside the jail and reads anew in every run, unless cached results are to be
    used. Without a header row the columns are named Col1, Col2 and so on. Redirects are
    refused (Error 0078), and so are private and loopback addresses unless the workspace
    allows them; passwords and queries of an address are in no message. Local files need
    the workspace's leave too: `bottega workspace allow local-files`.
    """
    from bottega.dataset import formats

    del use_cached_results  # the engine's business
    name = file_format(format, header=header)
    if source is Source.LOCAL:
        if not path:
            raise BottegaError("0003", parameter="Path")
        return formats.read(reach.local_file(path), name)
    if not url:
        raise BottegaError("0003", parameter="URL")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "fetched")
        reach.fetch(url, file)
        try:
            return formats.read(file, name)
        except BottegaError as error:
            # The file that it names is nobody's but ours.
            facts = {key: fact for key, fact in error.facts.items() if key != "path"}
            raise BottegaError(error.code, **facts, path=url.partition("?")[0].rpartition("@")[2]) from error
