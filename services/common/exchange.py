"""The names of exchanges."""

import re

from services.common.invalid_input import InvalidInputError, shown

# No `#`, which parts a price's time from its exchange where both make a key.
EXCHANGE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def parse_exchange(value: object, field: str) -> str:
    """An exchange's name in small letters; InvalidInputError for what is none."""
    name = value.lower() if isinstance(value, str) and value.isascii() else ""
    if not EXCHANGE.fullmatch(name):
        raise InvalidInputError(
            field, f"{field} is {shown(value)}; allowed are 1 to 32 ASCII letters, digits and dashes"
        )
    return name
