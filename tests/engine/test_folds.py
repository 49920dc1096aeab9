"""Folds through a run: out of one jail, into the store and into the next, unseen by scripts."""

from __future__ import annotations

from pathlib import Path

from bottega.graph.document import Experiment
from tests.engine.helpers import Bench, people, script, statuses, steps

_PEOPLE = "name,age\n" + "".join(f"p{number},{number}\n" for number in range(10))


def _folded(folder: Path) -> Experiment:
    return people(folder, _PEOPLE).add(
        "fold", "partition-and-sample", inputs={"dataset": "people"}, mode="Assign to Folds", folds=3, seed=4
    )


def _picked(experiment: Experiment, *sources: str) -> Experiment:
    for number, source in enumerate(sources, start=1):
        experiment = experiment.add(
            f"pick{number}", "partition-and-sample", inputs={"dataset": source}, mode="Pick Fold", fold=number
        )
    return experiment


def test_folds_are_picked_from_what_another_run_stored(bench: Bench, tmp_path: Path) -> None:
    bench.run(_folded(tmp_path))
    run = bench.run(_picked(_folded(tmp_path), "fold", "fold", "fold"))
    assert statuses(run)["fold"] == "reused"
    picked = [bench.rows(run, f"pick{number}")["name"] for number in (1, 2, 3)]
    assert [len(rows) for rows in picked] == [4, 3, 3] or sorted(map(len, picked)) == [3, 3, 4]
    assert sorted(name for rows in picked for name in rows) == [f"p{number}" for number in range(10)]  # type: ignore[type-var]


def test_what_is_stored_has_its_digest(bench: Bench, tmp_path: Path) -> None:
    from bottega.engine.look import is_whole

    run = bench.run(_folded(tmp_path))
    plain, folded = (steps(run)[node].outputs[0] for node in ("people", "fold"))
    assert plain.digest != folded.digest
    assert is_whole(folded.digest, folded.type, bench.workspace.blobs.read(folded.digest)) is True


def test_a_script_sees_the_columns_alone_and_gives_none(bench: Bench, tmp_path: Path) -> None:
    seen = script("df['seen'] = ','.join(df.columns)\nreturn df")
    experiment = _folded(tmp_path).add("look", "execute-python-script", inputs={"dataset1": "fold"}, script=seen)
    run = bench.run(_picked(experiment, "look"))
    assert set(bench.rows(run, "look")["seen"]) == {"name,age"}
    error = steps(run)["pick1"].error
    assert error is not None
    assert error["code"] == "folds-missing", error
