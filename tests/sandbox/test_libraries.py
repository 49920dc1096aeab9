"""What data scientists expect of libraries, inside the jail."""

from __future__ import annotations

import textwrap
import time

import pytest

from tests.sandbox.helpers import Runner

HEAD = """
import pandas as pd
import numpy as np

def square(value):
    return value * value

def azureml_main():
    {}
    return pd.DataFrame({{"value": [repr(value)]}})
"""


def script(body: str) -> str:
    """A script of one function."""
    return HEAD.format(textwrap.dedent(body).strip().replace("\n", "\n    "))


def value(run: Runner, body: str) -> object:
    """What `value` is at the end of a function's body, by its `repr`; nothing is printed."""
    ended = run(script(body))
    assert (ended.failure, ended.log) == (None, "")
    return ended.value


MODELS = """
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score
X, y = load_iris(return_X_y=True)
forest = RandomForestClassifier(5, random_state=0)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "expression",
    [
        "forest.set_params(n_jobs=-1).fit(X, y).score(X, y) > 0.9",
        "cross_val_score(forest, X, y, n_jobs=-1).mean() > 0.9",
        "GridSearchCV(forest, {'max_depth': [1, 3]}, cv=2, n_jobs=2).fit(X, y).best_params_ == {'max_depth': 3}",
        "cross_val_score(forest.set_params(n_jobs=2), X, y, cv=2, n_jobs=2).mean() > 0.9",
    ],
    ids=["threads", "processes", "search", "both"],
)
def test_sklearn_in_parallel(run: Runner, expression: str) -> None:
    """n_jobs works, by threads and by processes."""
    assert value(run, f"{MODELS}value = bool({expression})") == "True"


POOLS = {
    "processes": (
        """
        import multiprocessing
        with multiprocessing.Pool(2) as pool: value = pool.map(square, range(4))
        """,
        "[0, 1, 4, 9]",
    ),
    "threads": (
        """
        from multiprocessing.pool import ThreadPool
        with ThreadPool(2) as pool: value = pool.map(square, range(4))
        """,
        "[0, 1, 4, 9]",
    ),
    "spawned processes": (
        """
        import multiprocessing
        with multiprocessing.get_context('spawn').Pool(2) as pool: value = pool.map(square, range(4))
        """,
        "[0, 1, 4, 9]",
    ),
    "thread executor": (
        """
        from concurrent.futures import ThreadPoolExecutor as E
        with E(2) as pool: value = list(pool.map(square, range(4)))
        """,
        "[0, 1, 4, 9]",
    ),
    "process executor": (
        """
        from concurrent.futures import ProcessPoolExecutor as E
        with E(2) as pool: value = list(pool.map(square, range(4)))
        """,
        "[0, 1, 4, 9]",
    ),
    "joblib": (
        """
        from joblib import Parallel, delayed
        value = Parallel(n_jobs=2)(delayed(square)(n) for n in range(4))
        """,
        "[0, 1, 4, 9]",
    ),
    "joblib threads": (
        """
        from joblib import Parallel, delayed
        value = Parallel(2, 'threading')(delayed(square)(n) for n in range(4))
        """,
        "[0, 1, 4, 9]",
    ),
    "joblib processes": (
        """
        from joblib import Parallel, delayed
        value = Parallel(2, 'multiprocessing')(delayed(square)(n) for n in range(4))
        """,
        "[0, 1, 4, 9]",
    ),
}


@pytest.mark.parametrize(("body", "expected"), POOLS.values(), ids=POOLS)
def test_a_function_of_the_script_in_parallel(run: Runner, body: str, expected: str) -> None:
    """Every usual pool maps a function of the script."""
    assert value(run, body) == expected


@pytest.mark.slow
def test_large_arrays_in_parallel(run: Runner) -> None:
    """joblib passes large arrays by files; they fit into the run's folder."""
    body = """
from joblib import Parallel, delayed
data = np.ones(2_000_000)
value = [float(each) for each in Parallel(n_jobs=2)(delayed(np.sum)(data) for n in range(3))]
"""
    assert value(run, body) == "[2000000.0, 2000000.0, 2000000.0]"


CONCURRENT = {
    "thread": (
        """
        import threading
        value = []
        t = threading.Thread(target=value.append, args=(1,))
        t.start()
        t.join()
        """,
        "[1]",
    ),
    "event loop": (
        """
        import asyncio
        async def f(): await asyncio.sleep(0.01); return 5
        value = asyncio.run(f())
        """,
        "5",
    ),
    "queue": (
        """
        import multiprocessing as m
        q = m.Queue()
        p = m.Process(target=q.put, args=(3,))
        p.start()
        value = q.get(timeout=9)
        p.join()
        """,
        "3",
    ),
    "shared value": (
        """
        import multiprocessing as m
        v = m.Value('i', 1)
        p = m.Process(target=v.__setattr__, args=('value', 2))
        p.start()
        p.join()
        value = v.value
        """,
        "2",
    ),
    "shared memory": (
        """
        from multiprocessing.shared_memory import SharedMemory
        m = SharedMemory(create=True, size=9)
        m.buf[0] = 7
        other = SharedMemory(m.name)
        value = other.buf[0]
        other.close()
        m.close()
        m.unlink()
        """,
        "7",
    ),
    "timer": (
        """
        import signal, time
        called = []
        signal.signal(signal.SIGALRM, lambda *_: called.append(1))
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        time.sleep(0.2)
        value = called
        """,
        "[1]",
    ),
    "another Python": (
        """
        import subprocess, sys
        done = subprocess.run([sys.executable, '-c', 'print(3)'], capture_output=True, text=True)
        value = done.stdout
        """,
        "'3\\n'",
    ),
}


@pytest.mark.parametrize(("body", "expected"), CONCURRENT.values(), ids=CONCURRENT)
def test_threads_and_processes(run: Runner, body: str, expected: str) -> None:
    """Threads, event loops, processes, queues, shared memory, timers."""
    assert value(run, body) == expected


FACTS = {
    "temporary file": (
        """
        import tempfile
        with tempfile.NamedTemporaryFile('w+') as f: f.write('x'); f.seek(0); value = f.read()
        """,
        "'x'",
    ),
    "temporary folder": (
        """
        import tempfile, os
        with tempfile.TemporaryDirectory() as d: value = os.listdir(d)
        """,
        "[]",
    ),
    "nameless file": (
        """
        import tempfile
        value = tempfile.TemporaryFile().write(b'abc')
        """,
        "3",
    ),
    "home": (
        """
        import pathlib
        home = pathlib.Path.home()
        (home / 'a').write_text('x')
        value = sorted(home.glob('a'))[0].name
        """,
        "'a'",
    ),
    "home by variable": (
        """
        import os
        value = os.path.expanduser('~') == os.environ['HOME']
        """,
        "True",
    ),
    "user": (
        """
        import getpass, pwd, os
        value = getpass.getuser() == pwd.getpwuid(os.getuid()).pw_name == 'bottega'
        """,
        "True",
    ),
    "host": (
        """
        import socket, platform
        value = [socket.gethostname(), platform.node(), platform.system()]
        """,
        "['bottega', 'bottega', 'Linux']",
    ),
    "locale": (
        """
        import locale
        locale.setlocale(locale.LC_ALL, '')
        value = [locale.getpreferredencoding().lower(), f'{1.5:n}']
        """,
        "['utf-8', '1.5']",
    ),
    "file encoding": (
        """
        open('ö.txt', 'w').write('é')
        value = [open('ö.txt').read(), open('ö.txt').encoding.lower()]
        """,
        "['é', 'utf-8']",
    ),
    "local time zone": (
        """
        import time, datetime
        value = [time.tzname[0], datetime.datetime.now().astimezone().tzname()]
        """,
        "['UTC', 'UTC']",
    ),
    "zoneinfo": (
        """
        import datetime as d, zoneinfo
        value = d.datetime(2020, 7, 1, tzinfo=zoneinfo.ZoneInfo('Europe/Rome')).isoformat()
        """,
        "'2020-07-01T00:00:00+02:00'",
    ),
    "pytz": (
        """
        import datetime as d, pytz
        value = pytz.timezone('Asia/Tokyo').localize(d.datetime(2020, 7, 1)).isoformat()
        """,
        "'2020-07-01T00:00:00+09:00'",
    ),
    "pandas zone": (
        """
        value = pd.Timestamp('2020-07-01', tz='America/New_York').isoformat()
        """,
        "'2020-07-01T00:00:00-04:00'",
    ),
    "sqlite": (
        """
        import sqlite3
        c = sqlite3.connect('file.db')
        pd.DataFrame({'a': [1, 2]}).to_sql('t', c)
        c.commit()
        c.close()
        value = pd.read_sql('select sum(a) as s from t', sqlite3.connect('file.db'))['s'].tolist()
        """,
        "[3]",
    ),
    "sqlite wal": (
        """
        import sqlite3
        c = sqlite3.connect('file.db')
        value = c.execute('pragma journal_mode=wal').fetchone()
        c.execute('create table t (a)')
        c.commit()
        """,
        "('wal',)",
    ),
    "shutil": (
        """
        import shutil, os
        os.mkdir('d')
        open('d/a', 'w').close()
        shutil.make_archive('z', 'zip', 'd')
        shutil.copytree('d', 'e')
        shutil.copy2('d/a', 'b')
        shutil.rmtree('d')
        value = sorted(os.listdir())
        """,
        "['b', 'e', 'z.zip']",
    ),
    "mapped array": (
        """
        np.save('a.npy', np.arange(3))
        value = np.load('a.npy', mmap_mode='r').tolist()
        """,
        "[0, 1, 2]",
    ),
    "joblib dump": (
        """
        import pickle, joblib
        joblib.dump({'a': 1}, 'm.joblib', compress=3)
        value = pickle.loads(pickle.dumps(joblib.load('m.joblib')))
        """,
        "{'a': 1}",
    ),
}


@pytest.mark.parametrize(("body", "expected"), FACTS.values(), ids=FACTS)
def test_files_and_facts(run: Runner, body: str, expected: str) -> None:
    """Temporary files, home, user, host, locale, encodings, time zones, databases, archives."""
    assert value(run, body) == expected


@pytest.mark.parametrize("kind", ["csv", "parquet", "excel", "json", "feather", "pickle", "html", "xml", "stata"])
def test_pandas_files(run: Runner, kind: str) -> None:
    """What pandas writes into the working folder it can read again."""
    read = {"html": "pd.read_html('file')[0]"}.get(kind, f"pd.read_{kind}('file')")
    engine = ", engine='openpyxl'" if kind == "excel" else ""
    name = "file.xlsx" if kind == "excel" else "file"
    body = f"""
frame = pd.DataFrame({{'a': [1, 2], 'b': ['x', 'y']}})
frame.to_{kind}('{name}'{engine})
value = {read.replace("'file'", repr(name))}[['a', 'b']].values.tolist()
"""
    assert value(run, body) == "[[1, 'x'], [2, 'y']]"


@pytest.mark.parametrize(
    ("call", "type_", "words"),
    [
        (
            "import subprocess; subprocess.run('ls', shell=True)",
            "FileNotFoundError",
            "No such file or directory: '/bin/sh'",
        ),
        ("import subprocess; subprocess.run(['ls'])", "FileNotFoundError", "No such file or directory: 'ls'"),
        ("import os; os.popen('ls')", "FileNotFoundError", "No such file or directory: '/bin/sh'"),
        ("import requests; requests.get('https://example.com')", "ConnectionError", "Failed to resolve 'example.com'"),
        ("import requests; requests.get('http://127.0.0.1')", "ConnectionError", "Operation not permitted"),
        ("import urllib.request as u; u.urlopen('http://example.com')", "URLError", "name resolution"),
        ("pd.read_csv('https://example.com/x.csv')", "URLError", "name resolution>. A script has no network"),
        ("import socket; socket.create_connection(('1.1.1.1', 80))", "PermissionError", "Operation not permitted"),
        ("import locale; locale.setlocale(locale.LC_ALL, 'xx_XX')", "Error", "unsupported locale setting"),
        ("open('/etc/bottega', 'w')", "OSError", "Read-only file system: '/etc/bottega'"),
        ("input()", "EOFError", "EOF when reading a line"),
        ("import nltk; nltk.word_tokenize('a b')", "LookupError", "punkt"),
    ],
)
def test_what_is_not_there_is_told_soon(run: Runner, call: str, type_: str, words: str) -> None:
    """No shell, no programs, no network, no console: a clear error at the script's line, and no wait."""
    started = time.monotonic()
    error = run(f"import pandas as pd\ndef azureml_main():\n    {call}\n").error
    assert time.monotonic() - started < 10
    assert error.line == 3
    assert type_ in error.type
    assert words in error.message


def test_os_system_without_a_shell(run: Runner) -> None:
    """os.system says by its status that there is no shell."""
    assert value(run, "import os; value = os.WEXITSTATUS(os.system('ls'))") == "127"


PACKAGES = {
    "statsmodels": (
        """
        import statsmodels.api as sm
        x = np.arange(9.0)
        value = sm.OLS(2 * x + 1, sm.add_constant(x)).fit().params.round(6).tolist()
        """,
        "[1.0, 2.0]",
    ),
    "formula": (
        """
        import statsmodels.formula.api as smf
        frame = pd.DataFrame({'x': np.arange(9.0)})
        frame['y'] = 2 * frame.x + 1
        value = smf.ols('y ~ x', frame).fit().params.round(6).tolist()
        """,
        "[1.0, 2.0]",
    ),
    "seaborn": (
        """
        import seaborn, warnings
        seaborn.set_theme()
        axes = seaborn.histplot(pd.DataFrame({'a': [1, 2, 2]}), x='a')
        value = len(axes.patches) > 0
        """,
        "True",
    ),
    "nltk": (
        """
        import nltk
        value = nltk.stem.PorterStemmer().stem('running'), list(nltk.ngrams([1, 2, 3], 2))
        """,
        "('run', [(1, 2), (2, 3)])",
    ),
    "scipy": (
        """
        import scipy.optimize, scipy.stats
        value = round(scipy.optimize.brentq(lambda x: x * x - 2, 0, 2), 6)
        """,
        "1.414214",
    ),
    "networkx": (
        """
        import networkx, sympy
        x = sympy.Symbol('x')
        value = networkx.shortest_path(networkx.path_graph(3), 0, 2), sympy.diff(x**2)
        """,
        "([0, 1, 2], 2*x)",
    ),
    "parsers": (
        """
        import bs4, lxml.etree, yaml
        value = bs4.BeautifulSoup('<p>a</p>', 'lxml').p.text, yaml.safe_load('[1]')
        """,
        "('a', [1])",
    ),
    "pillow": (
        """
        import PIL.Image as image
        image.new('RGB', (2, 3)).save('a.jpg')
        value = image.open('a.jpg').size
        """,
        "(2, 3)",
    ),
    "sparse": (
        """
        from scipy import sparse
        from sklearn.decomposition import PCA
        value = PCA(1).fit_transform(np.eye(3)).shape, (sparse.eye(3) @ np.ones(3)).tolist()
        """,
        "((3, 1), [1.0, 1.0, 1.0])",
    ),
    "linear algebra": (
        """
        a = np.random.rand(300, 300)
        value = bool(np.allclose(a @ np.linalg.inv(a), np.eye(300)))
        """,
        "True",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("body", "expected"), PACKAGES.values(), ids=PACKAGES)
def test_the_environments_packages(run: Runner, body: str, expected: str) -> None:
    """The packages of the default environment do their work, and print nothing of ours."""
    assert value(run, body) == expected


@pytest.mark.slow
def test_lightgbm(run: Runner) -> None:
    """LightGBM fits, without a word about processor cores; it needs the machine's libgomp."""
    body = """
import lightgbm
X, y = np.arange(200.0).reshape(-1, 1), np.arange(200) > 100
value = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1).fit(X, y).score(X, y) > 0.9
"""
    ended = run(script(body))
    if ended.failure is not None and "libgomp" in ended.failure.message:
        pytest.skip(f"no libgomp on this machine: {ended.failure.message}")
    assert (ended.failure, ended.log) == (None, "")
    assert ended.value == "True"


def test_titles_in_any_language(draw: Runner) -> None:
    """matplotlib draws accents, Greek, Cyrillic and formulas with the fonts it brings."""
    source = """
        import matplotlib.pyplot as plt
        def azureml_main():
            plt.title("Größe, é, Ωμέγα, Привет, $\\\\sum_i x_i^2$")
            plt.xlabel("€ – “x”")
            plt.plot([-1, 1])
    """
    ended = draw(source)
    assert (ended.failure, ended.log, ended.picture_names) == (None, "", ["figure_1.png"])
