"""Keeps secrets out of what is shown: by the names that they stand under, and by their values where these are known."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

import msgspec

from operations.dead_letters.contents import Content

MASK = "***"
# Letters of a name that tells that its value opens something; a name is looked at without its punctuation.
TELLING = re.compile("signature|secret|passw|passphrase|token|apikey|authorization|credential|cookie|privatekey")
# A name and what its value begins with, in JSON that is malformed or stands escaped in other text.
NAMED = re.compile(r"""(?<!\\)(?P<quote>\\*["'])(?P<name>[^"'\\]*)(?P=quote)\s*:\s*""")
QUOTE = re.compile(r"""\\*["']""")
SCALAR = re.compile(r"[^,{}\[\]\n]+")
# A shorter text would be found in what has nothing to do with it.
LEAST_SECRET = 8


class Masking:
    """Masks what stands under a telling name, and every known secret wherever it stands."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # The longest first: a secret may be part of another.
        self._secrets = sorted({secret for secret in secrets if len(secret) >= LEAST_SECRET}, key=len, reverse=True)

    def content(self, content: Content) -> Content:
        """The same content without secrets."""
        if isinstance(content, str):
            return self.text(content)
        if isinstance(content, list):
            return [self.content(part) for part in cast(list[Content], content)]
        if isinstance(content, dict):
            named = cast(dict[str, Content], content)
            return {self.text(name): MASK if _tells(name) else self.content(part) for name, part in named.items()}
        return content

    def text(self, text: str) -> str:
        """The text without known secrets, and without what stands behind a telling name in quotes."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return _without_named(text)


def secrets_in(document: str) -> Iterator[str]:
    """The secrets of a secret's document: every text of a JSON document, or one a line."""
    try:
        content = msgspec.json.decode(document, type=dict[str, Any] | list[Any])
    except msgspec.DecodeError:
        yield from (line.strip() for line in document.splitlines())
    else:
        yield from _texts(content)


def _texts(content: Content) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for part in cast(dict[str, Content], content).values():
            yield from _texts(part)
    elif isinstance(content, list):
        for part in cast(list[Content], content):
            yield from _texts(part)


def _without_named(text: str) -> str:
    """Where the end of a value can't be told, the rest of the text is masked with it."""
    kept: list[str] = []
    place = 0
    while named := NAMED.search(text, place):
        kept.append(text[place : named.end()])
        place = named.end()
        if _tells(named["name"]):
            kept.append(_mask(text, place))
            place = _end_of_value(text, place)
    return "".join((*kept, text[place:]))


def _mask(text: str, place: int) -> str:
    quote = QUOTE.match(text, place)
    return f"{quote[0]}{MASK}{quote[0]}" if quote else MASK


def _end_of_value(text: str, place: int) -> int:
    quote = QUOTE.match(text, place)
    if quote is None:
        scalar = SCALAR.match(text, place)
        return scalar.end() if scalar else len(text)
    # One more backslash before it, and the quotation mark is the value's own.
    closing = re.compile(rf"(?<!\\){re.escape(quote[0])}").search(text, quote.end())
    return closing.end() if closing else len(text)


def _tells(name: str) -> bool:
    return TELLING.search(re.sub("[^a-z]", "", name.lower())) is not None
