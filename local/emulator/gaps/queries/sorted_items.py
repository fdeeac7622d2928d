"""The items of one partition in the order of their sort keys."""

import copy
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Item = dict[str, Any]
Items = dict[str, Item]


@dataclass(frozen=True, slots=True)
class Relation:
    """What a sort key's value is to: `sign` is a comparison, `begins_with`, or `between`, which has two bounds."""

    sign: str
    bounds: tuple[Any, ...]

    def span(self, values: list[Any]) -> tuple[int, int]:
        """From where to before which position the ascending values stand in this relation to the bounds."""
        low, high = self.bounds[0], self.bounds[-1]
        match self.sign:
            case "<":
                return 0, bisect_left(values, high)
            case "<=":
                return 0, bisect_right(values, high)
            case ">":
                return bisect_right(values, low), len(values)
            case ">=":
                return bisect_left(values, low), len(values)
            case "begins_with":
                return bisect_left(values, low), bisect_right(values, low, key=lambda value: value[: len(low)])
            case _:
                return bisect_left(values, low), bisect_right(values, high)


class SortedItems(Items):
    """Items by their sort keys as text; `value_of` makes of an item the value by which they are ordered.

    To MiniStack it is the dictionary that it keeps anyway, so that the order lives and dies with the partition.
    """

    def __init__(self, items: Mapping[str, Item], value_of: Callable[[Item], Any]) -> None:
        super().__init__(items)
        self._value_of = value_of
        self._order: tuple[list[Any], list[str]] | None = None

    def __setitem__(self, key: str, item: Item) -> None:
        if self._order and key not in self:
            values, keys = self._order
            value = self._value_of(item)
            position = bisect_right(values, value)
            values.insert(position, value)
            keys.insert(position, key)
        super().__setitem__(key, item)

    def pop(self, key: str, *default: Any) -> Any:
        # Removing is rare, and time to live does it in a thread of its own: no order in use may change under it.
        self._order = None
        return super().pop(key, *default)

    def __deepcopy__(self, memo: dict[int, Any]) -> Items:
        return copy.deepcopy(dict(self), memo)

    def keys_in(self, relations: Iterable[Relation]) -> list[str]:
        """The keys whose values stand in all of the relations, ascending."""
        values, keys = self._ordered()
        spans = [relation.span(values) for relation in relations]
        return keys[max((first for first, _ in spans), default=0) : min((end for _, end in spans), default=None)]

    def _ordered(self) -> tuple[list[Any], list[str]]:
        order = self._order
        if order is None:
            pairs = sorted(((self._value_of(item), key) for key, item in list(self.items())), key=lambda pair: pair[0])
            order = self._order = [value for value, _ in pairs], [key for _, key in pairs]
        return order
