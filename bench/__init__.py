"""Benchmarks: each number stands beside a named peer or limit that was measured in the same run."""
