"""What is to be done about a script, a folder or an experiment; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bottega.errors import BottegaError
from bottega.graph import references
from bottega.graph.references import FileRef
from bottega.migration import folders, sources
from bottega.migration.finding import Target
from bottega.migration.scripts import Migrated, migrated
from bottega.migration.sources import Source
from bottega.sandbox.host.environment import DEFAULT

if TYPE_CHECKING:
    from bottega.graph.document import Experiment

_AT_ONCE = 40  # scripts between two words of progress


@dataclass(frozen=True)
class Script:
    """One that was looked at.

    path  the file that it is in: its own, an experiment or a zip
    part  the node of that experiment or the name in that zip; empty for a file of its own
    """

    path: Path
    part: str
    migrated: Migrated


@dataclass(frozen=True)
class Rewriting:
    """A file with what it is to hold."""

    path: Path
    old: str
    new: str
    data: bytes


@dataclass(frozen=True)
class Plan:
    """All of it; `refused` are files that cannot be read, with why."""

    scripts: tuple[Script, ...]
    rewritings: tuple[Rewriting, ...]
    refused: tuple[tuple[Path, BottegaError], ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return not self.rewritings and all(script.migrated.is_current for script in self.scripts) and not self.refused


@dataclass(frozen=True)
class _Pending:
    path: Path
    part: str
    source: Source
    parameter: str = ""


@dataclass
class Planner:
    """Gathers scripts, then looks at them all."""

    target: Target
    environment: str = DEFAULT
    tell: Callable[[str], None] = lambda _: None
    _pending: list[_Pending] = field(default_factory=list)
    _experiments: dict[Path, tuple[str, Experiment]] = field(default_factory=dict)
    _refused: list[tuple[Path, BottegaError]] = field(default_factory=list)
    _seen: set[Path] = field(default_factory=set)

    def add(self, path: Path) -> None:
        """A file or a folder. Raises for a single file that cannot be read."""
        if not path.is_dir():
            self._file(path)
            return
        for number, each in enumerate(folders.files(path), 1):
            self.tell(f"reading {number} files")
            try:
                self._file(each, in_folder=True)
            except BottegaError as error:
                self._refused.append((each, error))

    def add_experiment(self, path: Path, text: str, experiment: Experiment) -> None:
        """An experiment that was read, or made, with its text; a new one has none."""
        from bottega.migration import experiments  # late, as below: the catalogue is for experiments alone

        found = list(experiments.scripts(experiment))
        if found and self.environment != DEFAULT and not experiment.environment:
            experiment = replace(experiment, environment=self.environment)
        self._experiments[path] = text, experiment
        for each in found:
            if isinstance(each.value, FileRef):
                self._script(references.path(each.value, experiment.folder))
            else:
                self._pending.append(_Pending(path, each.node, Source(each.value), each.parameter))

    def plan(self) -> Plan:
        """Look at all of them."""
        done: list[Migrated] = []
        for start in range(0, len(self._pending), _AT_ONCE):
            self.tell(f"examining {len(done)} of {len(self._pending)} scripts")
            done += migrated([each.source.text for each in self._pending[start : start + _AT_ONCE]], self.target)
        looked = list(zip(self._pending, done, strict=True))
        scripts = tuple(Script(each.path, each.part, made) for each, made in looked)
        return Plan(scripts, tuple(self._rewritings(looked)), tuple(self._refused))

    def _file(self, path: Path, *, in_folder: bool = False) -> None:
        if folders.is_bundle(path):
            for name, text in folders.bundled(path).items():
                self._pending.append(_Pending(path, name, Source(text)))
        elif folders.is_experiment(path):
            from bottega.graph import file as experiment_file

            try:
                loaded = experiment_file.load(path)
            except BottegaError as error:
                if in_folder and error.code == "experiment-invalid":
                    return  # a folder may hold other files of this kind
                raise
            self.add_experiment(path, loaded.text, loaded.experiment)
        else:
            self._script(path)

    def _script(self, path: Path) -> None:
        place = path.resolve()
        if place not in self._seen:
            self._seen.add(place)
            self._pending.append(_Pending(path, "", sources.read(path)))

    def _rewritings(self, looked: Iterable[tuple[_Pending, Migrated]]) -> Iterable[Rewriting]:
        texts: dict[Path, dict[tuple[str, str], str]] = {}
        for pending, made in looked:
            if pending.parameter:
                texts.setdefault(pending.path, {})[pending.part, pending.parameter] = made.new
            elif not pending.part and made.is_changed:
                yield Rewriting(pending.path, made.old, made.new, pending.source.with_text(made.new).data())
        if not self._experiments:
            return
        from bottega.graph import file as experiment_file
        from bottega.migration import experiments

        for path, (text, experiment) in self._experiments.items():
            wanted = experiments.with_texts(experiment, texts.get(path, {}))
            new = experiment_file.update(text, wanted) if text else experiment_file.dumps(wanted)
            if new != text:
                yield Rewriting(path, text, new, new.encode())
