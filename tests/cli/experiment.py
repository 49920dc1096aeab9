"""A small experiment that looks at a file, chooses columns and runs a script; run once, then copied."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.cli.helpers import bottega

PEOPLE = "name,age,bmi\nann,31,22.5\nbob,45,\ncyd,29,30.1\n"
SCRIPT = """def azureml_main(people):
    print('three people')
    with open('drawn.svg', 'w') as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>')
    import os
    os.mkdir('outputs')
    open('outputs/note.txt', 'w').write('kept')
    people['twice'] = people['age'] * 2
    return people,
"""
TEXT = f"""bottega: 1
title: People
nodes:
  people:
    dataset: {{file: people.csv}}
  some:
    module: select-columns-in-dataset
    inputs: {{dataset: people}}
    parameters:
      columns: [age, bmi]
  script:
    module: execute-python-script
    inputs: {{dataset1: some}}
    parameters:
      script: |
{"".join(f"        {line}{chr(10)}" for line in SCRIPT.splitlines())}layout:
  people: [0, 0]
  some: [0, 80]
"""


def write(folder: Path) -> Path:
    """The experiment with its data; its file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.csv").write_text(PEOPLE)
    path = folder / "people.yaml"
    path.write_text(TEXT)
    return path


def copied(ran: Path, folder: Path) -> Path:
    """A copy of an experiment that has run, with its workspace; its file."""
    shutil.copytree(ran.parent, folder / "copy")
    return folder / "copy" / ran.name


def told(verb: str, *arguments: object, code: int = 0) -> dict[str, Any]:
    """The object that a verb prints with --json, its exit code checked."""
    done = bottega(verb, *arguments, "--json")
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def said(verb: str, *arguments: object, code: int = 0) -> str:
    """What a verb prints, its exit code checked; without its messages."""
    done = bottega(verb, *arguments)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stdout


def refused(verb: str, *arguments: object, code: int = 2) -> str:
    """The message of a verb that could not do its work."""
    done = bottega(verb, *arguments)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr
