"""The exchanges' payloads, as the examples show them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]
EXAMPLES = ROOT / "examples" / "price-alerts"

PAYLOADS: dict[str, dict[str, Any]] = {
    file.stem: json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    for file in (EXAMPLES / "payloads").glob("*.json")
}
