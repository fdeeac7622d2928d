"""What describe calls found, against what a requirement says."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast


class Verdict(StrEnum):
    """Whether what was found is what a requirement asks for."""

    MET = "met"
    NOT_MET = "NOT MET"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Fact:
    """One property as it was found, and as it must be; both in words."""

    property: str
    found: str
    wanted: str
    met: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact of one resource; `ids` are the requirements that it belongs to."""

    ids: tuple[str, ...]
    subject: str
    property: str
    found: str
    wanted: str
    verdict: Verdict


def equals(name: str, found: object, wanted: object) -> Fact:
    """A property that must have one value."""
    return Fact(name, in_words(found), in_words(wanted), found == wanted)


def holds(name: str, met: bool, found: object, wanted: str) -> Fact:
    """A property that must fulfil a condition, which `wanted` says."""
    return Fact(name, in_words(found), wanted, met)


def agrees(name: str, differences: Iterable[str], wanted: str) -> Fact:
    """Something of many parts that must differ in none; what was found is `wanted`, or the differences."""
    different = tuple(differences)
    return Fact(name, "; ".join(different) or wanted, wanted, not different)


def in_words(value: object) -> str:
    """A value for a person's eyes."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list() | tuple() | set() | frozenset():
            return ", ".join(sorted(in_words(part) for part in cast(Iterable[object], value))) or "none"
        case _:
            return str(value) or "none"
