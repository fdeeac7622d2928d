"""How wide text is at most, in whichever sans-serif font a reader has."""

import math
import re
from dataclasses import dataclass

# Advances of DejaVu Sans, the widest of the fonts in use, in units of the font's size.
_ADVANCES = {
    **dict.fromkeys("ijlI'|", 0.3),
    **dict.fromkeys(" .,:;-/()[]!ftr", 0.42),
    **dict.fromkeys("ckszvxyJF_?*", 0.6),
    **dict.fromkeys("mwMW%@", 1.0),
    **dict.fromkeys("ABCDEGHKNOPQRSTUVXYZ&+<=>", 0.79),
}
_OTHERS = 0.64
_BOLD = 1.14


@dataclass(frozen=True, slots=True)
class Lettering:
    """A size in pixels and a weight."""

    size: float
    bold: bool = False

    def width(self, text: str) -> int:
        """Pixels that the text takes at most."""
        advance = sum(_ADVANCES.get(letter, _OTHERS) for letter in text)
        return math.ceil(advance * self.size * (_BOLD if self.bold else 1))


TITLE = Lettering(18, bold=True)
NAME = Lettering(13, bold=True)
NOUN = Lettering(11)
LABEL = Lettering(11.5)
DOCKED = Lettering(11.5)
CAPTION = Lettering(10)
LEGEND = Lettering(11.5)


def halves(name: str, limit: int) -> tuple[str, ...]:
    """The name in two lines as equal as its dashes and capitals allow; in one where it is within the limit."""
    breaks = [found.end() for found in re.finditer(r"[-_ .](?=.)|[a-z](?=[A-Z])", name)]
    if len(name) <= limit or not breaks:
        return (name,)
    middle = min(breaks, key=lambda place: max(place, len(name) - place))
    return name[:middle].rstrip(), name[middle:]


def lines(words: tuple[str, ...], limit: int = 17) -> tuple[str, ...]:
    """The words with commas between them, in lines of at most `limit` letters where a word allows it."""
    broken = [""]
    for number, word in enumerate(words, start=1):
        text = word if number == len(words) else f"{word},"
        joined = f"{broken[-1]} {text}".strip()
        if len(joined) > limit and broken[-1]:
            broken.append(text)
        else:
            broken[-1] = joined
    return tuple(broken)
