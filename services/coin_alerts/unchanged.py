"""The condition that an alert is still what an image of it showed."""

from dataclasses import dataclass
from typing import Any

from services.coin_alerts.alert_item import Image
from services.coin_alerts.domain.terms import TERMS


@dataclass(frozen=True)
class Unchanged:
    """A condition expression, and the names and values that it refers to."""

    expression: str
    names: dict[str, str]
    values: dict[str, Any]


def unchanged(image: Image) -> Unchanged:
    """It still stands, with the same terms and the same revision: nobody has given it new ones."""
    watched = (*TERMS, "revision")
    present = [name for name in watched if name in image]
    clauses = [f"#{name} = :{name}" if name in present else f"attribute_not_exists(#{name})" for name in watched]
    return Unchanged(
        # Else an update would create anew what was deleted in the meantime.
        expression=" AND ".join(["attribute_exists(userId)", *clauses]),
        names={f"#{name}": name for name in watched},
        values={f":{name}": dict(image[name]) for name in present},
    )
