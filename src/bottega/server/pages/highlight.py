"""Sample code with its comments, texts and the key's placeholder marked."""

from __future__ import annotations

import re

from bottega.server.pages.html import Html, join, tag, text
from bottega.services.samples import PLACEHOLDER, Sample

_STRING = r'@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
_COMMENTS = {"csharp": r"(?<!:)//[^\n]*"}
_WORDS = {
    "python": "import from def return if else for in while try except with as raise break open not None True False",
    "csharp": "using class static const string int async await return if while throw new readonly true false",
    "curl": "while case esac do done exit break",
    "r": "library function for in if else repeat break TRUE FALSE NULL",
}


def highlighted(sample: Sample) -> Html:
    """The code as HTML."""
    comment = _COMMENTS.get(sample.language, r"(?<![\w$])#[^\n]*")
    words = "|".join(_WORDS[sample.language].split())
    pattern = re.compile(
        rf"(?P<string>{_STRING})|(?P<comment>{comment})|(?P<mark>{PLACEHOLDER})|(?P<word>\b(?:{words})\b)"
    )
    parts: list[Html] = []
    end = 0
    for match in pattern.finditer(sample.code):
        parts += [text(sample.code[end : match.start()]), _marked(str(match.lastgroup), match[0])]
        end = match.end()
    return join([*parts, text(sample.code[end:])])


def _marked(kind: str, code: str) -> Html:
    before, found, after = code.partition(PLACEHOLDER)
    inner = join([text(before), tag("mark", found), text(after)]) if found else text(code)
    return inner if kind == "mark" else tag("span", inner, class_=kind[0])
