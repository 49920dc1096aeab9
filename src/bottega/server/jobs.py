"""Batch jobs, as a server has them: with its log, and addresses of its own that stand for stored files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from bottega.server.errors import HttpError
from bottega.server.logs import LOG

if TYPE_CHECKING:
    from bottega.sandbox.host.pool import Pool
    from bottega.server.options import Options
    from bottega.server.signing import Signer
    from bottega.services.batch.runner import JobRunner
    from bottega.services.hosting import Hosting
    from bottega.store.workspace import Workspace

# Before it may stand what a proxy takes away, as `public_url` has it.
_PATH = re.compile(r"(?:/[^/]+)*?(/downloads/([0-9a-f]{64})/[^/]+)")


def runner(workspace: Workspace, hosting: Hosting, pool: Pool, signer: Signer, options: Options) -> JobRunner:
    """What runs the jobs of a workspace, once it is begun."""
    from bottega.services.batch.options import Options as Batch  # late: it takes the sandbox in
    from bottega.services.batch.runner import JobRunner

    chosen = Batch(per_endpoint=options.endpoint_jobs, result_seconds=options.link_seconds)
    if options.jobs_at_once is not None:
        chosen = replace(chosen, modules=options.jobs_at_once)
    return JobRunner(workspace, hosting, pool, options=chosen, own=own_files(signer), tell=LOG.info)


def own_files(signer: Signer) -> Callable[[str], str | None]:
    """A function that tells the digest of the stored file that an address stands for, None for all other addresses.

    The signature is what counts: whoever has it may read the file, by whatever name this server goes.
    """

    def digest(url: str) -> str | None:
        try:
            parts = urlsplit(url)
            path = unquote(parts.path, errors="strict")
            given = parse_qs(parts.query, max_num_fields=10)
        except ValueError:
            return None
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        expiry, right, signature = (given.get(name, [""])[0] for name in ("se", "sp", "sig"))
        try:
            signer.check_path(found[1], expiry, right, signature)
        except HttpError:
            return None
        return found[2]

    return digest
