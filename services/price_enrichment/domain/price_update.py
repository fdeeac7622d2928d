"""What became of a webhook, published as schemas/price-update.v1.schema.json."""

from enum import StrEnum

from services.common.amount import plain
from services.common.timestamp import utc_text
from services.price_enrichment.domain.price import Price

SCHEMA_VERSION = "1"


class Status(StrEnum):
    """What was done with a webhook."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


def price_update(price: Price, status: Status, correlation_id: str) -> dict[str, str]:
    """The update that tells of a price."""
    return {
        "schema_version": SCHEMA_VERSION,
        "status": status.value,
        "message_id": price.message_id,
        "symbol": price.symbol,
        "timestamp": plain(price.timestamp),
        "exchange": price.exchange,
        "price": plain(price.price),
        "observed_at": utc_text(price.observed_at),
        "correlation_id": correlation_id,
    }


def refusal(reason: str, correlation_id: str) -> dict[str, str]:
    """The update that tells of a webhook that is not authentic: nothing in it can be trusted, so it tells no price."""
    return {
        "schema_version": SCHEMA_VERSION,
        "status": Status.REFUSED.value,
        "reason": reason,
        "correlation_id": correlation_id,
    }
