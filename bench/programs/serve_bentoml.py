"""The same service in BentoML: `PORT FOLDER`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SERVICE = """
import bentoml
import pandas as pd


@bentoml.service(workers=1, metrics={"enabled": False}, logging={"access": {"enabled": False}})
class Scorer:
    @bentoml.api
    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"score": frame.sum(axis=1)})
"""


def main() -> None:
    """Write what it wants and become it."""
    port, folder = sys.argv[1], Path(sys.argv[2])
    (folder / "service.py").write_text(_SERVICE)
    os.chdir(folder)
    program = str(Path(sys.executable).parent / "bentoml")
    os.execv(program, [program, "serve", "service:Scorer", "--host", "127.0.0.1", "--port", port])


if __name__ == "__main__":
    main()
