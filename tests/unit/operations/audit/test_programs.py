"""What an update would change is what the code and the state do not share."""

import json
from typing import Any

import pytest

from operations.audit import programs
from operations.audit.finding import Finding
from operations.problem import OperationError

URN = "urn:pulumi:dev::messaging::aws:sqs/queue:Queue::labels"


def found(*steps: dict[str, Any]) -> list[Finding]:
    return list(programs.examine({"messaging": json.dumps({"steps": steps})}, "dev"))


@pytest.mark.parametrize("operation", ["same", "read", "refresh"])
def test_what_would_stay_as_it_is_is_known(operation: str) -> None:
    assert found({"op": operation, "urn": URN}) == []


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("delete", "layer 'messaging' has deployed what its program does not register"),
        ("create", "layer 'messaging' has not deployed what its program registers"),
        ("update", "layer 'messaging' has deployed this other than its program says (update): name, policy"),
        ("replace", "layer 'messaging' has deployed this other than its program says (replace): name, policy"),
        ("something new", "layer 'messaging' has deployed this other than its program says (something new): "),
    ],
)
def test_what_would_change_is_told_with_what_to_do(operation: str, message: str) -> None:
    (one,) = found({"op": operation, "urn": URN, "detailedDiff": {"policy": {}, "name": {}}})
    assert (one.check, one.subject, one.file) == ("unknown-resource", URN, "projects/messaging/__main__.py")
    assert one.message.startswith(message)
    assert one.advice == "deploy it, or describe it: just deploy messaging dev"


def test_a_change_without_details_is_told_too() -> None:
    (one,) = found({"op": "update", "urn": URN, "detailedDiff": None})
    assert one.message.endswith("(update): see just preview")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"steps": null}', '{"steps": [{"op": "same"}]}'])
def test_what_cant_be_read_is_never_a_pass(text: str) -> None:
    with pytest.raises(OperationError, match=r"the preview of layer 'api' can't be read .* just preview api dev"):
        list(programs.examine({"api": text}, "dev"))
