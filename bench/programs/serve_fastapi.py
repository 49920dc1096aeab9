"""A web service written by hand with FastAPI, uvicorn and pandas: `PORT FOLDER`."""

from __future__ import annotations

import sys
from typing import Any

import orjson
import pandas as pd
import uvicorn
from fastapi import FastAPI, Request, Response

app = FastAPI()


@app.post("/execute")
async def execute(request: Request) -> Response:
    """The same request and the same answer as Bottega's."""
    table: dict[str, Any] = orjson.loads(await request.body())["Inputs"]["input1"]
    frame = pd.DataFrame(dict(zip(table["ColumnNames"], zip(*table["Values"], strict=True), strict=True)))
    score = frame.sum(axis=1)
    value = {"ColumnNames": ["score"], "Values": [[repr(each)] for each in score.tolist()]}
    body = orjson.dumps({"Results": {"output1": {"type": "table", "value": value}}})
    return Response(body, media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False, loop="uvloop", http="httptools")
