"""`bottega script` as a whole process against `python script.py` doing the same by hand."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bench import measure, peers
from bottega.sandbox.host.environment import Environment

_STEP = "import pandas as pd\n\ndef azureml_main(dataframe1=None):\n    dataframe1['z'] = dataframe1['a'] * 2\n    return dataframe1,\n"
_LEARN = (
    "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n\ndef azureml_main(dataframe1=None):\n"
    "    model = LogisticRegression().fit(dataframe1[['a']], dataframe1['b'] > 0.5)\n"
    "    dataframe1['score'] = model.predict_proba(dataframe1[['a']])[:, 1]\n    return dataframe1,\n"
)
_BY_HAND = "\n\nresult = azureml_main(pd.read_csv({input!r}))[0]\nresult.to_csv({output!r}, index=False)\n"


def whole(environment: Environment) -> None:
    """Cold (no pool; the self-test's verdict is known) and warm (`bottega pool start`)."""
    with tempfile.TemporaryDirectory() as folder:
        for title, source, rounds in (("a pandas step", _STEP, 15), ("a scikit-learn step", _LEARN, 8)):
            _compare(environment, Path(folder), title, source, rounds)


def _compare(environment: Environment, folder: Path, title: str, source: str, rounds: int) -> None:
    data, script, by_hand = folder / "in.csv", folder / "step.py", folder / "by_hand.py"
    data.write_text("a,b\n" + "".join(f"{row},{row % 10 / 10}\n" for row in range(1000)))
    script.write_text(source)
    by_hand.write_text(source + _BY_HAND.format(input=str(data), output=str(folder / "plain.csv")))
    bottega = [*peers.BOTTEGA, "script", str(script), "--dataset1", str(data), "--out", str(folder / "ours.csv")]
    plain = [str(environment.python), str(by_hand)]
    peers.run([*peers.BOTTEGA, "pool", "stop"])
    times = measure.interleaved(
        {"python script.py": lambda: peers.run(plain), "bottega script, nothing runs yet": lambda: peers.run(bottega)},
        rounds,
    )
    peers.run([*peers.BOTTEGA, "pool", "start"])
    try:
        peers.run(bottega)
        warm = measure.interleaved({"bottega script, pool warm": lambda: peers.run(bottega)}, rounds, pause=0.1)
    finally:
        peers.run([*peers.BOTTEGA, "pool", "stop"])
    assert (folder / "ours.csv").read_bytes() == (folder / "plain.csv").read_bytes(), os.listdir(folder)
    measure.table(f"The whole command, {title}", times | warm, "python script.py")
