"""What encoding a script's bytes are in, where they do not say so and are no UTF-8."""

from __future__ import annotations

_SHARE = 0.9
_KANA = ("\u3040", "\u30ff")
_HANGUL = ("\uac00", "\ud7a3")
_HAN = ("\u4e00", "\u9fff")
_HALF_KANA = ("\uff61", "\uff9f")


def decoded(source: bytes) -> tuple[str, str | None]:
    """The text, and the encoding that was guessed; None where nothing had to be guessed.

    Korean, Japanese and Chinese Windows wrote two bytes a letter. What reads as such throughout, in letters of that
    language, is so; all else is Western European Windows (cp1252).
    """
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return source.decode("utf-16", "replace"), None
    try:
        return source.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        pass
    for encoding, letters in (("cp949", (_HANGUL,)), ("cp932", (_KANA, _HAN)), ("gb18030", (_HAN,))):
        text = _read(source, encoding, letters)
        if text is not None:
            return text, encoding
    return source.decode("cp1252", "replace"), "cp1252"


def _read(source: bytes, encoding: str, letters: tuple[tuple[str, str], ...]) -> str | None:
    """The text, where nearly all that is not ASCII are letters of the language; kana where it has them."""
    try:
        text = source.decode(encoding)
    except UnicodeDecodeError:
        return None
    foreign = [letter for letter in text if letter > "\x7f"]
    if any(_HALF_KANA[0] <= letter <= _HALF_KANA[1] for letter in foreign):
        return None  # these stand for single bytes, as accented letters do
    known = sum(any(first <= letter <= last for first, last in letters) for letter in foreign)
    marks = sum("\u3000" <= letter <= "\u303f" or "\uff00" <= letter <= "\uff60" for letter in foreign)
    # Among ASCII letters stand the accented ones of Western languages, not words of these.
    pairs = zip(" " + text[:-1], text, text[1:] + " ", strict=True)
    beside = sum(letter > "\x7f" and (_is_latin(before) or _is_latin(after)) for before, letter, after in pairs)
    is_japanese = encoding != "cp932" or any(_KANA[0] <= letter <= _KANA[1] for letter in foreign)
    enough = known + marks >= _SHARE * len(foreign) and known >= 2
    return text if enough and is_japanese and beside * 3 <= len(foreign) else None


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()
