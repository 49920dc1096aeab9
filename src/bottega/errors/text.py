"""From a code and its facts to the sentence that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bottega.errors.error import BottegaError


class _Facts(dict[str, object]):
    """Facts for a template; one that the raiser left out reads as unknown."""

    def __missing__(self, key: str) -> str:
        return f"(unknown {key})"


def describe(error: BottegaError) -> str:
    """The message of an error, with its number where it has one, and what to do."""
    text = sentence(error)
    return f"Error {error.code}: {text}" if error.code.isdigit() else text


def _entry_of(error: BottegaError) -> str:
    """The key of the words: classic has one number for an input that is missing and for a parameter."""
    return "parameter-missing" if error.code == "0003" and "parameter" in error.facts else error.code


def sentence(error: BottegaError) -> str:
    """The message of an error without its number."""
    # Late, for a command that ends well needs none of the texts.
    from bottega.errors.catalogue import CATALOGUE

    entry = CATALOGUE.get(_entry_of(error))
    if entry is None:
        return f"{error.facts}"
    facts = _Facts(error.facts)
    sentences = [entry.message.format_map(facts)]
    if entry.advice:
        sentences.append(entry.advice.format_map(facts))
    text = " ".join(each if each.endswith((".", "?", "!")) else each + "." for each in sentences)
    # The name of a file stays as it is spelled; words that stand for one begin the sentence.
    is_name = entry.message.startswith("{path}") and not {".", "/"}.isdisjoint(text.partition(" ")[0])
    return text if is_name else text[:1].upper() + text[1:]
