"""Looks at resources aspect by aspect; what a call can't tell is a finding, too, never a pass."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from botocore.exceptions import ClientError

from operations.validation.deployed import Deployed, MissingOutputError
from operations.validation.finding import Fact, Finding, Verdict
from shared.model import System

E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)
E_contra = TypeVar("E_contra", contravariant=True)

# How a target says that it does not know a call that AWS has.
UNKNOWN_CALL = (
    "InvalidAction",
    "NotImplemented",
    "NotImplementedException",
    "UnknownOperationException",
    "UnsupportedOperation",
)


@dataclass(frozen=True, slots=True)
class Examined(Generic[E_co]):
    """One element of a deployed system under its physical name."""

    deployed: Deployed
    system: System
    element: E_co
    name: str

    def ask(self, service: str, operation: str, **request: Any) -> dict[str, Any]:
        """The answer to a describe call."""
        return self.deployed.ask(service, operation, **request)


@dataclass(frozen=True, slots=True)
class Aspect(Generic[E_contra]):
    """A look at a resource, and the requirements that it shows."""

    ids: tuple[str, ...]
    look: Callable[[Examined[E_contra]], Iterable[Fact]]

    def findings(self, examined: Examined[E_contra]) -> Iterator[Finding]:
        """What was found; a call that failed is a finding of its own."""
        try:
            for fact in self.look(examined):
                verdict = Verdict.MET if fact.met else Verdict.NOT_MET
                yield Finding(self.ids, examined.name, fact.property, fact.found, fact.wanted, verdict)
        except ClientError as error:
            yield self._unanswered(examined.name, error)
        except MissingOutputError as missing:
            yield Finding(self.ids, examined.name, "output", str(missing), "exported", Verdict.NOT_MET)
        except (KeyError, ValueError) as wrong:
            yield Finding(self.ids, examined.name, "answer", f"unreadable: {wrong}", "readable", Verdict.NOT_MET)

    def _unanswered(self, subject: str, error: ClientError) -> Finding:
        code = error.response.get("Error", {}).get("Code", "")
        if code in UNKNOWN_CALL:
            return Finding(
                self.ids, subject, error.operation_name, "not shown by this target", "shown", Verdict.NOT_SHOWN
            )
        return Finding(self.ids, subject, error.operation_name, str(error), "answered", Verdict.NOT_MET)


def shows(*ids: str) -> Callable[[Callable[[Examined[E]], Iterable[Fact]]], Aspect[E]]:
    """Makes a function that yields facts an aspect of these requirements."""
    return lambda look: Aspect(ids, look)


def examine_each(examined: Iterable[Examined[E]], aspects: Iterable[Aspect[E]]) -> Iterator[Finding]:
    """Every aspect of every element."""
    aspects = tuple(aspects)
    return (finding for one in examined for aspect in aspects for finding in aspect.findings(one))


def elements(
    deployed: Deployed, of: Callable[[System], Iterable[E]], name: Callable[[System, E], str]
) -> Iterator[Examined[E]]:
    """Elements of a kind, of all systems, under the names that `name` gives them."""
    return (
        Examined(deployed, system, element, name(system, element))
        for system in deployed.systems
        for element in of(system)
    )


def named(deployed: Deployed, system: System, names: Iterable[str]) -> Iterator[Examined[str]]:
    """Elements by their own names, which the environment's suffix makes physical."""
    return (Examined(deployed, system, name, deployed.naming.suffixed(name)) for name in names)
