"""The same service in mlflow: `PORT FOLDER`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import mlflow

_MODEL = """
import mlflow
import pandas as pd


class Scorer(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: pd.DataFrame, params=None):
        return pd.DataFrame({"score": model_input.sum(axis=1)})


mlflow.models.set_model(Scorer())
"""


def main() -> None:
    """Save the model and become its server."""
    port, folder = sys.argv[1], Path(sys.argv[2])
    (folder / "model.py").write_text(_MODEL)
    mlflow.pyfunc.save_model(str(folder / "saved"), python_model=str(folder / "model.py"), pip_requirements=[])
    program = str(Path(sys.executable).parent / "mlflow")
    os.environ["PATH"] = f"{Path(program).parent}:{os.environ['PATH']}"
    command = [program, "models", "serve", "-m", str(folder / "saved"), "-p", port, "--env-manager", "local", "-w", "1"]
    os.execv(program, command)


if __name__ == "__main__":
    main()
