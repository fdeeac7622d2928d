"""The processor's side of the table crypto-alerts: arms alerts, refuses them, and marks them as notified."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.coin_alerts.alert_item import AlertKey, Image, key_of
from services.coin_alerts.conditional_updates import Condition, ConditionalUpdates, unchanged
from services.coin_alerts.domain.terms import Terms
from services.common.amount import plain
from services.common.batch_read import read_items
from services.common.timestamp import utc_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# What an arming or a refusal leaves behind of the one before.
_EARLIER = (
    "triggered_for",
    "triggered_price",
    "triggered_at",
    "correlation_id",
    "unnotified",
    "touch_after",
    "notified_at",
)


class AlertBook:
    """Writes what an alert's terms are worth; each write is conditional, so that a stale image changes nothing."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._updates = ConditionalUpdates(client, table)

    def waiting(self, keys: Iterable[AlertKey]) -> list[Image]:
        """The present items, read consistently, of those alerts that still wait for their notification.

        Raises UnreadError when DynamoDB keeps leaving some out.
        """
        attributes = (key.attributes() for key in sorted(keys))
        items = read_items(self._client, self._table, attributes, consistent=True)
        return [item for item in items if "unnotified" in item]

    def arm(self, image: Image, terms: Terms, revision: str, now: datetime) -> bool:
        """Whether the alert is now armed, as long as it is still what the image showed."""
        assigned = {
            "armed_for": {"S": terms.armed_for},
            "armed_threshold": {"N": plain(terms.threshold)},
            "armed_at": {"S": utc_text(now)},
        }
        return self._judge(image, revision, assigned, ("refused", *_EARLIER))

    def refuse(self, image: Image, reason: str, revision: str) -> bool:
        """Whether the alert now bears the reason why it can't be armed, as long as it is what the image showed."""
        removed = ("armed_for", "armed_threshold", "armed_at", *_EARLIER)
        return self._judge(image, revision, {"refused": {"S": reason}}, removed)

    def mark_notified(self, key: AlertKey, revision: str, now: datetime) -> bool:
        """Takes a published notification out of the index of those to be published; False when the alert is another."""
        same = Condition("revision = :revision", {":revision": {"S": revision}})
        update = "SET notified_at = :now REMOVE unnotified, touch_after"
        return self._updates.apply(key, update, same, {":now": {"S": utc_text(now)}})

    def give_up(self, key: AlertKey, reason: str) -> bool:
        """Takes an alert out of that index that can never be published, and leaves the reason on it."""
        update = "SET refused = :reason REMOVE unnotified, touch_after"
        waits = Condition("attribute_exists(unnotified)")
        return self._updates.apply(key, update, waits, {":reason": {"S": reason}})

    def _judge(self, image: Image, revision: str, assigned: dict[str, Any], removed: Iterable[str]) -> bool:
        given = {"revision": {"S": revision}, **assigned}
        update = f"SET {', '.join(f'{name} = :new_{name}' for name in given)} REMOVE {', '.join(removed)}"
        values = {f":new_{name}": value for name, value in given.items()}
        return self._updates.apply(key_of(image), update, unchanged(image), values)
