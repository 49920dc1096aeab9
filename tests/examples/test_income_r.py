"""The example that ends in R: its table is what pandas and SciPy compute of the same scores."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from scipy.stats import fisher_exact

from bottega.sandbox.host import r_runtime
from bottega.sandbox.host.pool import Pool
from bottega.store.workspace import Workspace
from tests.examples.test_experiments import run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(r_runtime.find() is None, reason="there is no R here"),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.open(tmp_path_factory.mktemp("examples") / "workspace") as opened:
        yield opened


def test_income_r(workspace: Workspace, pool: Pool) -> None:
    done = run("income_r", workspace, pool)
    told, scored = done.frame("sectors").set_index("sector"), done.frame("score").dropna(subset="sector")
    rich = scored["income"] == ">50K"
    by_sector = scored.groupby(scored["sector"].astype("string"))
    expected = pd.DataFrame(
        {
            "seen": rich.groupby(scored["sector"].astype("string")).mean(),
            "expected": by_sector["Scored Probabilities"].mean(),
            "people": by_sector.size(),
        }
    )
    pd.testing.assert_frame_equal(
        told[["seen", "expected", "people"]].sort_index(),
        expected.sort_index(),
        check_names=False,
        check_index_type=False,
    )
    for sector, row in told.iterrows():
        inside = scored["sector"] == sector
        counts = pd.crosstab(inside, rich)
        assert row["p_value"] == pytest.approx(fisher_exact(counts).pvalue)
    assert told["seen"].is_monotonic_decreasing
    assert [picture.name for picture in done.steps["sectors"].pictures] == ["Rplot001.png", "Rplot002.png"]
