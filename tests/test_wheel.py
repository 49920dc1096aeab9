"""The wheel that users install has all that the tree has: migrations, pages, sample programs, data, environments."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"


@pytest.mark.slow
def test_a_wheel_has_every_file_of_the_package(tmp_path: Path) -> None:
    uv = Path(sys.executable).parent / "uv"
    subprocess.run([str(uv), "build", "--quiet", "--wheel", "--out-dir", str(tmp_path), str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = (path for path in SOURCE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert packed == {str(path.relative_to(SOURCE)) for path in files}
    for data in (
        "py.typed", "services/sample_code/call.python", "server/pages/static/pages.css", "server/samples/iris.csv",
        "server/static/app/index.html", "store/migrations/versions/r0001_workspace.py", "sandbox/environments/default.lock",
    ):  # fmt: skip
        assert f"bottega/{data}" in packed
