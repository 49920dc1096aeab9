"""The example of old: as it was written, and as `bottega migrate` writes it today."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.dataset import formats
from tests.cli.helpers import EXAMPLES, bottega, script_json

SCRIPT = EXAMPLES / "old_customers.py"
PEOPLE = EXAMPLES / "data" / "people.csv"


@pytest.mark.slow  # `classic` is built where it is not there
@pytest.mark.timeout(900)
def test_it_runs_as_it_was_written_and_as_it_would_be_today(tmp_path: Path) -> None:
    before, after, today = tmp_path / "before.csv", tmp_path / "after.csv", tmp_path / "customers.py"
    told = script_json(SCRIPT, "--dataset1", PEOPLE, "--environment", "classic", "--python2", "--out", before)
    assert (
        "line 24: DataFrame.sort was removed in pandas 0.20; write .sort_values(columns), or .sort_index()"
        in told["notes"]
    )

    done = bottega("migrate", SCRIPT, "-o", today)
    assert done.returncode == 1
    assert "8 places rewritten safely, 1 for a person" in done.stdout
    script_json(today, "--dataset1", PEOPLE, "--out", after)

    old, new = formats.read(before), formats.read(after)
    assert old.arrow.column_names == new.arrow.column_names == ["id", "age", "hours", "chance"]
    assert old.column("id").to_pylist() == new.column("id").to_pylist()
    # Two versions of scikit-learn stop at slightly different places.
    assert old.column("chance").to_pylist() == pytest.approx(new.column("chance").to_pylist(), abs=1e-4)
