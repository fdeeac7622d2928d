"""Each function's role is tried with every call that its description does not allow: all are denied."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.model import Function, System
from shared.naming import Naming
from shared.operators import OPERATORS
from shared.systems import known_systems, load_systems
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import ACCOUNT, Environment
from tests.end_to_end.forbidden_calls import Call, forbidden_calls

SYSTEMS = load_systems(known_systems())
FUNCTIONS = [(system, function) for system in SYSTEMS for function in system.functions]
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}


class Caller:
    """A role of the environment, with a client a service."""

    def __init__(self, environment: Environment, role: str) -> None:
        self._environment = environment
        self._role = role
        self._clients: dict[str, Any] = {}

    def answer(self, call: Call) -> str:
        """How the call is answered: in an error's code, or `done`."""
        if call.service not in self._clients:
            self._clients[call.service] = self._environment.client(call.service, self._role)
        try:
            getattr(self._clients[call.service], call.method)(**call.request)
        except ClientError as error:
            return error.response.get("Error", {}).get("Code", "")
        return "done"


@pytest.mark.requirement("ALL-3", "MD-8")
@pytest.mark.parametrize(("system", "function"), FUNCTIONS, ids=[function.name for _, function in FUNCTIONS])
def test_a_role_is_denied_every_call_that_its_description_does_not_allow(
    deployed: Deployed, system: System, function: Function
) -> None:
    environment = deployed.environment
    naming = Naming(environment.suffix, "us-east-1", ACCOUNT)
    caller = Caller(environment, function.name)
    calls = list(forbidden_calls(environment, naming, (OPERATORS, *SYSTEMS), system, function))
    answers = {str(call): caller.answer(call) for call in calls}
    assert {call: answer for call, answer in answers.items() if answer not in DENIED} == {}
    assert len(answers) > 100


@pytest.mark.requirement("ALL-3")
def test_a_role_is_not_denied_what_its_description_allows(deployed: Deployed) -> None:
    """Else the calls above could be denied for another reason than the role's policy."""
    environment = deployed.environment
    table = environment.named("transaction-events")
    key = {"event_id": {"S": "nobody"}}
    call = Call("dynamodb:BatchGetItem", "", "batch_get_item", {"RequestItems": {table: {"Keys": [key]}}})
    assert Caller(environment, "transaction-router").answer(call) == "done"
    assert Caller(environment, "webhook-validator").answer(call) in DENIED
