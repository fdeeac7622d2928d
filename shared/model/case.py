"""Names in the cases that Python and the outputs write them in."""

import re

# Between a small letter or a digit and a capital, and between an abbreviation and the word behind it.
WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """`webhook-api` as webhook_api, `MarketDataAPI` as market_data_api."""
    return WORD_BOUNDARY.sub("_", name).replace("-", "_").lower()
