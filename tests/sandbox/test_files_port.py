"""The port Files: what a script leaves in ./outputs, and what the next one makes of it."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.sandbox.helpers import Runner

WRITE = """
import os

def write(path, data=b"x"):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)

def azureml_main():
"""

FIT = """
import os, pickle
import pandas as pd
from sklearn.linear_model import LinearRegression

def azureml_main(dataframe1):
    model = LinearRegression().fit(dataframe1[["x"]], dataframe1["y"])
"""


def test_files_and_sub_folders_come_out(run: Runner) -> None:
    """Plain files below ./outputs at any depth, by their path below it."""
    ended = run(WRITE + "    write('outputs/a.txt', b'1'); write('outputs/b/c/ü.bin', b'2'); write('other/d.txt')")
    assert ended.files == {"a.txt": b"1", "b/c/ü.bin": b"2"}


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "os.mkdir('outputs')",
        "os.makedirs('outputs/empty')",
        "write('elsewhere/a'); os.symlink('elsewhere', 'outputs')",
        "open('outputs', 'w').close()",
    ],
)
def test_no_files_no_zip(run: Runner, body: str) -> None:
    """Without a plain file in a real folder ./outputs there is nothing on the port."""
    ended = run(WRITE + f"    {body}")
    assert ended.failure is None
    assert ended.zip is None


def test_links_are_not_followed(run: Runner) -> None:
    """Links to files and folders, broken links, hard links: none comes out."""
    body = """
    write('outputs/real.txt', b'real'); write('aside/secret.txt', b'secret'); write('./hard.txt', b'hard')
    os.symlink('/etc/passwd', 'outputs/passwd')
    os.symlink(os.path.abspath('aside'), 'outputs/folder')
    os.symlink('nowhere', 'outputs/broken')
    os.link('hard.txt', 'outputs/hard.txt')
"""
    assert run(WRITE + body).files == {"real.txt": b"real"}


def test_only_links_make_no_zip(run: Runner) -> None:
    """A folder in which nothing counts is as good as an empty one."""
    assert run(WRITE + "    write('./a'); os.mkdir('outputs'); os.link('a', 'outputs/b')").zip is None


def test_the_zip_is_deterministic(run: Runner) -> None:
    """The same files give the same bytes, whatever the order, the times and the modes of their making."""
    first = run(WRITE + "    write('outputs/a', b'1' * 999); write('outputs/b/c', b'2')").zip
    second = run(
        WRITE + "    write('outputs/b/c', b'2'); write('outputs/a', b'1' * 999)\n"
        "    os.utime('outputs/a', (5e8, 5e8)); os.chmod('outputs/a', 0o700)"
    ).zip
    assert first == second
    assert first is not None
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["a", "b/c"]


def test_windows_spellings_below_outputs(run: Runner) -> None:
    """A backslash in a name means a folder, as it does in a bundle."""
    assert run(WRITE + r"    write('outputs/sub\\model.bin', b'1')").files == {"sub/model.bin": b"1"}


def test_a_changed_folder_makes_no_difference(run: Runner) -> None:
    """./outputs is that of the folder in which the script started."""
    assert run(WRITE + "    write('outputs/a', b'1'); os.mkdir('x'); os.chdir('x')").files == {"a": b"1"}


def test_a_failed_script_gives_no_files(run: Runner) -> None:
    """Only a run with a result has outputs."""
    ended = run(WRITE + "    write('outputs/a'); raise ValueError('no')")
    assert ended.error.type == "ValueError"
    assert ended.zip is None


def test_a_model_travels_as_a_file(run: Runner) -> None:
    """The zip of one script is the bundle of the next."""
    source = FIT + (
        "    os.mkdir('outputs')\n"
        "    with open('outputs/model.pkl', 'wb') as file:\n"
        "        pickle.dump(model, file)\n"
        "    return dataframe1,\n"
    )
    fitted = run(source, dataset1={"x": [0.0, 1.0, 2.0], "y": [1.0, 3.0, 5.0]})
    score = r"""
        import pickle
        def azureml_main(dataframe1):
            with open(".\\Script Bundle\\model.pkl", "rb") as file:
                model = pickle.load(file)
            return dataframe1.assign(y=model.predict(dataframe1).round(6)),
    """
    scored = run(score, dataset1={"x": [10.0]}, bundle=fitted.zip)
    assert scored.columns == {"x": [10.0], "y": [21.0]}


def test_a_model_travels_in_a_cell(run: Runner) -> None:
    """A pickled model as bytes in a cell survives the trip."""
    source = FIT + "    return pd.DataFrame({'model': [pickle.dumps(model)]}),\n"
    fitted = run(source, dataset1={"x": [0.0, 1.0, 2.0], "y": [1.0, 3.0, 5.0]})
    score = """
        import pickle
        def azureml_main(models, points):
            model = pickle.loads(models["model"][0])
            return points.assign(y=model.predict(points).round(6)),
    """
    scored = run(score, dataset1=fitted.columns, dataset2={"x": [10.0]})
    assert scored.columns == {"x": [10.0], "y": [21.0]}


def test_a_class_of_the_script_travels_to_a_script_that_has_it_too(run: Runner) -> None:
    """Both scripts run under one module name, so a pickle of their own class loads in either."""
    own = "import os, pickle\nimport pandas as pd\nclass Model:\n    def __init__(self, value): self.value = value\n"
    fit = "def azureml_main():\n    return pd.DataFrame({'model': [pickle.dumps(Model(42))]})\n"
    load = "def azureml_main(models):\n    return pd.DataFrame({'value': [pickle.loads(models.model[0]).value]})\n"
    fitted = run(own + fit, file_name="fit.py")
    assert run(own + load, file_name="load.py", dataset1=fitted.columns).value == 42
