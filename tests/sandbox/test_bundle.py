"""The Script bundle: modules, data and compiled code, by every way to name them."""

from __future__ import annotations

import io
import pickle
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from tests.sandbox.helpers import MIB, Entries, Runner, zipped

BUNDLE: Entries = {
    "tools.py": "VALUE = 1\n",
    "package/__init__.py": "from . import inner\n",
    "package/inner.py": "from .deep.leaf import VALUE\n",
    "package/deep/__init__.py": "",
    "package/deep/leaf.py": "VALUE = 3\n",
    "package/words.txt": "words",
    "spaced out/no_init.py": "VALUE = 4\n",
    "namespace/part.py": "VALUE = 5\n",
    "data/x.csv": "a\n7\n",
    "data/deeper/y.csv": "a\n8\n",
    "top.csv": "a\n6\n",
    "value.pkl": pickle.dumps({"pickled": [1, 2]}),
}


@pytest.mark.parametrize(
    ("expression", "statements", "value"),
    [
        ("tools.VALUE", "import tools", 1),
        ("package.inner.VALUE", "import package", 3),
        ("leaf.VALUE", "from package.deep import leaf", 3),
        ("namespace.part.VALUE", "import namespace.part", 5),
        ("pickle.load(open('Script Bundle/value.pkl', 'rb'))", "import pickle", {"pickled": [1, 2]}),
        ("pkgutil.get_data('package', 'words.txt')", "import pkgutil", b"words"),
        ("files('package').joinpath('words.txt').read_text()", "from importlib.resources import files", "words"),
        ("sorted(os.listdir('Script Bundle'))", "import os", sorted({name.split("/")[0] for name in BUNDLE})),
        ("os.path.relpath(tools.__file__)", "import os, tools", "Script Bundle/tools.py"),
        ("sys.path[0] == os.path.abspath('Script Bundle')", "import os, sys", True),
    ],
)
def test_modules_packages_and_data(run: Runner, expression: str, statements: str, value: object) -> None:
    """The zip is in ./Script Bundle, with its folders, and on sys.path."""
    assert run.value(expression, statements, bundle=BUNDLE) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("'Script Bundle/top.csv'", 6),
        ("'./Script Bundle/top.csv'", 6),
        (r"'.\\Script Bundle\\top.csv'", 6),
        (r"'Script Bundle\\top.csv'", 6),
        (r"'./Script Bundle\\top.csv'", 6),
        (r"'.\\Script Bundle/top.csv'", 6),
        ("'Script Bundle/data/deeper/y.csv'", 8),
        (r"'.\\Script Bundle\\data\\deeper\\y.csv'", 8),
        (r"'Script Bundle\\data\\deeper\\y.csv'", 8),
        (r"'.\\Script Bundle\\data/x.csv'", 7),
        (r"'.\\Script Bundle\\' + 'data\\x.csv'", 7),
        ("os.path.join('Script Bundle', 'data', 'x.csv')", 7),
        ("os.path.join('.', 'Script Bundle', 'data', 'x.csv')", 7),
        (r"os.path.join('.\\Script Bundle', 'data', 'x.csv')", 7),
        (r"os.path.join('.\\Script Bundle\\data', 'x.csv')", 7),
        (r"os.path.join('.\\Script Bundle\\data\\', 'x.csv')", 7),
        (r"os.path.join('Script Bundle\\data\\', 'deeper', 'y.csv')", 8),
        (r"os.path.abspath('.\\Script Bundle\\data\\x.csv')", 7),
        ("os.path.join(os.getcwd(), 'Script Bundle', 'top.csv')", 6),
        ("pathlib.Path('Script Bundle') / 'data' / 'x.csv'", 7),
        (r"pathlib.Path('.\\Script Bundle\\data\\x.csv')", 7),
        ("glob.glob('Script Bundle/**/y.csv', recursive=True)[0]", 8),
        (r"glob.glob('.\\Script Bundle\\data\\deeper\\*.csv')[0]", 8),
    ],
)
def test_paths_of_both_systems(run: Runner, path: str, value: int) -> None:
    """Linux and Windows spellings name the same files, for every library that opens files by name."""
    statements = "import glob, os, pathlib"
    assert run.value(f"pd.read_csv({path})['a'].tolist()", statements, bundle=BUNDLE) == [value]


def test_windows_spellings_of_folders(run: Runner) -> None:
    """Folders too: to list, and to ask for."""
    expression = (
        r"[sorted(os.listdir('.\\Script Bundle\\data')), os.path.isdir('Script Bundle\\data'),"
        r" os.path.isfile('.\\Script Bundle\\top.csv'), os.path.exists('.\\Script Bundle\\nothing')]"
    )
    assert run.value(expression, "import os", bundle=BUNDLE) == [["deeper", "x.csv"], True, True, False]


@pytest.mark.parametrize(
    ("folder", "module", "value"),
    [
        (r".\\Script Bundle", "tools", 1),
        (r".\\Script Bundle\\", "tools", 1),
        ("Script Bundle", "tools", 1),
        ("./Script Bundle/spaced out", "no_init", 4),
        (r".\\Script Bundle\\spaced out", "no_init", 4),
    ],
)
def test_old_scripts_that_extend_the_path(run: Runner, folder: str, module: str, value: int) -> None:
    """sys.path.append with either spelling works, also for folders in the bundle."""
    statements = f"""
import os, sys
sys.path.remove(os.path.abspath('Script Bundle'))
sys.path.append('{folder}')
import {module}
"""
    assert run.value(f"{module}.VALUE", statements, bundle=BUNDLE) == value


@pytest.mark.parametrize(
    "entries",
    [
        {"package\\__init__.py": "", "package\\leaf.py": "VALUE = 9", "package\\empty\\": ""},
        {".\\package\\__init__.py": "", "./package/leaf.py": "VALUE = 9"},
        {"package/": "", "package/__init__.py": "", "package/leaf.py": "VALUE = 9"},
    ],
    ids=["backslashes", "dots", "folders"],
)
def test_zips_of_old_tools(run: Runner, entries: Entries) -> None:
    """Entry names with backslashes mean folders."""
    assert run.value("package.leaf.VALUE", "import package.leaf", bundle=entries) == 9


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_compression(run: Runner, method: int) -> None:
    """What Python's zipfile can read, a bundle may be packed with."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("größe.py", "VALUE = 'ß' * 1000\n")
    assert run.value("größe.VALUE", "import größe", bundle=file.getvalue()) == "ß" * 1000


def test_the_bundle_is_the_runs_own_folder(run: Runner) -> None:
    """A script may write into it, and the next run sees nothing of that."""
    source = "open('Script Bundle/new.txt', 'w').write('x')"
    listing = "sorted(os.listdir('Script Bundle'))"
    assert run.value(listing, f"import os\n{source}", bundle={"a": "1"}) == ["a", "new.txt"]
    assert run.value(listing, "import os", bundle={"a": "1"}) == ["a"]
    assert run.value("os.path.exists('Script Bundle')", "import os") is False


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, environment: Environment) -> tuple[str, bytes]:
    """The file name and content of an extension module for the environment's Python."""
    compiler = shutil.which("gcc")
    question = "import sysconfig as s; print(s.get_path('include')); print(s.get_config_var('EXT_SUFFIX'))"
    answer = subprocess.run([environment.interpreter.path, "-c", question], capture_output=True, text=True, check=True)
    headers, suffix = answer.stdout.splitlines()
    if compiler is None or not Path(headers, "Python.h").exists():
        pytest.skip(f"needs gcc and the headers of {environment.interpreter.path}")
    folder = tmp_path_factory.mktemp("compiled")
    source, target = folder / "native.c", folder / f"native{suffix}"
    source.write_text(
        "#include <Python.h>\n"
        "static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(42); }\n"
        'static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL}};\n'
        'static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "native", NULL, -1, methods};\n'
        "PyMODINIT_FUNC PyInit_native(void) { return PyModule_Create(&module); }\n"
    )
    subprocess.run([compiler, "-shared", "-fPIC", f"-I{headers}", str(source), "-o", str(target)], check=True)
    return target.name, target.read_bytes()


@pytest.mark.parametrize("folder", ["", "package/"])
def test_compiled_modules(run: Runner, compiled: tuple[str, bytes], folder: str) -> None:
    """A native extension module that fits the environment's Python is imported from the bundle."""
    name, content = compiled
    statements = "from package import native" if folder else "import native"
    entries = {f"{folder}{name}": content, "package/__init__.py": ""}
    assert run.value("native.answer()", statements, bundle=entries) == 42


@pytest.mark.parametrize(
    ("module", "entries"),
    [
        ("pytz", {"pytz.py": "VALUE = 'own'"}),
        ("dateutil", {"dateutil/__init__.py": "VALUE = 'own'"}),
        ("matplotlib", {"matplotlib/__init__.py": "VALUE = 'own'"}),
        ("seaborn", {"seaborn.py": "VALUE = 'own'"}),
        ("azureml_main", {"azureml_main.py": "VALUE = 'own'"}),
        ("script", {"script.py": "VALUE = 'own'"}),
    ],
)
@pytest.mark.parametrize("preloaded", [False, True])
def test_the_bundles_edition_wins(run: Runner, draw: Runner, module: str, entries: Entries, preloaded: bool) -> None:
    """A module of the bundle comes before an installed one of its name, even one that is imported already."""
    runner = draw if preloaded else run
    source = f"""
        import {module} as own
        import pandas as pd
        def azureml_main():
            return pd.DataFrame({{"value": [own.VALUE], "zone": pd.to_datetime(["2020-07-01"], utc=True)}})
    """
    assert runner(source, bundle=entries).columns["value"] == ["own"]


@pytest.mark.parametrize(
    "entries",
    [
        {"pandas.csv": "a"},
        {"pandas/notes.txt": "a", "numpy/data.bin": "b"},
        {"pandas.txt": "", "pytz.md": "", "random.txt": ""},
        {"pandas.py": "raise ImportError('not this one')"},
        {"numpy/__init__.py": "raise ImportError('not this one')"},
    ],
    ids=["file", "folders", "files", "pandas", "numpy"],
)
def test_the_frames_own_library_stays(run: Runner, entries: Entries) -> None:
    """Data under a package's name hides nothing; pandas and numpy are those that the frames are made of."""
    source = """
        import numpy, pandas, pytz
        def azureml_main(dataframe1):
            assert isinstance(dataframe1, pandas.DataFrame)
            return pandas.DataFrame({"a": numpy.arange(2)}),
    """
    assert run(source, dataset1={"a": [1]}, bundle=entries).columns == {"a": [0, 1]}


def test_modules_of_the_standard_library_stay(run: Runner) -> None:
    """What is imported already and belongs to Python is not taken away from the libraries that use it."""
    bundle = {"random.py": "VALUE = 'own'", "os.py": "VALUE = 'own'"}
    assert (
        run.value("[hasattr(random, 'random'), hasattr(os, 'getcwd')]", "import os, random", bundle=bundle)
        == [True] * 2
    )


def _linked() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return file.getvalue()


@pytest.mark.parametrize(
    ("bundle", "words"),
    [
        (b"", "not a zip file"),
        (b"hello", "not a zip file"),
        (b"\x1f\x8b\x08\x00" * 100, "not a zip file"),
        (zipped(BUNDLE)[:-30], "not a zip file"),
        (zipped({"a.txt": "x" * 100}).replace(b"xxx", b"xyx"), "CRC"),
        (zipped({"../x": "1"}), "reaches outside its folder"),
        (zipped({"a\\..\\..\\b": "1"}), "reaches outside its folder"),
        (zipped({"/x": "1"}), "reaches outside its folder"),
        (zipped({"C:\\x": "1"}), "reaches outside its folder"),
        (zipped({"a": "1", "a/b": "2"}), "cannot be unpacked"),
        (zipped({"a" * 300: "1"}), "cannot be unpacked"),
        (_linked(), "a link or a device"),
    ],
)
def test_bad_zips(run: Runner, bundle: bytes, words: str) -> None:
    """What is no zip, or no good one, is Error 0102, before any of the script runs."""
    ended = run("print('ran')\ndef azureml_main(): pass", bundle=bundle)
    assert (ended.error.code, ended.error.type) == ("0102", "BadBundle")
    assert words in ended.error.message
    assert ended.log == ""


def test_an_empty_zip_is_an_empty_folder(run: Runner) -> None:
    """A zip without entries is a zip."""
    assert run.value("os.listdir('Script Bundle')", "import os", bundle={}) == []


@pytest.mark.slow
def test_a_large_bundle_is_read_where_it_lies(run: Runner) -> None:
    """A bundle takes the room of its files, not once more its own in memory."""
    size = 200 * MIB
    limits = Limits(wall_seconds=60, memory=384 * MIB)
    value = run.value(
        "os.path.getsize('Script Bundle/zeros')", "import os", bundle={"zeros": bytes(size)}, limits=limits
    )
    assert value == size
