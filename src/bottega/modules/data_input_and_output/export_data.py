"""Export Data (fact sheet 2.5): a table to the world outside."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from bottega.modules.data_input_and_output._sources import DataFormat, database_url, file_format, given
from bottega.sdk import BottegaError, Help, Isolation, Label, Range, Reach, Secret, Table, When, module


class Destination(StrEnum):
    """Where the table goes."""

    LOCAL = "Local file"
    BLOB = "Azure Blob Storage"
    AZURE_SQL_DATABASE = "SQL Database"


class Authentication(StrEnum):
    """What opens a blob: the key of its account, or its own address."""

    ACCOUNT = "Account"
    SAS = "SAS"


class WriteMode(StrEnum):
    """What to do where something is already."""

    ERROR = "Error"
    OVERWRITE = "Overwrite"


_BLOB, _SQL = When("destination", Destination.BLOB), When("destination", Destination.AZURE_SQL_DATABASE)
_ACCOUNT = When("authentication", Authentication.ACCOUNT)
_FILES = When("destination", Destination.LOCAL, Destination.BLOB)


@module(
    title="Export Data",
    category="Data Input and Output",
    isolation=Isolation.HOST,
    deterministic=False,
    former=("Writer",),
)
def export_data(
    dataset: Annotated[Table, Label("Dataset")],
    reach: Reach,
    *,
    destination: Annotated[
        Destination, Label("Please specify data destination", ("Data destination", "Data source"))
    ] = Destination.LOCAL,
    path: Annotated[
        str,
        Label("Path"),
        Help("Relative paths start at the experiment's folder"),
        When("destination", Destination.LOCAL),
    ] = "",
    authentication: Annotated[
        Authentication, Label("Please specify authentication type", ("Authentication type",)), _BLOB
    ] = Authentication.ACCOUNT,
    uri: Annotated[
        str,
        Label("SAS URI for blob"),
        Secret(),
        Help("The blob's full address, with a signature that lets it be written"),
        _BLOB,
        When("authentication", Authentication.SAS),
    ] = "",
    account: Annotated[str, Label("Azure account name"), _BLOB, _ACCOUNT] = "",
    key: Annotated[str, Label("Azure account key"), Secret(), _BLOB, _ACCOUNT] = "",
    blob_path: Annotated[str, Label("Path to blob beginning with container"), _BLOB, _ACCOUNT] = "",
    database: Annotated[
        str, Label("Database URL"), Secret(), Help("postgresql://HOST/NAME, or sqlite:///FILE for a local file"), _SQL
    ] = "",
    server_name: Annotated[
        str, Label("Database server name"), Help("Of Microsoft SQL Server, in the place of an URL"), _SQL
    ] = "",
    database_name: Annotated[str, Label("Database name"), Help("On that server"), _SQL] = "",
    user: Annotated[str, Label("Server user account name"), _SQL] = "",
    password: Annotated[str, Label("Server user account password"), Secret(), _SQL] = "",
    columns: Annotated[
        str, Label("Comma separated list of columns to be saved"), Help("Nothing stands for all of them"), _SQL
    ] = "",
    table: Annotated[str, Label("Data table name"), Help("It is made where it is not there"), _SQL] = "",
    table_columns: Annotated[
        str,
        Label("Comma separated list of datatable columns"),
        Help("What they are called in the database, in the same order; nothing where as here"),
        _SQL,
    ] = "",
    rows: Annotated[
        int, Label("Number of rows written per SQL Azure operation"), Range(minimum=1, maximum=100_000), _SQL
    ] = 50,
    format: Annotated[  # noqa: A002 - its name in files
        DataFormat, Label("File format", ("File format for blob file", "File format for SAS file")), _FILES
    ] = DataFormat.CSV,
    header: Annotated[
        bool,
        Label("Write header row", ("Write blob header row", "Write SAS header row")),
        _FILES,
        When("format", DataFormat.CSV, DataFormat.TSV),
    ] = False,
    write_mode: Annotated[WriteMode, Label("Write mode", ("Azure Blob Storage write mode",)), _FILES] = WriteMode.ERROR,
    use_cached_results: Annotated[
        bool, Label("Use cached results"), Help("Do not write again while nothing here is changed")
    ] = False,
) -> None:
    """Write a table to a storage account, a table of a database or a local file.

    It runs outside the jail, in every run, unless cached results are to be used. What it writes appears whole or not at
    all: a file or a blob takes its place when it is complete, and rows are added to a table in one transaction.

    - **Azure Blob Storage**, by an account's name and key, or by an address with a signature. What is there already is
      Error 0057 unless it may be overwritten. CSV values with commas are quoted, which classic did not do.
    - **SQL Database**, by an URL as SQLAlchemy writes it; user and password may stand beside it. Rows are added to the
      table, which is made with fitting types where it is not there. `schema.table` names one in a schema.
    - **Local file**, where the workspace allows it: `bottega workspace allow local-files`.

    Private and loopback addresses are refused unless the workspace allows them. Passwords, keys and signatures are in no
    message.

    Error 0009, 0052, 0064, 0079: account, key or container are wrong. 0066: the storage refuses the blob. 0001, 0027,
    0028: columns that are not there, of another number, or named twice. 0015, 0071, 0121: the database cannot be
    reached, refuses the login, or its table has no such column.
    """
    del use_cached_results  # the engine's business
    if destination is Destination.AZURE_SQL_DATABASE:
        from bottega.modules.data_input_and_output._insertion import chosen, insert

        saved, names = chosen(dataset, columns, table_columns)
        url = database_url(database, server_name, database_name)
        with reach.database(url, user=user, password=password, writes=True) as connection:
            insert(connection, saved, names, given(table, "Data table name"), rows)
        return
    from bottega.dataset import formats

    name = file_format(format, header=header)
    if destination is Destination.LOCAL:
        file = reach.local_file(given(path, "Path"))
        if write_mode is WriteMode.ERROR and file.exists():
            raise BottegaError("0057", path=path)
        formats.write(dataset, file, name)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "table")
        formats.write(dataset, file, name)
        if authentication is Authentication.SAS:
            storage = reach.shared_blob(given(uri, "SAS URI for blob"))
        else:
            place = given(blob_path, "Path to blob beginning with container")
            storage = reach.account_blobs(given(account, "Azure account name"), given(key, "Azure account key"), place)
        with storage as blobs:
            blobs.upload(file, overwrite=write_mode is WriteMode.OVERWRITE)
