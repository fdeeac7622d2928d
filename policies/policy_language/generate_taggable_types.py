"""Writes taggable_types.json anew from the provider's SDK. For development, not for a deploy.

    python -m policies.policy_language.generate_taggable_types VENV/lib/python3.11/site-packages VERSION DATE

VERSION is pulumi-aws's, DATE the day as YYYY-MM-DD; both are kept in the file.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from policies.policy_language.taggable_types import DATA

TOKEN = re.compile(r'@pulumi\.type_token\("(aws:[^"]+)"\)')
INPUTS = re.compile(r"def _internal_init\(.*?\n    def ", re.DOTALL)
TAGS = re.compile(r"^\s+tags: ", re.MULTILINE)


def taggable(sdk: Path) -> Iterator[str]:
    """The resource types whose inputs include tags."""
    for file in sdk.rglob("*.py"):
        source = file.read_text()
        token, inputs = TOKEN.search(source), INPUTS.search(source)
        if token and inputs and TAGS.search(inputs[0]):
            yield token[1]


def main(arguments: list[str], target: Path) -> None:
    """Write the file; the arguments are the folder that holds pulumi_aws, its version, and the date."""
    site_packages, version, date = arguments
    types = sorted(taggable(Path(site_packages) / "pulumi_aws"))
    body = {"source": f"pulumi-aws {version}", "generated": date, "types": types}
    target.write_text(json.dumps(body, indent=0) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:], DATA)
