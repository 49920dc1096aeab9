"""Import Data (fact sheet 2.5): a table from the world outside."""

from __future__ import annotations

import tempfile
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from bottega.modules.data_input_and_output import _several
from bottega.modules.data_input_and_output._sources import DataFormat, database_url, file_format, given
from bottega.sdk import Code, Help, Isolation, Label, Reach, Secret, Table, When, module, note
from bottega.sdk.reach import Blobs


class Source(StrEnum):
    """Where the table is."""

    WEB = "Web URL via HTTP"
    LOCAL = "Local file"
    BLOB = "Azure Blob Storage"
    AZURE_SQL_DATABASE = "SQL Database"


class Authentication(StrEnum):
    """What opens a blob: the key of its account, or its own address."""

    ACCOUNT = "Account"
    ADDRESS = "PublicOrSas"


_BLOB, _SQL = When("source", Source.BLOB), When("source", Source.AZURE_SQL_DATABASE)
_ACCOUNT = When("authentication", Authentication.ACCOUNT)
_FILES = When("source", Source.WEB, Source.LOCAL, Source.BLOB)
_DELIMITED = When("format", DataFormat.CSV, DataFormat.TSV)


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
    url: Annotated[str, Label("URL", ("Data source URL",)), Secret(), When("source", Source.WEB)] = "",
    path: Annotated[
        str, Label("Path"), Help("Relative paths start at the experiment's folder"), When("source", Source.LOCAL)
    ] = "",
    authentication: Annotated[Authentication, Label("Authentication type"), _BLOB] = Authentication.ACCOUNT,
    uri: Annotated[
        str,
        Label("URI"),
        Secret(),
        Help("The blob's full address, with its signature where it needs one"),
        _BLOB,
        When("authentication", Authentication.ADDRESS),
    ] = "",
    account: Annotated[str, Label("Account name"), _BLOB, _ACCOUNT] = "",
    key: Annotated[str, Label("Account key"), Secret(), _BLOB, _ACCOUNT] = "",
    blob_path: Annotated[
        str,
        Label("Path to container, directory, or blob"),
        Help("`*` and `?` stand for what is in one folder"),
        _BLOB,
        _ACCOUNT,
    ] = "",
    database: Annotated[
        str, Label("Database URL"), Secret(), Help("postgresql://HOST/NAME, or sqlite:///FILE for a local file"), _SQL
    ] = "",
    server_name: Annotated[
        str, Label("Database server name"), Help("Of Microsoft SQL Server, in the place of an URL"), _SQL
    ] = "",
    database_name: Annotated[str, Label("Database name"), Help("On that server"), _SQL] = "",
    user: Annotated[str, Label("Server user account name"), _SQL] = "",
    password: Annotated[str, Label("Server user account password"), Secret(), _SQL] = "",
    query: Annotated[str, Label("Database query"), Code("sql"), _SQL] = "",
    format: Annotated[DataFormat, Label("Data format", ("Blob file format", "File format")), _FILES] = DataFormat.CSV,  # noqa: A002 - its name in files
    header: Annotated[
        bool, Label("CSV or TSV has header row"), When("source", Source.WEB, Source.LOCAL), _DELIMITED
    ] = False,
    blob_header: Annotated[bool, Label("File has header row", ("URI has header row",)), _BLOB, _DELIMITED] = True,
    use_cached_results: Annotated[
        bool, Label("Use cached results"), Help("Do not look again while nothing here is changed")
    ] = False,
) -> Annotated[Table, Label("Results dataset")]:
    """Read a table from a web address, a storage account, a database or a local file.

    It runs outside the jail and reads anew in every run, unless cached results are to be
    used. Without a header row the columns are named Col1, Col2 and so on.

    - **Web URL via HTTP.** Redirects are refused (Error 0078).
    - **Azure Blob Storage**, by an account's name and key, or by an address that is public or has a signature. A path
      with `*` or `?`, or one of a folder or a container, means several blobs: their rows come one after the other
      by name, and their columns have to be the same (Error 0125). Storage that is not Azure's own is named once:
      `bottega workspace set storage-account NAME=URL`.
    - **SQL Database**, by an URL as SQLAlchemy writes it; user and password may stand beside it. PostgreSQL and SQLite
      are always there. The database is asked to refuse changes. Decimals become Double; times with a zone
      are in UTC; what has no type here, such as JSON, is text.
    - **Local file**, where the workspace allows it: `bottega workspace allow local-files`. A file of SQLite is one, too.

    Private and loopback addresses are refused unless the workspace allows them. At most 2 GB are read. Passwords, keys
    and the queries of addresses are in no message.

    Error 0009, 0052, 0064, 0079: account, key or container are wrong. 0065: there is no such blob. 0015, 0071: the
    database cannot be reached, or refuses the login. 0029, 0030, 0072, 0154: an address is none, or does not answer.
    """
    del use_cached_results  # the engine's business
    if source is Source.AZURE_SQL_DATABASE:
        return _queried(reach, database_url(database, server_name, database_name), user, password, query)
    name = file_format(format, header=blob_header if source is Source.BLOB else header)
    if source is Source.LOCAL:
        from bottega.dataset import formats

        return formats.read(reach.local_file(given(path, "Path")), name)
    with tempfile.TemporaryDirectory() as folder:
        if source is Source.WEB:
            files = [_fetched(reach, given(url, "URL"), Path(folder))]
        elif authentication is Authentication.ADDRESS:
            files = _downloaded(reach.shared_blob(given(uri, "URI")), Path(folder))
        else:
            blobs = reach.account_blobs(given(account, "Account name"), given(key, "Account key"), _path(blob_path))
            files = _downloaded(blobs, Path(folder))
        return _several.read(files, name)


def _path(blob_path: str) -> str:
    return given(blob_path, "Path to container, directory, or blob")


def _fetched(reach: Reach, url: str, folder: Path) -> tuple[str, Path]:
    file = folder / "fetched"
    reach.fetch(url, file)
    return url.partition("?")[0].rpartition("@")[2], file


def _downloaded(storage: AbstractContextManager[Blobs], folder: Path) -> list[tuple[str, Path]]:
    files = []
    with storage as blobs:
        for number, name in enumerate(blobs.names()):
            file = folder / f"{number}"
            blobs.download(name, file)
            files.append((name, file))
    # Tools that know no folders keep empty blobs in their place.
    filled = [(name, file) for name, file in files if file.stat().st_size] if len(files) > 1 else files
    if len(files) > 1:
        note(f"{len(filled)} blobs were read, {filled[0][0]} first" if filled else "all blobs are empty")
    return filled or files[:1]


def _queried(reach: Reach, url: str, user: str, password: str, query: str) -> Table:
    from bottega.modules.data_input_and_output._query import fetched

    query = given(query, "Database query")
    with reach.database(url, user=user, password=password, writes=False) as connection:
        return fetched(connection, query, "the query's result")
