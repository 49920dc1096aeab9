"""The same service in MLServer, its workers' processes off: `PORT FOLDER`."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

_RUNTIME = """
from mlserver import MLModel
from mlserver.codecs import PandasCodec
import pandas as pd


class Scorer(MLModel):
    async def load(self):
        return True

    async def predict(self, payload):
        frame = self.decode_request(payload, default_codec=PandasCodec)
        return self.encode_response(pd.DataFrame({"score": frame.sum(axis=1)}), default_codec=PandasCodec)
"""


def main() -> None:
    """Write what it wants and become it."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    (folder / "scorer.py").write_text(_RUNTIME)
    (folder / "model-settings.json").write_text(json.dumps({"name": "scorer", "implementation": "scorer.Scorer"}))
    settings = {
        "http_port": port, "grpc_port": _free(), "metrics_port": _free(), "parallel_workers": 0, "debug": False, "host": "127.0.0.1",
        "logging_settings": None,
    }  # fmt: skip
    (folder / "settings.json").write_text(json.dumps(settings))
    program = str(Path(sys.executable).parent / "mlserver")
    os.execv(program, [program, "start", str(folder)])


def _free() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


if __name__ == "__main__":
    main()
