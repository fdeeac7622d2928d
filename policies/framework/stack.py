"""All resources of a stack, and which of them name which."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from policies.framework.resource import IDENTIFIERS, Resource, UnknownPropertyError


def _nothing_is_unused(_: str) -> bool:
    return False


class Stack:
    """The resources that the engine has after an operation, or expects after a preview."""

    def __init__(self, resources: Iterable[Resource], is_unused: Callable[[str], bool] = _nothing_is_unused) -> None:
        self.resources = tuple(resources)
        # Whether the exemption of a URN covers nothing, by the rules that were asked before.
        self.is_unused = is_unused
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            self._by_type[resource.type].append(resource)
        self._types = {resource.urn: resource.type for resource in self.resources}

    def of(self, *types: str) -> Iterator[Resource]:
        """The resources of the types."""
        for each in types:
            yield from self._by_type.get(each, ())

    def naming(self, target: Resource, resource_type: str, path: str) -> list[Resource]:
        """The resources of a type whose property names the target.

        Where there is none, and neither the engine nor a value can tell for some, UnknownPropertyError leaves the rule.
        """
        return self._among(self.of(resource_type), lambda one: self.names(one, path, target))

    def named_by(self, resource: Resource, path: str, *types: str) -> Resource | None:
        """The resource of one of the types that the property names; None where the stack has none of that name."""
        return next(iter(self._among(self.of(*types), lambda one: self.names(resource, path, one))), None)

    def _among(self, candidates: Iterable[Resource], fits: Callable[[Resource], bool]) -> list[Resource]:
        found: list[Resource] = []
        open_: UnknownPropertyError | None = None
        for one in candidates:
            try:
                if fits(one):
                    found.append(one)
            except UnknownPropertyError as unknown:
                open_ = unknown
        if open_ and not found:
            raise open_
        return found

    def names(self, resource: Resource, path: str, target: Resource) -> bool:
        """Whether a property of a resource names the target."""
        links = [urn for urn in resource.links.get(path.partition(".")[0], ()) if self._types.get(urn) == target.type]
        if len(links) == 1:
            return links == [target.urn]
        value = resource.read(path)
        return isinstance(value, str) and self.is_name(value, target)

    def is_name(self, value: str, target: Resource) -> bool:
        """Whether the text is the name, the id or an address of the target; unknown where nothing of these is known."""
        known = [identifier for key in IDENTIFIERS if isinstance(identifier := target.peek(key), str)]
        if not known:
            known = [identifier for key in IDENTIFIERS if isinstance(identifier := target.read(key), str)]
        return any(value == one or value.endswith((f":{one}", f"/{one}")) for one in known if one)
