"""Modules of a workspace's own, hostile ones: while they are declared, while they run, and afterwards."""

from __future__ import annotations

import socket
from pathlib import Path

from bottega.sdk import catalogue
from tests.engine.conftest import bench
from tests.engine.helpers import Bench, people, steps
from tests.engine.own import shelf, write

__all__ = ["bench"]

_TRIES = """
    import os
    import socket
    import sys


    def tried(what):
        try:
            return str(what())
        except Exception as error:
            return type(error).__name__


    def written(path):
        with open(path, "w") as file:
            return file.write("x")


    def all_of_it(port, mark):
        return [
            "connect", tried(lambda: socket.create_connection(("127.0.0.1", port), 2)),
            "resolve", tried(lambda: socket.getaddrinfo("example.org", 80)),
            "mark", tried(lambda: open(mark).read()),
            "write mark", tried(lambda: written(mark)),
            "write code", tried(lambda: written(os.path.join(os.path.dirname(sys.modules["bottega.sdk"].__file__), "x.py"))),
            "write packages", tried(lambda: written(os.path.join(os.path.dirname(sys.modules["pyarrow"].__file__), "x.py"))),
            "parent", tried(lambda: os.kill(os.getppid(), 0) if os.getppid() else "none"),
            "root", tried(lambda: os.setuid(0)),
        ]
    """


def test_what_is_out_of_reach(bench: Bench, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    mark.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arguments = f"{listener.getsockname()[1]}, {str(mark)!r}"
        body = f"""
        from _tries import all_of_it

        AT_IMPORT = all_of_it({arguments})


        @module(title="Tries", category=" ".join(AT_IMPORT))
        def tries(dataset: Table) -> Table:
            "Tries."
            note(" ".join(all_of_it({arguments})))
            return dataset
        """
        with shelf(bench, write(tmp_path / "m", tries=body, _tries=_TRIES)):
            run = bench.run(people(tmp_path).add("tries", "tries", inputs={"dataset": "people"}))
            told = [catalogue.get("tries").category, *steps(run)["tries"].notes]
    assert len(told) == 2, steps(run)["tries"].error
    for words in told:
        assert "secret" not in words
        for what in ("connect", "resolve", "mark", "write mark", "write code", "write packages"):
            outcome = words.partition(f"{what} ")[2].split()[0]
            assert outcome.endswith(("Error", "gaierror")), words
    assert mark.read_text() == "secret"


def test_what_it_leaves_is_gone_for_the_next(bench: Bench, tmp_path: Path) -> None:
    body = """
    @module(title="Leaves", category="Mine", deterministic=False)
    def leaves(dataset: Table) -> Table:
        "Leaves."
        import os
        import sys

        import bottega.sdk

        found = [name for name in os.listdir("/tmp") if name == "left"] + [getattr(bottega.sdk, "left", "")]
        note(" ".join(found).strip() or "nothing")
        open("/tmp/left", "w").write("x")
        bottega.sdk.left = "left"
        if os.fork() == 0:
            os.setsid()
            while True:
                pass
        return dataset
    """
    experiment = (
        people(tmp_path)
        .add("one", "leaves", inputs={"dataset": "people"})
        .add("two", "leaves", inputs={"dataset": "one"})
    )
    with shelf(bench, write(tmp_path / "m", leaves=body)):
        for _ in range(2):
            run = bench.run(experiment)
            assert [steps(run)[name].notes for name in ("one", "two")] == [("nothing",), ("nothing",)], run.steps


def test_a_model_that_bites_when_it_is_opened(bench: Bench, tmp_path: Path) -> None:
    """Opened in the jail of the module that it is given to, and nowhere else."""
    mark = tmp_path / "mark"
    body = f"""
    class Bite(UntrainedModel):
        def fit(self, table, label):
            raise BottegaError("0083", reason="it bites")

        def describe(self):
            return {{"learner": "bite"}}

        def __reduce__(self):
            return exec, ("import os\\ntry:\\n open({str(mark)!r}, 'w').write('x')\\nexcept OSError:\\n pass",)


    @module(title="Bites", category="Mine")
    def bites() -> Annotated[UntrainedModel, Label("Untrained model")]:
        "Bites."
        return Bite()
    """
    experiment = (
        people(tmp_path)
        .add("bites", "bites")
        .add("train", "train-model", inputs={"untrained_model": "bites", "dataset": "people"}, label="age")
    )
    with shelf(bench, write(tmp_path / "m", bites=body)):
        run = bench.run(experiment)
    error = steps(run)["train"].error
    assert error is not None
    assert error["code"] == "0013"  # what came out of it is no model
    assert not mark.exists()
