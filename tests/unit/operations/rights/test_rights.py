"""What is said of a function is all that its role holds, and each line that is named says it."""

from pathlib import Path

import pytest

from operations.__main__ import main
from operations.rights.deeds import DEEDS, FORBIDDEN_DEEDS
from operations.rights.description_source import DescriptionSource, description_source
from operations.rights.reason import rule_of_library
from operations.rights.rights import Right, Rights
from shared import grants
from shared.checkout import CHECKOUT
from shared.grants import statements
from shared.key_use import key_uses
from shared.model import Access, Forbidden, Function, Key, System
from shared.systems import known_systems, load_systems
from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING, shop, warehouse

SAMPLES = DescriptionSource(Path(samples.__file__), "tests/unit/shared/samples.py")
SYSTEMS = [(system, description_source(system)) for system in load_systems(known_systems())]
SYSTEMS += [(shop, SAMPLES), (warehouse, SAMPLES)]
EVERY = [(system, one, source) for system, source in SYSTEMS for one in system.functions]
IDS = [one.name for _, one, _ in EVERY]


def key_arn(key: Key) -> str:
    return f"the ARN of {key.name}"


def rights(system: System, function: Function, source: DescriptionSource) -> list[Right]:
    said = Rights(NAMING, "unit", system, function, source=source, key_arn=key_arn)
    return [*said.granted(), *said.denied()]


def right(name: str, deed: str) -> Right:
    (found,) = (
        one
        for system, function, source in EVERY
        if function.name == name
        for one in rights(system, function, source)
        if one.deed == deed
    )
    return found


@pytest.mark.requirement("ALL-3")
@pytest.mark.parametrize(("system", "function", "source"), EVERY, ids=IDS)
def test_all_that_the_role_holds_is_said_and_nothing_else(
    system: System, function: Function, source: DescriptionSource
) -> None:
    held = [one.document() for one in statements(NAMING, system, function)]
    held += [use.statement(NAMING, key_arn(use.key)).document() for use in key_uses(NAMING, "unit", system, function)]
    said = [one.statement.document() for one in rights(system, function, source)]
    assert sorted(map(str, said)) == sorted(map(str, held))


@pytest.mark.parametrize(("system", "function", "source"), EVERY, ids=IDS)
def test_every_reason_stands_in_the_line_that_it_names(
    system: System, function: Function, source: DescriptionSource
) -> None:
    for one in rights(system, function, source):
        assert one.reasons
        for reason in one.reasons:
            line = (CHECKOUT / reason.file).read_text().splitlines()[reason.line - 1]
            if not reason.file.startswith("shared/"):
                assert reason.text.partition("(")[0].partition("=")[0] in line


def test_a_use_is_because_of_its_own_line() -> None:
    said = right("transaction-router", "send messages to payments-queue")
    assert [reason.text for reason in said.reasons] == ["sends(payments)"]


def test_what_a_trigger_needs_is_because_of_the_trigger() -> None:
    assert right("courier", "take messages from labels").reasons[0].text.startswith("OnQueue(queue=labels")
    assert right("shipper", "read the stream of orders").reasons[0].text.startswith("OnStream(table=orders")
    assert right("GoodsReceiving", "publish messages to stocked").reasons[0].text == "on_success=stocked"


def test_failure_queues_are_because_of_what_would_lose_failures() -> None:
    assert _texts("shipper", "send messages to shipper-failures")[0] == "sweep"
    assert _texts("shipper", "send messages to shipper-stream-dlq")[0].startswith("OnStream(")
    asynchronous = _texts("GoodsReceiving", "send messages to GoodsReceiving-failures")
    assert asynchronous[0].startswith("OnObjectCreated(")
    assert asynchronous[1:] == ["asynchronous=True", "what fails to the last is kept"]


def test_the_use_of_a_key_is_because_of_what_it_encrypts() -> None:
    assert _texts("courier", "decrypt its own environment")[0] == "environment_key=strongbox"
    assert _texts("courier", "decrypt what courier-token holds")[0] == "decrypts(courier_token)"
    assert _texts("courier", "decrypt what parcels holds")[:2] == ["gets(parcels)", "deletes(parcels)"]
    assert _texts("courier", "encrypt and decrypt what deliveries holds")[0] == "publishes(deliveries)"


def test_every_verb_has_its_words() -> None:
    assert set(DEEDS) == set(Access)
    assert set(FORBIDDEN_DEEDS) == set(Forbidden)


def test_a_rule_that_the_library_does_not_have_is_no_reason() -> None:
    with pytest.raises(KeyError, match=r"shared\.grants defines no NOBODY"):
        rule_of_library(grants, "NOBODY", "")


def test_it_is_printed_without_any_deployment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["iam", "webhook-validator", "prod"]) == 0
    said = capsys.readouterr().out
    assert (
        "- put whole items into transaction-events\n"
        "  (dynamodb:PutItem on arn:aws:dynamodb:us-east-1:ACCOUNT:table/transaction-events-prod)\n"
        "  because of services/transactions/system.py:"
    ) in said
    assert "It must never" not in said
    assert said.endswith("It can do nothing else: IAM denies what no statement allows.\n")


def test_an_unknown_function_is_answered_with_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["iam", "router", "prod"]) == 1
    assert "there is no function 'router'; there are: " in capsys.readouterr().err


def _texts(function: str, deed: str) -> list[str]:
    return [reason.text for reason in right(function, deed).reasons]
