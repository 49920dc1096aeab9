"""Old scripts as scripts of today: converted where they are Python 2, and rewritten where that is safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bottega.migration import python2, report
from bottega.migration.finding import Examination, Finding, Target

SYNTAX = "syntax"


@dataclass(frozen=True)
class Migrated:
    """One script.

    python2   whether it was Python 2
    fixed     what was rewritten, by lines of `old`, or of what it became as Python 3
    findings  what is left for a person, by lines of `new`
    notes     what a person should look at, of what was converted
    """

    old: str
    new: str
    python2: bool = False
    fixed: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether it is to be rewritten."""
        return self.old != self.new

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to do."""
        return not self.is_changed and not self.findings


def migrated(texts: Sequence[str], target: Target) -> list[Migrated]:
    """Each script, in the same order. Raises `script-too-large`."""
    told = [_of(text, each) for text, each in zip(texts, report.rewritten(texts, target), strict=True)]
    broken = [number for number, each in enumerate(told) if _is_broken(each)]
    answers = python2.read([texts[number] for number in broken]) if broken else []
    old = {
        number: answer.conversion
        for number, answer in zip(broken, answers, strict=True)
        if not answer.python3 and answer.conversion is not None
    }
    again = report.rewritten([each.text for each in old.values()], target) if old else []
    for (number, conversion), each in zip(old.items(), again, strict=True):
        told[number] = replace(_of(texts[number], each), python2=True, notes=conversion.notes)
    return told


def _of(text: str, told: Examination) -> Migrated:
    return Migrated(text, told.text, fixed=told.fixed, findings=told.findings)


def _is_broken(each: Migrated) -> bool:
    return any(finding.name == SYNTAX for finding in each.findings)
