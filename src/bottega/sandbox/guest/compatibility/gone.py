"""One name that a library had once and has no more, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

try:
    from typing import Literal

    Kind = Literal["attribute", "method", "property", "module", "function", "argument", "positional", "meaning"]
except ImportError:  # pragma: no cover - Python 3.7
    Kind = str  # type: ignore[misc]


@dataclass(frozen=True)
class Gone:
    """A removed name.

    library   how it is imported: "pandas", "numpy", "sklearn", "scipy", "matplotlib", "seaborn", "azure"
    name      dotted, from the library's root; of an argument with its callable: "read_excel.sheetname"
    kind      "positional" for an argument that has to be given by name now; "meaning" for what does something else now
    since     the library's version that has it no more
    today     one line: what to write now, an imperative without its verb: ".to_numpy()"
    rewrite   how an editor may put it, None where only a person can tell:
              method, property      what stands in place of `.name`, e.g. ".to_numpy"; arguments stay as they are
              attribute, function   the dotted name that means the same, e.g. "numpy.nan"; without a dot a builtin: "float"
              module                the dotted name of the module to import from
              argument              the argument's new name
    restored  whether old names bring it back; else they say clearly what it was
    """

    library: str
    name: str
    kind: Kind
    since: str
    today: str
    rewrite: str | None = None
    restored: bool = True

    def sentence(self) -> str:
        """What happened to it, and what to write: "DataFrame.as_matrix was removed in pandas 1.0; write .to_numpy()"."""
        owner, _, last = self.name.rpartition(".")
        what = {
            "argument": f"the argument {last} of {self._shown(owner)} was removed in",
            "positional": f"{self._shown(owner)} takes {last} only by name since",
            "meaning": f"{self.shown} means something else since",
        }.get(self.kind, f"{self.shown} was removed in")
        return f"{what} {self.distribution} {self.since}; write {self.today}"

    @property
    def distribution(self) -> str:
        """What the library is called where it is installed from."""
        return {"sklearn": "scikit-learn", "azure": "azure-storage"}.get(self.library, self.library)

    @property
    def shown(self) -> str:
        """The name as one writes it: methods by their class, all else with the library."""
        return self._shown(self.name)

    def _shown(self, name: str) -> str:
        return name if name[:1].isupper() and (name != self.name or "." in name) else f"{self.library}.{name}"


def entries(library: str, kind: Kind, rows: str) -> tuple[Gone, ...]:
    """Entries from lines "name | since | today | rewrite": no rewrite where the last is missing, not restored where it is "-"."""
    return tuple(
        _entry(library, kind, *(part.strip() for part in row.split(" | "))) for row in rows.strip().splitlines()
    )


def _entry(library: str, kind: Kind, name: str, since: str, today: str, rewrite: str = "") -> Gone:
    return Gone(library, name, kind, since, today, None if rewrite in {"", "-"} else rewrite, restored=rewrite != "-")
