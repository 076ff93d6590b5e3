"""What people are told, in the one language that they chose: English in the source, the others in locale/.

GONGHUI_LANG names it, else the locale, as gettext reads it. Log files, JSON and whatever else is kept for
programs say it in English (`english`): a sentence of ours knows how to say the same in every language.
"""

import gettext
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from numbers import Number
from pathlib import Path
from typing import Any, Self

LANGUAGE_VARIABLE = "GONGHUI_LANG"
ENGLISH, CHINESE = "en", "zh_CN"
LANGUAGES = (ENGLISH, CHINESE)

DOMAIN = "gonghui"
LOCALE = Path(__file__).parent / "locale"

# The first of these that is set says it.
_VARIABLES = (LANGUAGE_VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


class Sentence(str):
    """A text in the language chosen when it was made, which knows how to say the same in the others."""

    _forms: tuple[str, ...]
    _number: int
    _values: Mapping[str, object] | None

    def __new__(
        cls, forms: tuple[str, ...], number: int = 1, values: Mapping[str, object] | None = None
    ) -> Self:
        """Say `forms`, the English singular and perhaps plural, of `number`, with its placeholders filled."""
        made = super().__new__(cls, _said(forms, number, values, current()))
        made._forms, made._number, made._values = forms, number, values
        return made

    def __str__(self) -> str:
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), (self._forms, self._number, self._values)

    def format(self, *_args: object, **values: object) -> Self:
        """Fill in the placeholders, which have names; a value that is a sentence is translated, too."""
        return type(self)(self._forms, self._number, values)

    def in_language(self, language: str) -> str:
        """Say it in one of LANGUAGES."""
        return _said(self._forms, self._number, self._values, language)


class _Kept(dict[str, str]):
    """A text as it was kept, by language."""

    def in_language(self, language: str) -> str:
        return self.get(language, self[ENGLISH])


def _(message: str) -> Sentence:
    """Say `message`, as it stands in the catalogue, in the language chosen."""
    return Sentence((message,))


def N_(message: str) -> str:
    """Mark a message for the catalogue that is said elsewhere, by `_`."""
    return message


def ngettext(singular: str, plural: str, number: int) -> Sentence:
    """Say what depends on a number, in the language chosen."""
    return Sentence((singular, plural), number)


def shaped(shape: str, **values: object) -> Sentence:
    """Put sentences together in a shape that is the same in every language."""
    return Sentence((shape,)).format(**values)


def listing(items: Iterable[object], separator: str = N_(", ")) -> Sentence:
    """Put things into a row, between them what a language has there: a comma, another `separator`."""
    named = {f"item_{place}": item for place, item in enumerate(items)}
    return shaped("{separator}".join(f"{{{name}}}" for name in named), separator=_(separator), **named)


def sequence(parts: Iterable[object]) -> Sentence:
    """Put parts of a sentence one after the other; what lies between them is not what is in a `listing`."""
    said: Sentence | None = None
    for part in parts:
        together = shaped("{part}", part=part) if said is None else _("{before}, {part}")
        said = together.format(before=said, part=part)
    return shaped("") if said is None else said


def kept(by_language: Mapping[str, str]) -> Sentence:
    """Have a sentence again that was kept, by language, English at least."""
    return shaped("{text}", text=_Kept(by_language))


def english(text: str) -> str:
    """Say in English what may be a sentence of ours."""
    return said_in(ENGLISH, text)


def chinese(text: str) -> str:
    """Say in Chinese what may be a sentence of ours."""
    return said_in(CHINESE, text)


def in_english(content: Any) -> Any:
    """Say in English every sentence in what is to be JSON: dicts, lists, whatever is in them."""
    match content:
        case str():
            return english(content)
        case dict():
            return {name: in_english(value) for name, value in content.items()}
        case list() | tuple():
            return [*map(in_english, content)]
        case _:
            return content


def said_in(language: str, text: str) -> str:
    """Say in one of LANGUAGES what may be a sentence of ours."""
    return text.in_language(language) if isinstance(text, Sentence) else text


def current() -> str:
    """Return the language that is spoken: one of LANGUAGES."""
    return _spoken.get() or _chosen(*(os.environ.get(name, "") for name in _VARIABLES))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak one of LANGUAGES for the length of a `with`, whatever was chosen: for what is sent elsewhere."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def language_of(named: str) -> str | None:
    """Return the one of LANGUAGES that the name of a locale means (zh, zh_CN.UTF-8); None where none is."""
    if named.partition(".")[0] in ("C", "POSIX") or named.partition("_")[0].partition(".")[0] == ENGLISH:
        return ENGLISH
    found = gettext.find(DOMAIN, str(LOCALE), [named])
    return Path(found).parts[-3] if found else None


def speak_to_libraries() -> None:
    """Have what speaks by gettext itself, argparse, find the same language and our catalogue."""
    os.environ["LANGUAGE"] = current()
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)


@lru_cache
def _chosen(*variables: str) -> str:
    named = next(filter(None, variables), "")
    return next(filter(None, map(language_of, named.split(":"))), ENGLISH)


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(LOCALE), [language], fallback=True)


def _said(forms: tuple[str, ...], number: int, values: Mapping[str, object] | None, language: str) -> str:
    catalogue = _catalogue(language)
    match forms:
        case (message,):
            text = message and catalogue.gettext(message)  # of nothing it says what it is itself
        case singular, plural:
            text = catalogue.ngettext(singular, plural, number)
    if values is None:
        return text
    return text.format(**{name: _value(value, language) for name, value in values.items()})


def _value(value: object, language: str) -> object:
    if isinstance(value, Number | date):
        return value
    text = value if isinstance(value, _Kept) else str(value)
    return text.in_language(language) if isinstance(text, _Kept | Sentence) else text
