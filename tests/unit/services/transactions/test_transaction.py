from decimal import Decimal
from typing import Any

import pytest

from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object
from services.common.timestamp import utc_text
from services.transactions.domain.event import MAX_BODY_BYTES, TooLargeError, bound_body, event_text
from services.transactions.domain.transaction import REQUIRED, parse_transaction
from tests.unit.services.fakes import START
from tests.unit.services.transactions.webhooks import WEBHOOK


@pytest.mark.requirement("TX-2")
def test_the_metadata_is_extracted_and_normalised():
    transaction = parse_transaction(WEBHOOK)
    assert (transaction.event_id, transaction.transaction_type) == ("evt_1", "payment")
    assert (transaction.amount, utc_text(transaction.timestamp)) == (Decimal("10.50"), "2026-11-21T08:59:00.000000Z")


@pytest.mark.requirement("TX-1", "TX-2")
@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("absent", [{}, {"value": None}])
def test_each_required_field_is_named_when_it_is_missing_or_null(field: str, absent: dict[str, Any]):
    body = {name: value for name, value in WEBHOOK.items() if name != field} | {field: absent.get("value")}
    with pytest.raises(InvalidInputError, match=f"{field} is missing") as refusal:
        parse_transaction(body)
    assert refusal.value.field == field


@pytest.mark.requirement("TX-8")
@pytest.mark.parametrize("value", ["chargeback", "Payment", "payment ", "", 1, True, [], {"a": 1}])
def test_an_unknown_transaction_type_is_refused_with_what_is_allowed(value: object):
    with pytest.raises(InvalidInputError, match="allowed are payment, refund, dispute") as refusal:
        parse_transaction(WEBHOOK | {"transaction_type": value})
    assert refusal.value.field == "transaction_type"


@pytest.mark.parametrize("value", ["", " ", "a b", "a\n", "é", "x" * 129, 7, True, ["a"], "a#b"])
def test_an_event_id_that_no_message_attribute_or_log_line_should_carry_is_refused(value: object):
    with pytest.raises(InvalidInputError) as refusal:
        parse_transaction(WEBHOOK | {"event_id": value})
    assert refusal.value.field == "event_id"


@pytest.mark.parametrize("value", ["x" * 128, "WH-2WR32451HC0233532-67976317FL4543714", "urn:uuid:1/2", "a._:/+=@-"])
def test_the_ids_of_the_common_providers_are_allowed(value: str):
    assert parse_transaction(WEBHOOK | {"event_id": value}).event_id == value


def test_a_body_may_have_200_000_bytes():
    bound_body(b" " * MAX_BODY_BYTES)
    with pytest.raises(TooLargeError, match=r"200001 bytes.*allowed are 200000"):
        bound_body(b" " * (MAX_BODY_BYTES + 1))


@pytest.mark.requirement("ALL-14")
def test_a_body_that_grows_beyond_a_message_when_it_is_encoded_is_refused():
    body = parse_object(b'{"numbers": [' + b",".join([b"1e5"] * 49_990) + b"]}")
    assert event_text(parse_transaction(WEBHOOK | {"few": body["numbers"][:45_000]}), START, "c")
    with pytest.raises(TooLargeError):
        event_text(parse_transaction(WEBHOOK | body), START, "c")
