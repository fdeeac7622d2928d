"""A resource as a rule sees it: read by path, and a value that is not known yet never looks like one that is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar, cast

from pulumi_policy import proxy

from policies.framework.circumstances import Circumstances
from policies.framework.knob import Knob

T = TypeVar("T")

SENTINELS: Final = (
    proxy.UNKNOWN_ARCHIVE_VALUE,
    proxy.UNKNOWN_ARRAY_VALUE,
    proxy.UNKNOWN_ASSET_VALUE,
    proxy.UNKNOWN_BOOLEAN_VALUE,
    proxy.UNKNOWN_NUMBER_VALUE,
    proxy.UNKNOWN_OBJECT_VALUE,
    proxy.UNKNOWN_STRING_VALUE,
)
# What other resources name one by. An id is not known before the resource is made, a name is.
IDENTIFIERS: Final = ("id", "arn", "url", "name", "bucket", "keyId", "streamArn", "invokeArn")
NOWHERE: Final = Circumstances(stack="", today=date.min)


class UnknownPropertyError(Exception):
    """The property at `path` is not known yet; it leaves the rule, and the framework reports it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"`{path}` is not known yet")
        self.path = path


class Resource:
    """One resource of a stack.

    `unknown` lists the paths that were asked for and were not known. It is filled here and not by the rules, so that a
    rule that goes on after an unknown value can't turn it into a pass. `links` are, by property, the URNs of the
    resources that its value comes from: the engine knows them even where it does not know the value. `made` is what the
    resource has become, of which only identifiers are read: all else is judged as the program asks for it, since a
    preview knows little of what a service will add. The settings of its provider are read as `provider.NAME`.
    """

    def __init__(
        self,
        resource_type: str,
        name: str,
        properties: Mapping[str, Any],
        *,
        urn: str = "",
        made: Mapping[str, Any] | None = None,
        links: Mapping[str, Collection[str]] | None = None,
        depends_on: Collection[str] = (),
        provider: Mapping[str, Any] | None = None,
        is_protected: bool = False,
        circumstances: Circumstances = NOWHERE,
    ) -> None:
        self.type = resource_type
        self.name = name
        self.urn = urn
        self.links = links or {}
        self.depends_on = depends_on
        self.is_protected = is_protected
        self.circumstances = circumstances
        self.unknown: list[str] = []
        self._properties = properties
        self._made = made or {}
        # Asking a mapping of the SDK whether it has a key fails where the value is not known.
        self.given = tuple(properties)
        self._provider = provider or {}

    @property
    def label(self) -> str:
        """Type and name, by which an exemption names it."""
        return f"{self.type}::{self.name}"

    def setting(self, knob: Knob[T]) -> T:
        """What the project sets the knob to, or its default."""
        return self.circumstances.settings.get(knob.name, knob.default)

    def read(self, path: str) -> Any:
        """The value at a path like `tracingConfig.mode`, None where it is absent.

        Raises UnknownPropertyError where it, a part of it or what holds it is not known yet, TypeError where what holds
        it has another shape than the path says.
        """
        return self._plain(self._walk(path), path)

    def read_each(self, path: str) -> Iterator[tuple[str, Any]]:
        """What is known at a path, in which `*` stands for each element of a list, as pairs of exact path and value.

        An unknown one is recorded and left out, so that the others are still judged; absent ones are left out.
        """
        try:
            paths = self._expand(path)
        except UnknownPropertyError:
            return
        for each in paths:
            try:
                value = self.read(each)
            except UnknownPropertyError:
                continue
            if value is not None:
                yield each, value

    def peek(self, path: str) -> Any:
        """What is known at a path, None where it is absent or not known: to recognise a resource, never to judge it."""
        before = list(self.unknown)
        try:
            return self.read(path)
        except UnknownPropertyError:
            return None
        finally:
            self.unknown[:] = before

    def _expand(self, path: str) -> list[str]:
        head, star, tail = path.partition(".*.")
        if not star:
            return [path]
        elements = self._walk(head)
        if elements is None:
            return []
        if not _is_list(elements):
            raise TypeError(f"`{head}` of {self.type} is not a list")
        return [f"{head}.{index}.{tail}" for index in range(len(elements))]

    def _walk(self, path: str) -> Any:
        first, *others = path.split(".")
        if first == "provider":
            value: Any = self._provider
        elif first in IDENTIFIERS and first not in self.given:
            value = self._item(self._made, first, path)
        else:
            value = self._item(self._properties, first, path)
        for key in others:
            if value is None:
                return None
            value = self._item(value, key, path)
        return value

    def _item(self, container: Any, key: str, path: str) -> Any:
        try:
            if isinstance(container, Mapping):
                items = cast("Mapping[str, Any]", container)
                value = items.get(key)
            elif _is_list(container):
                value = container[int(key)]
            else:
                raise TypeError(f"`{path}` of {self.type}: nothing can be read from a {type(container).__name__}")
        except proxy.UnknownValueError:
            raise self._unknown(path) from None
        if isinstance(value, str) and any(sentinel in value for sentinel in SENTINELS):
            raise self._unknown(path)
        # The engine's numbers are all floating-point.
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def _plain(self, value: Any, path: str) -> Any:
        """A copy in dicts and lists, all of whose parts are known."""
        if isinstance(value, Mapping):
            keys = cast("Mapping[str, Any]", value)
            return {key: self._plain(self._item(value, key, path), path) for key in keys}
        if _is_list(value):
            return [self._plain(self._item(value, str(index), path), path) for index in range(len(value))]
        return value

    def _unknown(self, path: str) -> UnknownPropertyError:
        if path not in self.unknown:
            self.unknown.append(path)
        return UnknownPropertyError(path)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
