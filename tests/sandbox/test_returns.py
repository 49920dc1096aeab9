"""What azureml_main may return, and what becomes of it."""

from __future__ import annotations

import pytest

from tests.sandbox.helpers import Runner

FRAMES = """
import collections
import numpy as np
import pandas as pd
F, G, H = (pd.DataFrame({name: [name * 2]}) for name in "FGH")

def array(*elements):
    result = np.empty(len(elements), dtype=object)
    result[:] = elements
    return result

class Sub(pd.DataFrame):
    pass

def azureml_main():
    return """

NOTHING = "azureml_main returned nothing; the result is an empty table."


@pytest.mark.parametrize(
    ("returned", "second"),
    [
        ("F", False),
        ("F,", False),
        ("[F]", False),
        ("array(F, 0)[:1]", False),
        ("Sub(F)", False),
        ("F, G", True),
        ("[F, G]", True),
        ("array(F, G)", True),
        ("collections.namedtuple('Pair', 'a b')(F, G)", True),
        ("F, None", False),
    ],
)
def test_frames_in_any_sequence(run: Runner, returned: str, second: bool) -> None:
    """A bare frame, or frames in a tuple, list or array of objects; the second has a port of its own."""
    ended = run(FRAMES + returned)
    assert ended.columns == {"F": ["FF"]}
    assert (ended.result2 is not None) == second
    if ended.result2 is not None:
        assert ended.result2.arrow.to_pydict() == {"G": ["GG"]}
    assert ended.notes == ()


@pytest.mark.parametrize(
    ("returned", "count", "kinds", "second"),
    [
        ("F, 3", 1, "int", False),
        ("F, G, H", 1, "pandas.DataFrame", True),
        ("F, None, G", 1, "pandas.DataFrame", False),
        ("F, 'a', G, 1.5", 3, "str, pandas.DataFrame, float", False),
        ("F, G, None, {}", 1, "dict", True),
    ],
)
def test_further_elements_are_ignored_with_a_note(
    run: Runner, returned: str, count: int, kinds: str, second: bool
) -> None:
    """What no port takes is left out, and the note says what it was."""
    ended = run(FRAMES + returned)
    assert ended.columns == {"F": ["FF"]}
    assert (ended.result2 is not None) == second
    assert ended.notes == (
        f"azureml_main returned {count} more element(s) ({kinds}) that no port takes; they are ignored.",
    )


@pytest.mark.parametrize("returned", ["None", "()", "[]", "None,", "[None]", "array()", "array(None)"])
def test_nothing_is_an_empty_result_and_a_note(run: Runner, returned: str) -> None:
    """No frame at all is no error: the result is empty and a note says so."""
    ended = run(FRAMES + returned)
    assert (ended.columns, ended.notes) == ({}, (NOTHING,))


def test_no_return_statement(run: Runner) -> None:
    """A function that falls off its end returned nothing."""
    ended = run("def azureml_main():\n    print('done')\n")
    assert (ended.columns, ended.notes, ended.log) == ({}, (NOTHING,), "done\n")


def test_a_second_frame_alone(run: Runner) -> None:
    """None in the first place leaves the first port empty, and the second its frame."""
    ended = run(FRAMES + "None, G")
    assert ended.columns == {}
    assert ended.result2 is not None
    assert ended.result2.arrow.to_pydict() == {"G": ["GG"]}


@pytest.mark.parametrize("returned", ["pd.DataFrame()", "pd.DataFrame({'a': []})", "F[:0]"])
def test_empty_frames_are_results(run: Runner, returned: str) -> None:
    """A frame without rows or columns is a frame: no note."""
    ended = run(FRAMES + returned)
    assert ended.failure is None
    assert ended.result is not None
    assert ended.result.num_rows == 0
    assert ended.notes == ()


@pytest.mark.parametrize(
    ("returned", "kind"),
    [
        ("3", "int"),
        ("'text'", "str"),
        ("{'a': F}", "dict"),
        ("{'a'}", "set"),
        ("F['F']", "pandas.Series"),
        ("F.groupby('F')", "pandas.api.typing.DataFrameGroupBy"),
        ("F.values", "numpy.ndarray"),
        ("np.array([1, 2])", "numpy.ndarray"),
        ("np.array(F)", "numpy.ndarray"),
        ("iter([F])", "list_iterator"),
        ("(each for each in [F])", "generator"),
        ("F['F'], F", "pandas.Series"),
        ("[[F]]", "list"),
        ("array(1, F)", "int"),
        ("Ellipsis", "ellipsis"),
    ],
)
def test_no_frame_names_its_type_and_the_remedy(run: Runner, returned: str, kind: str) -> None:
    """A first element that is no frame: the error names the type and says what to return."""
    error = run(FRAMES + returned).error
    assert (error.code, error.type) == ("0085", "ReturnError")
    assert f" of type {kind};" in error.message
    assert "it must return a pandas.DataFrame" in error.message
    assert "return dataframe1," in error.message


@pytest.mark.parametrize(
    ("column", "row", "kind"),
    [("[object(), 1]", 0, "object"), ("['a', 'b', object()]", 2, "object"), ("[1, open]", 1, "builtin_function")],
)
def test_a_value_that_no_table_holds(run: Runner, column: str, row: int, kind: str) -> None:
    """A failed conversion names column and row."""
    source = f"import pandas as pd\ndef azureml_main(): return pd.DataFrame({{'good': 1, 'bad one': {column}}})"
    error = run(source).error
    assert error.code == "0139"
    assert f"Column 'bad one', row {row}" in error.message
    assert kind in error.message


def test_a_bad_second_frame_fails_the_run(run: Runner) -> None:
    """The second frame is converted by the same rules."""
    ended = run(FRAMES + "F, pd.DataFrame({'bad': [object()]})")
    assert ended.error.code == "0139"
    assert (ended.result, ended.result2) == (None, None)
