"""Pictures: matplotlib stays on Agg, what a script draws comes out, and only that."""

from __future__ import annotations

import struct

import pytest

from tests.sandbox.helpers import Entries, Runner

HEAD = """
import os
import pandas as pd
{top}
def azureml_main():
    {body}
    return pd.DataFrame()
"""
PYPLOT = "import matplotlib\nimport matplotlib.pyplot as plt"
PLOT = "plt.plot([1, 2])"


def script(body: str, top: str = PYPLOT) -> str:
    """A script of one function; statements of its body are divided by semicolons or lines."""
    return HEAD.format(top=top, body=body.replace("\n", "\n    "))


def size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


BACKENDS = ("TkAgg", "Qt5Agg", "QtAgg", "MacOSX", "svg", "module://ipykernel.pylab.backend_inline", "nonsense")
ASKED = {
    **{f"use {name}": (f"import matplotlib\nmatplotlib.use({name!r})\n{PYPLOT}", PLOT) for name in BACKENDS},
    "use with old options": (f"import matplotlib\nmatplotlib.use('TkAgg', warn=False, force=True)\n{PYPLOT}", PLOT),
    "use after pyplot": (f"{PYPLOT}\nmatplotlib.use('TkAgg')", PLOT),
    "switch": (PYPLOT, f"plt.switch_backend('TkAgg'); {PLOT}"),
    "switch by keyword": (PYPLOT, f"plt.switch_backend(newbackend='TkAgg'); {PLOT}"),
    "parameter": (f"import matplotlib\nmatplotlib.rcParams['backend'] = 'TkAgg'\n{PYPLOT}", PLOT),
    "parameter after pyplot": (f"{PYPLOT}\nplt.rcParams['backend'] = 'Qt5Agg'", PLOT),
    "update": (f"{PYPLOT}\nmatplotlib.rcParams.update({{'backend': 'TkAgg', 'lines.linewidth': 3}})", PLOT),
    "context": (PYPLOT, f"with plt.rc_context({{'backend': 'TkAgg'}}): {PLOT}"),
    "variable": (f"os.environ['MPLBACKEND'] = 'TkAgg'\n{PYPLOT}", PLOT),
    "defaults": (PYPLOT, f"plt.rcdefaults(); matplotlib.rc_file_defaults(); {PLOT}"),
    "magic": ("from pylab import plot", "plot([1, 2])"),
}


@pytest.mark.parametrize(("top", "body"), ASKED.values(), ids=ASKED)
def test_always_on_agg(draw: Runner, top: str, body: str) -> None:
    """Whatever a script asks for, it draws on Agg and nothing fails."""
    canvas = "import matplotlib.pyplot as after\nprint(type(after.gcf().canvas).__name__)"
    ended = draw(script(f"{body}\n{canvas}", top))
    assert ended.failure is None, ended.failure
    assert ended.log == "FigureCanvasAgg\n"
    assert [(each.name, size(each.data)) for each in ended.pictures] == [("figure_1.png", (640, 480))]


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["use TkAgg", "switch", "parameter", "variable", "magic"])
def test_always_on_agg_when_imported_late(run: Runner, asked: str) -> None:
    """The same where the script itself is the first to import matplotlib."""
    test_always_on_agg(run, *ASKED[asked])


@pytest.mark.parametrize(
    "call",
    ["plt.show()", "plt.show(block=True)", "plt.gcf().show()", "plt.pause(0.01)", "plt.ion(); plt.draw(); plt.ioff()"],
)
def test_show_is_silent(draw: Runner, call: str) -> None:
    """There is nothing to show a figure on: no word of it, no wait, and the figure still comes out."""
    ended = draw(script(f"{PLOT}; {call}"))
    assert ended.failure is None, ended.failure
    assert (ended.log, ended.picture_names) == ("", ["figure_1.png"])


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("plt.figure(); plt.figure(); plt.figure(9)", ["figure_1.png", "figure_2.png", "figure_9.png"]),
        ("plt.savefig('b.png'); plt.savefig('a.png')", ["b.png", "a.png"]),
        ("plt.figure().savefig('c.png'); plt.figure()", ["c.png", "figure_2.png"]),
        ("plt.figure(); plt.figure().savefig('c.png')", ["c.png", "figure_1.png"]),
        ("plt.figure(); plt.close()", []),
        ("plt.savefig('a.png'); plt.close('all'); plt.figure()", ["a.png", "figure_1.png"]),
        ("plt.savefig('a.png'); plt.plot([1]); plt.savefig('a.png')", ["a.png"]),
        ("plt.savefig('x.pdf'); plt.figure(2)", ["figure_2.png"]),
        ("import io; plt.savefig(io.BytesIO())", []),
        ("plt.savefig('figure_2.png'); plt.figure(2)", ["figure_2.png", "_figure_2.png"]),
        ("plt.savefig('drawn.svg')", ["drawn.svg"]),
        ("plt.savefig('one.png'); plt.savefig('two.SVG'); plt.savefig('3.PNG')", ["one.png", "two.SVG", "3.PNG"]),
        ("pd.DataFrame({'a': [1, 2]}).plot()", ["figure_1.png"]),
        ("pd.plotting.scatter_matrix(pd.DataFrame({'a': [1, 2], 'b': [2, 1]}))", ["figure_1.png"]),
        ("plt.imsave('image.png', [[0, 1]])", ["image.png"]),
        ("from PIL import Image; Image.new('P', (3, 2)).save('pixels.png')", ["pixels.png"]),
        ("from matplotlib.figure import Figure; Figure().savefig('free.png')", ["free.png"]),
        ("plt.savefig('größe 日本.png')", ["größe 日本.png"]),
        ("os.mkdir('sub'); plt.savefig('sub/deep.png')", []),
        ("os.mkdir('sub'); os.chdir('sub'); plt.savefig('deep.png'); plt.figure(2)", ["figure_2.png"]),
        (r"plt.savefig('.\\plot.png')", ["plot.png"]),
    ],
)
def test_which_pictures_and_in_which_order(draw: Runner, body: str, names: list[str]) -> None:
    """PNG and SVG at the top of the folder by creation, then the open figures that were never saved."""
    ended = draw(script(body))
    assert ended.failure is None, ended.failure
    assert (ended.picture_names, ended.notes) == (names, ())


def test_names_that_clash(draw: Runner) -> None:
    """Two files that a Windows spelling gives one name both come out."""
    ended = draw(script(r"plt.savefig('plot.png'); plt.figure(figsize=(1, 1)).savefig('.\\plot.png')"))
    assert [(each.name, size(each.data)) for each in ended.pictures] == [
        ("plot.png", (640, 480)),
        ("plot.png", (100, 100)),
    ]


def test_a_figure_of_a_bundles_module(draw: Runner) -> None:
    """What a module of the bundle draws comes out; pictures that lie in the bundle do not."""
    module = f"{PYPLOT}\ndef draw():\n    {PLOT}\n    plt.savefig('from_module.png')\n    plt.figure()\n"
    bundle: Entries = {"module.py": module, "inside.png": b"\x89PNG", "sub/inside.svg": b"<svg/>"}
    ended = draw(script("module.draw()", "import module"), bundle=bundle)
    assert ended.failure is None, ended.failure
    assert (ended.picture_names, ended.notes) == (["from_module.png", "figure_2.png"], ())


def test_only_real_pictures(draw: Runner) -> None:
    """What only has a picture's name is left out with a note; links and folders are left out."""
    body = """
plt.savefig('real.png'); plt.close('all')
real = open('real.png', 'rb').read()
open('text.png', 'w').write('not a picture')
open('half.png', 'wb').write(real[: len(real) // 2])
open('page.svg', 'w').write('<html/>')
open('empty.png', 'w').close()
open('jpeg.png', 'wb').write(bytes([255, 216, 255, 224]))
os.symlink('real.png', 'link.png'); os.symlink('/etc/passwd', 'other.png'); os.mkdir('folder.png')
"""
    ended = draw(script(body))
    assert ended.failure is None, ended.failure
    assert ended.picture_names == ["real.png"]
    left = ["text.png", "half.png", "page.svg", "empty.png", "jpeg.png"]
    assert [note.split()[0] for note in ended.notes] == left


@pytest.mark.parametrize(
    "end", ["raise ValueError('no')", "raise SystemExit", "return 5", "return pd.DataFrame({'a': [object()]})"]
)
def test_pictures_of_a_failed_script(draw: Runner, end: str) -> None:
    """They still come out: they may show what went wrong."""
    ended = draw(script(f"plt.savefig('saved.png'); plt.figure()\n{end}"))
    assert ended.failure is not None
    assert ended.picture_names == ["saved.png", "figure_2.png"]


def test_a_figure_that_cannot_be_saved(draw: Runner) -> None:
    """It is told in a note, and neither the result nor the other figures suffer."""
    ended = draw(script("plt.title(r'$\\nonsense$'); plt.figure()\nreturn pd.DataFrame({'a': [1]})"))
    assert ended.value == 1
    assert ended.picture_names == ["figure_2.png"]
    (note,) = ended.notes
    assert note.startswith("Figure 1 was left open and cannot be saved:")


def test_many_pictures(draw: Runner) -> None:
    """At most 200 come out, the first ones, and a note tells of the rest."""
    body = "plt.imsave('0.png', [[0]])\ndata = open('0.png', 'rb').read()\n"
    ended = draw(script(body + "for n in range(1, 230): open(f'{n}.png', 'wb').write(data)"))
    assert ended.failure is None, ended.failure
    assert ended.picture_names == [f"{number}.png" for number in range(200)]
    assert ended.notes == ("The script left 230 pictures; the first 200 are kept.",)


def test_many_open_figures(draw: Runner) -> None:
    """At most 50 open figures are saved."""
    ended = draw(script("plt.rcParams['figure.max_open_warning'] = 0\nfor n in range(60): plt.figure(figsize=(1, 1))"))
    assert ended.picture_names == [f"figure_{number}.png" for number in range(1, 51)]


def test_warnings_name_the_scripts_line(draw: Runner) -> None:
    """A warning of matplotlib points at the script, not at what stands between."""
    ended = draw(script("plt.title('日本語')\nplt.savefig('a.png')"))
    assert "script.py:7: UserWarning: Glyph" in ended.log
    assert "bottega" not in ended.log


def test_saving_open_figures_is_silent(draw: Runner) -> None:
    """What no line of the script does warns nobody."""
    ended = draw(script("plt.title('日本語')"))
    assert (ended.log, ended.picture_names) == ("", ["figure_1.png"])
