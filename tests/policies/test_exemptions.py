"""What an exemption covers, and when it is of no use any more."""

import asyncio
from typing import Any

import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.stack import run_pulumi_func
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policies.exemption import Exemption
from policies.exemptions.used import RULE as USED
from policies.exemptions.valid import RULE as VALID
from policies.framework.exemptions import TYPE
from policies.framework.operation import Operation
from policies.sqs.encrypted import RULE as ENCRYPTED
from policies.sqs.tls_only import RULE as TLS_ONLY
from tests.policies.case import Peer, Place
from tests.policies.cases.exemptions import written
from tests.policies.verdicts import Answer, ask_in, operation

QUEUE = "aws:sqs/queue:Queue"


def exempt(**changed: Any) -> Peer:
    return Peer(TYPE, written(**changed), Place(name="legacy"))


def queue(name: str = "orders", **properties: Any) -> Peer:
    return Peer(QUEUE, properties, Place(name=name))


def register(during: Operation, *resources: Peer) -> list[str]:
    """What the rules say of the resources, in the order in which a program registers them."""
    return [
        violation
        for each in resources
        for violation in ask_in(during, VALID if each.type == TYPE else ENCRYPTED, [each]).violations
    ]


def finish(during: Operation, *resources: Peer) -> Answer:
    """What the rule on unused exemptions says at the end."""
    return ask_in(during, USED, resources)


def test_an_exemption_covers_its_finding_and_is_then_used() -> None:
    during = operation(preview=False)
    assert not any("orders" in violation for violation in register(during, exempt(), queue()))
    assert finish(during, exempt(), queue()).violations == []


@pytest.mark.parametrize(
    "changed",
    [
        {"rule": "sqs-tls-only"},
        {"resource": f"{QUEUE}::bills"},
        {"resource": "aws:sns/topic:Topic::orders"},
        {"finding": "sqsManagedSseEnabled False"},
        {"until": "2026-11-20"},
        {"reason": ""},
    ],
)
def test_an_exemption_of_something_else_or_of_another_time_covers_nothing(changed: dict[str, str]) -> None:
    during = operation(preview=False)
    assert any("[sqs-encrypted] orders" in said for said in register(during, exempt(**changed), queue()))


def test_an_exemption_that_comes_after_its_resource_covers_nothing() -> None:
    during = operation(preview=False)
    assert any("[sqs-encrypted] orders" in said for said in register(during, queue(), exempt()))
    assert "register" in finish(during, exempt(), queue()).violations[0]


def test_an_exemption_that_covers_nothing_is_a_violation() -> None:
    during = operation(preview=False)
    register(during, exempt(), queue(sqsManagedSseEnabled=True))
    (violation,) = finish(during, exempt(), queue()).violations
    assert violation.startswith("[exemptions-used] legacy: it covers no finding")


def test_an_exemption_of_what_only_the_update_can_judge_is_not_called_unused_in_a_preview() -> None:
    during = operation(preview=True)
    register(during, exempt(), queue(sqsManagedSseEnabled=UNKNOWN_STRING_VALUE))
    assert finish(during, exempt(), queue()).violations == []


def test_an_exemption_from_a_rule_on_stacks_is_used() -> None:
    during = operation(preview=False)
    said = exempt(rule=TLS_ONLY.name, finding="plain transport")
    register(during, said)
    assert ask_in(during, TLS_ONLY, [queue(name="orders", url="u")]).violations == []
    assert finish(during, said, queue()).violations == []


def test_an_exemption_of_one_operation_is_forgotten_in_the_next() -> None:
    during = operation(preview=True)
    register(during, exempt())
    during.begin(stack="dev", is_preview=False)
    assert register(during, queue())


def test_an_exemption_whose_field_is_unknown_covers_nothing_and_fails_an_update() -> None:
    during = operation(preview=False)
    said = register(during, exempt(finding=UNKNOWN_STRING_VALUE), queue())
    assert any("[exemptions-valid] legacy: `finding` is unknown in an update" in violation for violation in said)
    assert any("[sqs-encrypted] orders" in violation for violation in said)


def test_a_python_program_registers_an_exemption_by_the_packs_class() -> None:
    seen: list[tuple[str, str]] = []

    class Engine(Mocks):
        def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
            return {}, None

        def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
            seen.append((args.typ, args.name))
            return "", dict(args.inputs)

    def program() -> None:
        Exemption("legacy", **written())

    async def run() -> None:
        set_mocks(Engine())
        await run_pulumi_func(program)

    asyncio.run(run())
    assert (TYPE, "legacy") in seen
