"""What earlier runs computed, to be taken instead of computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, bindparam, func, select

from bottega.store import steps
from bottega.store.blobs import Blobs
from bottega.store.database import Database, chunks
from bottega.store.records import Status, Step
from bottega.store.tables import RESULT, RUN, STEP

# Made once: it is asked for each step of a run, and to build it takes as long as to run it.
_FIND = (
    select(RESULT.c.fingerprint, STEP.c.body)
    .join(STEP)
    .where(RESULT.c.fingerprint.in_(bindparam("names", expanding=True)))
)


class Results:
    """The steps that stand for fingerprints, and the newest ones of nodes."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def find(self, fingerprints: Sequence[str]) -> dict[str, Step]:
        """The finished steps with these fingerprints whose stored files are all there, as they were first recorded.

        A file of another size than the step recorded is as good as gone.
        """
        found: dict[str, Step] = {}
        with self._database.reading() as connection:
            for chunk in chunks(list(dict.fromkeys(fingerprints))):
                rows = connection.execute(_FIND, {"names": chunk})
                found |= {fingerprint: steps.decoded(body) for fingerprint, body in rows}
        sizes = self._blobs.sizes(digest for step in found.values() for digest in step.digests)
        return {name: step for name, step in found.items() if _is_whole(step, sizes)}

    def forget(self, fingerprint: str) -> None:
        """Find it no more, until it is computed again."""
        with self._database.writing() as connection:
            steps.forget(connection, [fingerprint])

    def latest(self, experiment: str, node: str) -> Step | None:
        """The newest step of a node that finished, computed or taken; its files are not looked for."""
        return self._latest(experiment, node).get(node)

    def latest_many(self, experiment: str) -> dict[str, Step]:
        """The same of all nodes that the experiment ever had."""
        return self._latest(experiment)

    def newest(self, experiment: str, *, status: str | None = None) -> dict[str, tuple[str, Step]]:
        """The newest step of each node that the experiment ever had, of a status if told, with the id of its run."""
        chosen = select(func.max(STEP.c.id)).where(STEP.c.experiment == experiment).group_by(STEP.c.node)
        chosen = chosen if status is None else chosen.where(STEP.c.status == status)
        return self._with_runs(STEP.c.id.in_(chosen))

    def before(self, run: str, node: str) -> tuple[str, Step] | None:
        """The newest step of a node that finished before a run of its experiment, with the id of that run."""
        then = RUN.alias()
        chosen = (
            select(func.max(STEP.c.id))
            .join(then, (then.c.experiment == STEP.c.experiment) & (then.c.number > STEP.c.run))
            .where(then.c.id == run, STEP.c.node == node, STEP.c.status == Status.FINISHED)
        )
        return self._with_runs(STEP.c.id.in_(chosen)).get(node)

    def makers(self, fingerprints: Sequence[str]) -> dict[str, tuple[str, Step]]:
        """The step that computed what stands for each of these fingerprints, with the id of its run."""
        query = select(RUN.c.id, STEP.c.body).join(STEP, STEP.c.run == RUN.c.number).join(RESULT)
        with self._database.reading() as connection:
            rows = [
                row
                for chunk in chunks(list(dict.fromkeys(fingerprints)))
                for row in connection.execute(query.where(RESULT.c.fingerprint.in_(chunk)))
            ]
        return {step.fingerprint: (run, step) for run, step in ((run, steps.decoded(body)) for run, body in rows)}

    def _with_runs(self, condition: ColumnElement[bool]) -> dict[str, tuple[str, Step]]:
        query = select(STEP.c.node, RUN.c.id, STEP.c.body).join(RUN, RUN.c.number == STEP.c.run).where(condition)
        with self._database.reading() as connection:
            return {node: (run, steps.decoded(body)) for node, run, body in connection.execute(query)}

    def _latest(self, experiment: str, node: str | None = None) -> dict[str, Step]:
        newest = select(func.max(STEP.c.id)).where(STEP.c.experiment == experiment, STEP.c.status == Status.FINISHED)
        if node is not None:
            newest = newest.where(STEP.c.node == node)
        query = select(STEP.c.node, STEP.c.body).where(STEP.c.id.in_(newest.group_by(STEP.c.node)))
        with self._database.reading() as connection:
            return {name: steps.decoded(body) for name, body in connection.execute(query)}


def _is_whole(step: Step, sizes: Mapping[str, int | None]) -> bool:
    """Whether the files of a step are there, as far as their sizes are known."""
    outputs = all(sizes.get(output.digest, output.size) == output.size for output in step.outputs)
    return outputs and all(sizes.get(picture.digest, 0) is not None for picture in step.pictures)
