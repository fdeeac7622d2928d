"""An account whose describe calls are answered from a dictionary."""

from collections.abc import Mapping
from typing import Any, cast

from botocore.exceptions import ClientError

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined
from shared.model import System
from shared.naming import Naming
from shared.settings import Settings

SYSTEM = System("orders", functions=())


class FakeAccount:
    """Answers a call by its name; one without an answer, or with a code for one, fails with that code."""

    def __init__(self, answers: Mapping[str, Any], settings: Settings | None = None) -> None:
        self.answers = answers
        self.naming = Naming("one", "us-east-1", "000000000000")
        self.settings = settings or Settings(environment="test", suffix="one", systems=("orders",))
        self.outputs: dict[str, dict[str, Any]] = {}

    def ask(self, service: str, operation: str, **request: Any) -> Any:
        answer = self.answers.get(operation, "ResourceNotFoundException")
        if isinstance(answer, str):
            raise ClientError({"Error": {"Code": answer, "Message": "no"}}, operation)
        return answer

    def ask_all(self, service: str, operation: str, member: str, **request: Any) -> Any:
        return self.ask(service, operation)[member]


def examined(element: Any, answers: Mapping[str, Any], name: str = "thing-one", system: System = SYSTEM) -> Any:
    """The element in an account that answers so."""
    return Examined(cast(Deployed, FakeAccount(answers)), system, element, name)
