"""A workspace for each test, and the jails that all tests share."""

from __future__ import annotations

from tests.engine.conftest import bench

__all__ = ["bench"]
