"""Which resource types of the AWS provider take tags; the data's date and source are in the file itself."""

import json
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).with_name("taggable_types.json")


def taggable_types() -> list[str]:
    """Their tokens, such as `aws:sqs/queue:Queue`."""
    return json.loads(DATA.read_text())["types"]
