"""A record of the stream of the table crypto-alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.coin_alerts.alert_item import AlertKey, Image, key_of, written_terms


@dataclass(frozen=True)
class Change:
    """An alert that was written: what it was then, whether to judge its terms and whether it waits to be notified."""

    sequence_number: str
    key: AlertKey
    image: Image
    sets_terms: bool

    @property
    def waits(self) -> bool:
        """Whether the image shows a triggered alert whose notification is not published yet."""
        return "unnotified" in self.image


def change_of(record: Mapping[str, Any]) -> Change:
    """The change in a record of an INSERT or a MODIFY.

    Terms are judged when they are new, when they differ from those before, and when nothing says that they were ever
    judged: so touching an alert is enough to have it armed, whatever was lost before. This system's own marks set none.
    """
    entry = record["dynamodb"]
    image: Image = entry["NewImage"]
    before: Image = entry.get("OldImage", {})
    new = record["eventName"] == "INSERT"
    sets_terms = new or "revision" not in image or written_terms(image) != written_terms(before)
    return Change(str(entry["SequenceNumber"]), key_of(image), image, sets_terms)
