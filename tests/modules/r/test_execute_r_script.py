"""Execute R Script: ports, the random seed, the bundle, R Device, and how scripts fail."""

from __future__ import annotations

import os
import signal
import struct
from pathlib import Path

import pytest

from bottega.modules.r_language_modules import _process
from bottega.sdk import catalogue
from tests.modules.data.helpers import run, table
from tests.modules.r.helpers import IDENTITY, execute, failing, needs_r, notes, result, rscript

pytestmark = needs_r
FRAME = table(a=[1, 2], b=["x", "y"])


# ---- Ports


def test_both_ports_are_frames_by_their_numbers() -> None:
    script = 'x <- maml.mapInputPort(1)\ny <- maml.mapInputPort(2)\nz <- merge(x, y)\nmaml.mapOutputPort("z")'
    assert result(script, FRAME, table(b=["y", "x"], c=[True, False])) == {
        "b": ["x", "y"],
        "a": [1, 2],
        "c": [False, True],
    }


def test_the_second_port_alone_is_still_the_second() -> None:
    assert result('x <- maml.mapInputPort(2)\nmaml.mapOutputPort("x")', None, FRAME) == FRAME.arrow.to_pydict()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("maml.mapInputPort(2)", "nothing is connected to input port 2 (Dataset2)"),
        ("maml.mapInputPort(0)", "1 or 2"),
        ("maml.mapInputPort('1')", "1 or 2"),
        ("maml.mapInputPort(c(1, 2))", "1 or 2"),
        ("maml.mapOutputPort('x')", 'there is no variable "x"'),
        ("x <- 1; maml.mapOutputPort(x)", "the name of a variable, as text"),
        ("x <- 1:3; maml.mapOutputPort('x')", "no data.frame but of class integer"),
        ("x <- NULL; maml.mapOutputPort('x')", "no data.frame but of class NULL"),
    ],
)
def test_ports_that_are_misused(script: str, says: str) -> None:
    error = failing(script, FRAME)
    assert says in str(error)
    assert error.facts["line"] == 1
    assert str(error.facts["traceback"]).startswith("1: maml.")


def test_the_last_frame_that_was_put_out_counts_as_it_was_then() -> None:
    script = (
        'x <- data.frame(a = 1)\nmaml.mapOutputPort("x")\nx <- data.frame(a = 2)\nmaml.mapOutputPort("x")\nx$a <- 3'
    )
    assert result(script) == {"a": [2.0]}


def test_a_frame_of_a_function_can_be_put_out() -> None:
    assert result('f <- function() { inner <- data.frame(a = 1L); maml.mapOutputPort("inner") }\nf()') == {"a": [1]}


def test_without_a_result_there_is_an_empty_table_and_a_note() -> None:
    assert result("x <- 1") == {}
    assert any("maml.mapOutputPort" in each for each in notes("x <- 1"))


def test_the_default_script_passes_its_table_on() -> None:
    assert run("execute-r-script", FRAME).result_dataset.equals(FRAME)


def test_clearing_the_workspace_leaves_the_ports() -> None:
    assert result(f"rm(list = ls(all.names = TRUE))\n{IDENTITY}", FRAME) == FRAME.arrow.to_pydict()


# ---- Seed, version, length


def test_a_seed_gives_the_numbers_that_r_gives(tmp_path: Path) -> None:
    script = 'x <- data.frame(x = runif(3), y = rnorm(3), z = sample(3))\nmaml.mapOutputPort("x")'
    made = result(script, seed=42)
    assert result(script, seed=42) == made
    told = rscript("set.seed(42); cat(format(c(runif(3), rnorm(3), sample(3)), digits = 17))", tmp_path)
    assert [float(each) for each in told.split()] == [*made["x"], *made["y"], *made["z"]]


def test_without_a_seed_each_run_has_its_own() -> None:
    script = 'x <- data.frame(x = runif(3))\nmaml.mapOutputPort("x")'
    assert result(script) != result(script)


@pytest.mark.parametrize("version", ["CRAN R 3.1.0", "Microsoft R Open 3.2.2"])
def test_old_versions_are_taken_and_told(version: str) -> None:
    assert any(version in each for each in notes("1", r_version=version))


@pytest.mark.parametrize("script", ["1\n" * 1001, "#" * 32769, "#é\n" + "é" * 16383])
def test_scripts_that_are_too_long(script: str) -> None:
    assert "Script Bundle" in str(failing(script))


@pytest.mark.parametrize("script", ["", " \n\t"])
def test_scripts_that_are_empty(script: str) -> None:
    assert "empty" in str(failing(script))


# ---- Text, and the process


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_any_ends_of_lines(end: str) -> None:
    assert result(f"\ufeffx <- data.frame(a = 'é'){end}{end}maml.mapOutputPort('x'){end}") == {"a": ["é"]}


def test_what_is_printed_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    execute("""
        1 + 1
        invisible(5)
        cat("é\\n")
        message("to stderr")
        x <- 3
        print(letters[1:2])
        warning("hm")
        f <- function() warning("in f")
        f()
    """)
    out = capsys.readouterr().out
    assert out == '[1] 2\né\nto stderr\n[1] "a" "b"\nWarning: hm\nWarning in f() : in f\n'


def test_nothing_of_one_run_reaches_another() -> None:
    spoil = """
        left <- 1
        options(digits = 3)
        Sys.setenv(LEFT = "1")
        library(splines)
        setwd("/")
        set.seed(1)
        sink("/dev/null")
    """
    look = """
        d <- data.frame(v = exists("left"), o = getOption("digits"), e = Sys.getenv("LEFT"), w = getwd() == "/",
            s = "package:splines" %in% search(), r = exists(".Random.seed"))
        maml.mapOutputPort("d")
    """
    execute(spoil)
    assert result(look) == {"v": [False], "o": [7], "e": [""], "w": [False], "s": [False], "r": [False]}


def test_r_is_started_once() -> None:
    execute("1")
    (process,) = _process._running
    execute("2")
    assert _process._running == [process]


def test_an_r_that_ended_while_it_waited_is_started_anew() -> None:
    execute("1")
    (process,) = _process._running
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.wait()
    assert result(IDENTITY, FRAME) == FRAME.arrow.to_pydict()
    assert _process._running != [process]


@pytest.mark.parametrize("script", ["quit()", "q('no', 3)", "tools::pskill(Sys.getpid(), 9)"])
def test_what_ends_r_is_told_and_the_next_runs(script: str) -> None:
    assert "R ended before the script did" in str(failing(script))
    assert result(IDENTITY, FRAME) == FRAME.arrow.to_pydict()


def test_large_tables_that_a_script_never_reads() -> None:
    large = table(x=[1.5] * 300_000)
    assert "R ended" in str(failing("quit()", large, large))
    assert (
        execute("x <- maml.mapInputPort(1)\nx <- x[1:2, , drop = FALSE]\nmaml.mapOutputPort('x')", large)[0].num_rows
        == 2
    )


def test_children_that_stay_behind_do_not_hold_it_up() -> None:
    assert result('job <- parallel::mcparallel(Sys.sleep(600))\nx <- data.frame(a = 1)\nmaml.mapOutputPort("x")') == {
        "a": [1]
    }
    assert result('x <- data.frame(a = unlist(parallel::mclapply(1:3, sqrt)))\nmaml.mapOutputPort("x")') == {
        "a": [1, 2**0.5, 3**0.5]
    }


def test_functions_that_a_script_names_as_r_names_its_own() -> None:
    names = [
        "cat",
        "c",
        "unique",
        "match",
        "names",
        "length",
        "put",
        "writeBin",
        "list",
        "is.null",
        "file",
        "structure",
    ]
    script = "".join(f"`{name}` <- function(...) stop('mine')\n" for name in names)
    assert result(f"x <- data.frame(a = 'é')\n{script}maml.mapOutputPort('x')") == {"a": ["é"]}
    assert "object 'y' not found" in str(failing(f"{script}y"))


# ---- Errors


def test_an_error_has_rs_words_the_line_and_the_calls() -> None:
    script = 'f <- function(x) {\n  g(x)\n}\ng <- function(y) {\n  stop("no good: ", y)\n}\n\nf(3)\n'
    error = failing(script)
    assert "line 5, in g(x): no good: 3" in str(error)
    assert error.facts["line"] == 5
    assert str(error.facts["traceback"]).splitlines() == [
        "1: f(3)", "2: g(x) at script.R#2", '3: stop("no good: ", y) at script.R#5', "Error, line 5, in g(x): no good: 3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "line", "says"),
    [
        ("x <- 1\nx <- \n 1 +* 2", 3, "unexpected '*'"),
        ("x <- 1\n'open", 2, "unexpected INCOMPLETE_STRING"),
        ("x <- 1\ny", 2, "object 'y' not found"),
        ("\n\nlog('a')", 3, "non-numeric argument"),
        ("f <- function() f()\nf()", 2, "infinite recursion"),
        ("library(nosuchpackage)", 1, "there is no package called ‘nosuchpackage’; scripts install none"),
        ("sapply(1:3, function(i) {\n if (i == 2) stop('two')\n i })", 2, "two"),
        ("tryCatch(stop('inner'), error = function(e) stop('outer'))", 1, "outer"),
        (
            "stop(structure(class = c('mine', 'error', 'condition'), list(message = 'my own', call = NULL)))",
            1,
            "my own",
        ),
        ("stop('é\\nsecond')", 1, "é\nsecond"),
        ("stop()", 1, "line 1"),
        ("f <- function(x) {\n  stop('deep')\n}\ndo.call(f, list(1))", 2, "deep"),
        ("x <- lapply(1, function(i)\n{\n  stop(simpleError('mine'))\n})", 3, "mine"),
    ],
)
def test_errors_of_every_kind(script: str, line: int, says: str) -> None:
    error = failing(script)
    assert says in str(error)
    assert error.facts["line"] == line


def test_what_a_script_catches_is_no_error() -> None:
    script = """
        x <- data.frame(a = tryCatch(stop("no"), error = conditionMessage))
        y <- try(log("a"), silent = TRUE)
        maml.mapOutputPort("x")
    """
    assert result(script) == {"a": ["no"]}


# ---- Bundle


def test_a_bundle_lies_below_src() -> None:
    bundle = {"f.R": "twice <- function(x) 2 * x\n", "deep/er/data.csv": "a\n21\n", "é ü.txt": "kept"}
    script = r"""
        source("src/f.R")
        source("src\\f.R")
        d <- read.csv("./src/deep/er/data.csv")
        d$a <- twice(d$a)
        d$t <- readLines("src/é ü.txt", warn = FALSE)
        maml.mapOutputPort("d")
    """
    assert result(script, bundle=bundle) == {"a": [42], "t": ["kept"]}


def test_an_error_in_a_sourced_file_names_it() -> None:
    error = failing(
        'x <- 1\nsource("src/f.R")\n', bundle={"f.R": 'x <- 1\nf <- function() {\n  stop("deep")\n}\nf()\n'}
    )
    assert error.facts["line"] == 2
    assert "at f.R#3" in str(error.facts["traceback"])


def test_what_r_saved_is_loaded(tmp_path: Path) -> None:
    rscript('model <- lm(dist ~ speed, cars); save(model, file = "m.RData"); saveRDS(1:3, "x.rds")', tmp_path)
    bundle = {name: (tmp_path / name).read_bytes() for name in ("m.RData", "x.rds")}
    script = """
        load("src/m.RData")
        d <- data.frame(p = unname(predict(model, data.frame(speed = readRDS("src/x.rds")))))
        maml.mapOutputPort("d")
    """
    expected = rscript("cat(format(predict(lm(dist ~ speed, cars), data.frame(speed = 1:3)), digits = 17))", tmp_path)
    assert result(script, bundle=bundle)["p"] == [float(each) for each in expected.split()]


@pytest.mark.parametrize("bundle", [{"../x": "1"}, {"/etc/x": "1"}])
def test_bundles_that_reach_outside(bundle: dict[str, str]) -> None:
    assert "outside" in str(failing("1", bundle=bundle, code="0102"))


# ---- Pictures


def test_every_page_of_every_device_is_a_picture() -> None:
    script = """
        plot(1:3)
        plot(3:1)
        invisible(dev.off())
        hist(c(1, 2, 2))
        png("own.png")
        plot(1)
        invisible(dev.off())
        writeLines("<svg xmlns='http://www.w3.org/2000/svg'/>", "drawn.svg")
    """
    _, device = execute(script)
    assert sorted(name for name, _ in device.pictures) == [
        "Rplot001.png",
        "Rplot002.png",
        "Rplot2_001.png",
        "drawn.svg",
        "own.png",
    ]
    assert all(data.startswith(b"\x89PNG") for name, data in device.pictures if name.endswith(".png"))
    pages = dict(device.pictures)
    assert pages["Rplot001.png"] != pages["Rplot002.png"]


def test_pictures_have_text_of_any_script() -> None:
    plain, accented = (execute(f'plot(1, main = "{title}")')[1].pictures[0][1] for title in ("", "Größe 温"))
    assert plain != accented


@pytest.mark.parametrize(
    ("script", "size"), [("plot(1)", (480, 480)), ("dev.new(width = 5, height = 3, title = 'x')\nplot(1)", (360, 216))]
)
def test_the_size_of_pictures(script: str, size: tuple[int, int]) -> None:
    _, data = execute(script)[1].pictures[0]
    assert struct.unpack(">II", data[16:24]) == size


def test_links_are_no_pictures() -> None:
    assert execute('invisible(file.symlink("/etc/hostname", "a.png"))\nplot(1)')[1].pictures[0][0] == "Rplot001.png"


# ---- Declaration


def test_ports_and_parameters_have_classics_names() -> None:
    spec = catalogue.get("Execute R Script")
    assert [port.title for port in spec.inputs] == ["Dataset1", "Dataset2", "Script Bundle"]
    assert [port.title for port in spec.outputs] == ["Result Dataset", "R Device"]
    assert [each.title for each in spec.parameters] == ["R Script", "Random Seed", "R Version"]


def test_a_machine_without_r(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_process, "_running", [])
    monkeypatch.setitem(os.environ, "PATH", "/nonexistent")
    monkeypatch.delitem(os.environ, "R_HOME", raising=False)
    assert "apt-get install r-base-core" in str(failing("1", code="r-missing"))
