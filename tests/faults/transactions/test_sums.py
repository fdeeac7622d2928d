"""Amounts to the last digit, one by one and in sum."""

import json
from decimal import Decimal, localcontext
from random import Random

import pytest

from services.transactions.system import payments
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.transactions.webhooks import WEBHOOK, post, stored, with_amount

pytestmark = pytest.mark.fault_system("transactions")


@pytest.mark.fault_case(23, 24)
@pytest.mark.parametrize(
    ("text", "kept"),
    [("-0", "0"), ("0.30000000000000004", "0.30000000000000004"), ("2.675", "2.675"), ('"10.50"', "10.50"),
     ("9007199254740993", "9007199254740993"), ("1E2", "100"), (f"{'9' * 18}.{'9' * 18}", f"{'9' * 18}.{'9' * 18}")],
)  # fmt: skip
def test_an_amount_keeps_every_digit(lab: Laboratory, text: str, kept: str) -> None:
    assert post(lab, with_amount(text))["statusCode"] == 202
    lab.settle()
    (message,) = lab.messages(payments)
    assert json.loads(message["Body"])["amount"] == kept
    assert Decimal(stored(lab)[0]["amount"]["N"]) == Decimal(kept)


@pytest.mark.fault_case(24)
def test_the_sum_of_what_arrives_is_the_sum_of_what_was_sent(lab: Laboratory) -> None:
    random = Random(24)  # noqa: S311 - nothing is secret about it
    amounts = [Decimal(random.randrange(10**18)).scaleb(-random.randrange(18)) for _ in range(300)]
    for number, amount in enumerate(amounts):
        assert post(lab, WEBHOOK | {"event_id": f"evt_{number}", "amount": f"{amount:f}"})["statusCode"] == 202
    lab.settle()
    with localcontext(prec=60):
        arrived = sum(Decimal(json.loads(message["Body"])["amount"]) for message in lab.messages(payments))
        assert arrived == sum(amounts)
