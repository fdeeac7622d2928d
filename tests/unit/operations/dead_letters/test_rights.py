"""The page on recovery names the rights that the recipes' calls need, and no others."""

import re
from collections.abc import Iterator

import botocore.session
import pytest
from botocore import xform_name

from shared.checkout import CHECKOUT

# Operations whose right bears another name, by AWS's Service Authorization Reference.
AUTHORISED_AS = {
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "lambda:Invoke": "lambda:InvokeFunction",
}
# The client's name, and the prefix of its actions.
SERVICES = {"sqs": "sqs", "lambda": "lambda", "dynamodbstreams": "dynamodb", "ssm": "ssm"}


def called() -> Iterator[str]:
    """The actions behind every call of a client in the recipes' code."""
    files = [*(CHECKOUT / "operations" / "dead_letters").glob("*.py"), CHECKOUT / "operations" / "known_secrets.py"]
    names = {name for file in files for name in re.findall(r"\.([a-z_]+)\(", file.read_text())}
    for service, prefix in SERVICES.items():
        for operation in botocore.session.get_session().get_service_model(service).operation_names:
            if xform_name(operation) in names:
                action = f"{prefix}:{operation}"
                yield AUTHORISED_AS.get(action, action)


@pytest.mark.requirement("RP-2")
def test_every_right_that_is_needed_is_told_and_no_other() -> None:
    table = (CHECKOUT / "docs" / "recovery.md").read_text().partition("## What they need")[2]
    assert sorted(re.findall(r"`([a-z]+:[A-Z][A-Za-z]+)`", table)) == sorted(set(called()))
