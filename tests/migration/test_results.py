"""A script that was rewritten gives what it gave with the old names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.helpers import bottega

OLD = """
import numpy as np
import pandas as pd


def azureml_main(dataframe1=None, dataframe2=None):
    df = dataframe1
    out = df.append(dataframe2, ignore_index=True).sort("b", ascending=False)
    out["ix"] = out.ix[:, "a"] * 2
    out["first"] = df.ix[:, 0].sum()
    out["cell"] = df.ix[1, "b"]
    out["mean"] = pd.rolling_mean(out["a"], 2, min_periods=1)
    out["weighted"] = pd.ewma(out["a"], span=3)
    out["count"] = pd.rolling_count(out["a"], 2)
    out["total"] = df.as_matrix(["a", "b"]).sum()
    out["number"] = np.float(3)
    out["type"] = out["b"].astype(np.int)
    out["order"] = df["a"].order(ascending=False).values[0]
    out["names"] = ",".join(name for name, _ in df.iteritems())
    out["dropped"] = len(df.drop("a", 1).columns)
    out["value"] = df.get_value(0, "b")
    out.set_value(0, "value", -1.0)
    out["filled"] = df["a"].where(df["a"] > 1).reindex(out.index).fillna(method="ffill")
    out["clipped"] = out["b"].clip_upper(4)
    return out.reset_index(drop=True)
"""


@pytest.mark.slow
def test_old_names_and_todays_give_the_same_table(tmp_path: Path) -> None:
    script, table = tmp_path / "old.py", tmp_path / "a.csv"
    script.write_text(OLD)
    table.write_text("a,b\n1,2.5\n3,5\n2,4.25\n")
    inputs = ("--dataset1", table, "--dataset2", table)
    before = bottega("script", script, *inputs, "--old-names", "--out", tmp_path / "before.csv")
    assert before.returncode == 0, before.stderr
    assert bottega("script", script, *inputs).returncode == 1
    done = bottega("migrate", script, "--write")
    assert done.returncode == 0, done.stdout
    after = bottega("script", script, *inputs, "--out", tmp_path / "after.csv")
    assert after.returncode == 0, after.stderr
    assert (tmp_path / "before.csv").read_text() == (tmp_path / "after.csv").read_text()
    assert (tmp_path / "old.py.orig").read_text() == OLD
