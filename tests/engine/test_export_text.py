"""Values, comments and names in exported programs: whatever they hold, they read as the same and break nothing."""

from __future__ import annotations

import ast
import io
import keyword
import tokenize

from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.selection import Columns, Rule
from bottega.dataset.types import Role
from bottega.engine.export import literals
from bottega.engine.export.layout import laid_out
from bottega.engine.export.names import Names

_TEXTS = st.text(st.one_of(st.sampled_from("\"'\\\n\r\t#/ \0{}n"), st.characters(codec=None)), max_size=60)
_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(_PLAIN, st.integers(0, 90))
def test_values_survive(value: object, column: int) -> None:
    text = laid_out(literals.literal(value), column)
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(text.encode().decode()))
    assert eval(text) == value


@given(_TEXTS | st.sampled_from(["# /// script\n# ///\n", "a\\\n# /// script\n# ///", '"""', "\\", 'a\n\\"', "\n"]))
def test_texts_survive(value: str) -> None:
    for text in (literals.text(value), literals.block(value), literals.quoted(value)):
        assert ast.literal_eval(text) == value
        assert not any(line.startswith("# ///") for line in text.split("\n"))
    assert "\n" not in literals.quoted(value)


_RULES = st.builds(
    Rule,
    include=st.booleans(),
    names=st.lists(_TEXTS, max_size=3).map(tuple),
    indices=st.sampled_from(["", "1-3,5"]),
    types=st.lists(st.sampled_from(["Numeric", "String"]), max_size=2).map(tuple),
    roles=st.lists(st.sampled_from(list(Role)), max_size=2).map(tuple),
).filter(lambda rule: rule.names or rule.indices or rule.types or rule.roles)


@given(st.builds(Columns, st.booleans(), st.lists(_RULES, max_size=3).map(tuple), st.booleans()))
def test_selections_survive(selection: Columns) -> None:
    assert eval(laid_out(literals.columns(selection)), {"Columns": Columns}) == selection


@given(_TEXTS | st.sampled_from(["/// script", "a\n///\n", "x " * 100 + "/// script", "\x0c\u2028///"]))
def test_comments_are_nothing_else(value: str) -> None:
    text = "\n".join(literals.comment(value)) + "\n"
    kinds = {token.type for token in tokenize.generate_tokens(io.StringIO(text).readline)}
    assert kinds <= {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER}
    text.encode()
    assert not any(line.startswith("# ///") for line in text.splitlines())


@given(
    st.lists(
        st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,5}", fullmatch=True) | st.sampled_from(keyword.kwlist), max_size=20
    )
)
def test_variables_are_names_of_their_own(ids: list[str]) -> None:
    names = Names(["DATA"])
    function = names.imported("somewhere", "split_data", "split_data")
    given = [names.variable(each) for each in [*ids, "split-data", "DATA", "print", "Path"]]
    assert len({function, *given}) == len(given) + 1
    assert all(each.isidentifier() and not keyword.iskeyword(each) for each in given)
    assert not {"DATA", "print", "Path"} & set(given)
