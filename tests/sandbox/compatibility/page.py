"""The table of docs/old_scripts.md, made of the data: `python -m tests.sandbox.compatibility.page` writes it anew."""

from __future__ import annotations

from pathlib import Path

from bottega.sandbox.guest.compatibility.table import NAMES, Gone

PAGE = Path(__file__).parents[3] / "docs" / "old_scripts.md"
START, END = "<!-- names -->\n", "<!-- end of names -->\n"
_TITLES = {"pandas": "pandas", "numpy": "NumPy", "sklearn": "scikit-learn", "scipy": "SciPy", "matplotlib": "matplotlib",
           "seaborn": "seaborn", "statsmodels": "statsmodels", "networkx": "networkx", "azure": "Azure's storage client"}  # fmt: skip


def table() -> str:
    """All names, by library."""
    return "\n".join(f"## {title}\n\n{_rows(library)}" for library, title in _TITLES.items())


def _rows(library: str) -> str:
    rows = [_row(gone) for gone in NAMES if gone.library == library]
    return "| name | gone since | write | restored |\n| --- | --- | --- | --- |\n" + "".join(rows)


def _row(gone: Gone) -> str:
    owner, _, last = gone.name.rpartition(".")
    name = {"argument": f"`{owner}({last}=)`", "positional": f"`{owner}`: {last} by place"}.get(
        gone.kind, f"`{gone.name}`"
    )
    meaning = ", meant otherwise" if gone.kind == "meaning" else ""
    today = gone.today.replace("|", "\\|")
    return f"| {name}{meaning} | {gone.since} | {today} | {'yes' if gone.restored else 'says so'} |\n"


def written(text: str) -> str:
    """The page with the table of today."""
    before, _, rest = text.partition(START)
    return before + START + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
