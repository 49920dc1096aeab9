"""The same service in LitServe, which looks at annotations themselves: `PORT FOLDER`."""

import sys
from typing import Any

import litserve
import pandas as pd


class Scorer(litserve.LitAPI):
    """Columns in, sums out."""

    def setup(self, device: str) -> None:
        """Nothing to load."""

    def decode_request(self, request: dict[str, Any]) -> pd.DataFrame:
        """A frame of columns."""
        return pd.DataFrame(request["columns"])

    def predict(self, frame: pd.DataFrame) -> "pd.Series[float]":
        """The work."""
        return frame.sum(axis=1)

    def encode_response(self, score: "pd.Series[float]") -> dict[str, Any]:
        """A column."""
        return {"score": score.tolist()}


if __name__ == "__main__":
    litserve.LitServer(Scorer(), accelerator="cpu", workers_per_device=1).run(
        host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, log_level="warning", generate_client_file=False
    )
