"""Nothing of one job is met by the next, and what shall be its own is."""

from __future__ import annotations

import pytest

from tests.attack.hostile import Jail, main

# What one job leaves, and what the next prints where it finds nothing of it.
_LEFT = {
    "module state": (
        "import math\nmath.left = 1\nsys.left = 1",
        "import math\nprint(hasattr(math, 'left'), hasattr(sys, 'left'))",
        "False False",
    ),
    "modules": (
        "sys.modules['left'] = sys\nsys.modules['json'] = None",
        "import json\nprint('left' in sys.modules, json.dumps(1))",
        "False 1",
    ),
    "variables": (
        "os.environ['LEFT'] = 'x'\nos.environ['PATH'] = '/left'",
        "print('LEFT' in os.environ, os.environ['PATH'] == '/left')",
        "False False",
    ),
    "files": (
        (
            "for f in ('left', '/dev/shm/left', os.path.expanduser('~/left'), os.environ['TMPDIR'] + '/left'):\n"
            "    try:\n        open(f, 'w').write('x')\n    except OSError:\n        pass"
        ),
        (
            "import glob\nprint(sum((glob.glob(f) for f in ('*', '/dev/shm/*', os.path.expanduser('~/left'),"
            " os.environ['TMPDIR'] + '/*')), []))"
        ),
        "[]",
    ),
    "pandas": (
        "import pandas as pd\npd.DataFrame.sum = lambda *a: 666\npd.set_option('display.max_rows', 7)",
        "import pandas as pd\nprint(pd.DataFrame({'a': [1]}).sum()['a'], pd.get_option('display.max_rows'))",
        "1 60",
    ),
    "builtins": (
        "import builtins\nbuiltins.len = lambda x: 666\nbuiltins.left = 1",
        "import builtins\nprint(len('ab'), hasattr(builtins, 'left'))",
        "2 False",
    ),
    "path": (
        "sys.path.insert(0, '/left')\nsys.meta_path.clear()\nsys.path_hooks.clear()",
        "import colorsys\nprint('/left' in sys.path, colorsys.__name__)",
        "False colorsys",
    ),
    "hooks": (
        (
            "sys.settrace(lambda *a: print('traced'))\nsys.setprofile(lambda *a: print('seen'))\n"
            "sys.excepthook = print\nsys.displayhook = print\nthreading.settrace(lambda *a: print('traced'))\n"
            "sys.unraisablehook = print"
        ),
        "print(sys.gettrace(), sys.getprofile(), sys.excepthook is sys.__excepthook__)",
        "None None True",
    ),
    "audit": (
        "sys.addaudithook(lambda *a: os.write(1, b'heard') if a[0] == 'left' else None)",
        "sys.audit('left')\nprint('ok')",
        "ok",
    ),
    "exits": ("import atexit\natexit.register(lambda: os.write(1, b'left'))", "print('ok')", "ok"),
    "threads": (
        "threading.Thread(target=time.sleep, args=(100,), daemon=True).start()",
        "print(threading.active_count())",
        "1",
    ),
    "signals": (
        "signal.signal(signal.SIGUSR1, signal.SIG_IGN)\nsignal.alarm(1)",
        "print(signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL, signal.alarm(0))",
        "True 0",
    ),
    "limits": (
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))",
        "import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE)[1] > 20)",
        "True",
    ),
    "folder": ("os.chdir('/')\nos.umask(0o777)", "print(os.getcwd() == '/', open('own', 'w').write('x'))", "False 1"),
    "locale and time": ("os.environ['TZ'] = 'Asia/Tokyo'\ntime.tzset()", "print(time.tzname[0])", "UTC"),
    "recursion": (
        "sys.setrecursionlimit(50_000)\nsys.setswitchinterval(9)",
        "print(sys.getrecursionlimit() < 50_000, sys.getswitchinterval() < 1)",
        "True True",
    ),
    "numbers": (
        "import numpy\nnumpy.seterr(all='raise')\nnumpy.random.seed(7)\nimport decimal\ndecimal.getcontext().prec = 3",
        "import numpy, decimal\nprint(numpy.geterr()['divide'], decimal.getcontext().prec)",
        "warn 28",
    ),
    "collector": (
        "import gc\ngc.disable()\ngc.callbacks.append(print)",
        "import gc\nprint(gc.isenabled(), gc.callbacks)",
        "True []",
    ),
    "the guest": (
        "import bottega_guest.script as guest\nguest.run = lambda *a: {}\nguest._load = lambda *a: print",
        "import bottega_guest.script as guest\nprint(guest.run.__name__, guest._load.__name__)",
        "run _load",
    ),
    "standard streams": ("sys.stdout = None\nos.close(1)", "print('ok')", "ok"),
    "priority": ("os.nice(5)", "print(os.nice(0))", "0"),
    "name": (
        "name_process('left')\nsys.argv[:] = ['left']",
        (
            "print('left' in open('/proc/self/comm').read() if os.path.exists('/proc/self/comm')"
            " and os.access('/proc/self/comm', os.R_OK) and HAS_PROC else False, sys.argv == ['left'])"
        ),
        "False False",
    ),
}


@pytest.mark.parametrize("name", _LEFT)
def test_what_one_job_leaves_the_next_does_not_find(jail: Jail, name: str) -> None:
    """Twice, for the first that follows may have been made before."""
    first, second, expected = _LEFT[name]
    has = f"HAS_PROC = {jail.layer == 'namespaces'}\n"
    assert jail.log(has + main(second)) == expected + "\n"  # the control: it is so without the first
    jail.run(main(first), wall_seconds=5).close()
    for _ in range(2):
        assert jail.log(has + main(second)) == expected + "\n"


def test_random_numbers_differ(jail: Jail) -> None:
    """Clones of one process would else draw the same."""
    source = main("""
        import random, uuid, secrets, numpy
        print(random.random(), numpy.random.rand(), numpy.random.default_rng().random(), uuid.uuid4(), end=" ")
        print(secrets.token_hex(), os.urandom(8))
    """)
    drawn = [jail.log(source).split(maxsplit=5) for _ in range(4)]
    for values in zip(*drawn, strict=True):
        assert len(set(values)) == 4


def test_memory_of_one_job_is_not_read_by_the_next(jail: Jail) -> None:
    """New memory is empty, and so are new files of holes."""
    jail.log(main("held = [bytearray(b'treasure' * 100_000) for _ in range(20)]\nprint('filled')"))
    source = main("""
        block = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        os.ftruncate(os.open("holes", os.O_CREAT | os.O_RDWR), 16 << 20)
        print(block.find(b"treasure"), open("holes", "rb").read().find(b"treasure"))
    """)
    assert jail.log(source) == "-1 -1\n"


def test_a_job_that_spoils_its_process_spoils_the_next_ones_nothing(jail: Jail) -> None:
    """Even the interpreter's own objects, by their addresses."""
    source = main("""
        ctypes.memset(id(1000 - 999) + 24, 7, 1)
        ctypes.c_char.from_address(id(None)).value = b"x"
        os._exit(0)
    """)
    jail.run(source, wall_seconds=3).close()
    assert jail.log(main("print(1000 - 999, int('0') + 1)")) == "1 1\n"
