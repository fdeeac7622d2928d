"""Repeated, poisonous, refused and late: what deliveries do to exchanges' prices and the rules that they reach."""

import pytest

from services.price_alerts.system import price_history, price_updates
from tests.faults.laboratory.faults import Fault, Meanwhile, Refused, first, nth
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.price_alerts.observations import (
    EVALUATION,
    answered,
    enqueue,
    fired,
    history,
    queued,
    scenario,
    update,
    webhook,
)
from tests.faults.running import run, undisturbed, with_faults
from tests.faults.scenarios.price_alerts import PriceAlerts

pytestmark = pytest.mark.fault_system("price-alerts")

POISON = (update("NaN"), update("1", "btc"), "null", "[]", "{}", "{" * 1000, '"\U0001f600"', " ")


@pytest.mark.fault_case(1)
def test_the_same_webhook_twice_is_one_observation_and_one_alert(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    stamp = str(int(lab.clock.now().timestamp()))
    undated = webhook("70001", time=None)
    for _ in range(2):
        assert scenario.post(lab, "coinbase", undated, stamp).answer["statusCode"] == 202
        lab.settle()
        lab.clock.pass_by(10)
    assert history(lab) == [("2026-11-21T10:00:00.000000Z", "70001"), ("latest", "70001")]
    assert fired(lab) == {"rule": 1}


@pytest.mark.fault_case(2)
@pytest.mark.parametrize("call", [3, 5, 6, 7], ids=["latest price", "firing", "alert", "mark"])
def test_twenty_workers_with_one_price_at_once_make_one_alert(lab: Laboratory, call: int) -> None:
    """Each is about to make its n-th call when the next comes in between, as long as they have so many to make."""
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    record = {"messageId": "copy", "body": update("70001")}
    left = [19]

    def next_worker() -> None:
        if left[0]:
            left[0] -= 1
            worker = lab.processes[EVALUATION].another()
            # The number of the call is counted within each worker.
            lab.wire.faults[0].looked_at = 0
            assert worker.invoke({"Records": [record]}, f"worker-{left[0]}").answer == {"batchItemFailures": []}

    lab.wire.faults.append(Fault(Meanwhile(next_worker), turn=nth(call)))
    assert lab.call(EVALUATION, {"Records": [record]}).answer == {"batchItemFailures": []}
    while left[0]:
        next_worker()
    lab.wire.faults.clear()
    lab.let_pass(minutes=11)
    assert fired(lab) == {"rule": 1}
    assert len(history(lab)) == 2


@pytest.mark.fault_case(3)
@pytest.mark.parametrize("prices", [("70001", "70002"), ("70002", "70001")])
def test_two_prices_of_one_instant_are_both_kept_and_in_either_order_the_same_is_the_latest(
    lab: Laboratory, prices: tuple[str, str]
) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    for price in prices:
        assert answered(lab, webhook(price)) == (202, None)
        lab.settle()
    observed = "2026-11-21T09:59:58.500000Z"
    assert history(lab) == [(observed, "70001"), (observed, "70002"), ("latest", "70002")]
    assert fired(lab) == {"rule": 1}


@pytest.mark.fault_case(4)
def test_a_message_twice_in_one_batch_and_in_two_makes_one_alert(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    for _ in range(2):
        enqueue(lab, update("70001"), update("70001"))
        lab.settle()
    assert fired(lab) == {"rule": 1}
    assert len(history(lab)) == 2


@pytest.mark.fault_case(5, 28)
@pytest.mark.parametrize("later", [{"hours": 1}, {"days": 3}, {"days": 14}], ids=str)
def test_a_price_delivered_again_late_changes_nothing_even_for_a_rule_that_is_armed_again(
    lab: Laboratory, later: dict[str, float]
) -> None:
    """As long as a dead-letter queue keeps it, which is the longest that a price can stay away."""
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    enqueue(lab, update("70001"), update("69000", observed_at="2026-11-21T09:59:59Z"))
    lab.settle()
    before = history(lab)
    assert fired(lab) == {"rule": 1}
    lab.clock.pass_by(sum(amount * {"hours": 3600, "days": 86400}[unit] for unit, amount in later.items()))
    scenario.rules(lab, clock=lab.clock.now).rearm("ada", "rule")
    enqueue(lab, update("70001"))
    lab.settle()
    assert fired(lab) == {"rule": 1}
    assert history(lab) == before
    assert before[-1] == ("latest", "69000")


@pytest.mark.fault_case(8)
@pytest.mark.parametrize("place", range(3))
def test_only_the_poison_of_a_batch_fails_and_is_dead_after_three_receives_as_it_came(
    lab: Laboratory, place: int
) -> None:
    symbols = ["BTC-USD", "ETH-USD"]
    bodies = [update("2", symbol) for symbol in symbols]
    bodies.insert(place, POISON[0])
    for symbol in symbols:
        scenario.add_rule(lab, symbol, symbol, "above", "1")
    for body in bodies:
        attributes = {"message_id": {"DataType": "String", "StringValue": f"id-{len(body)}"}}
        queue = lab.account.url(price_updates)
        lab.account.sqs.send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=attributes)
    lab.settle()
    assert fired(lab) == dict.fromkeys(symbols, 1)
    ((letter,),) = lab.dead_letters().values()
    assert letter["Body"] == POISON[0]
    assert letter["MessageAttributes"]["message_id"]["StringValue"] == f"id-{len(POISON[0])}"
    assert lab.metrics()["PricesNotEvaluated"] == 3
    assert "rule-evaluation-logged-error" in lab.ringing()


@pytest.mark.fault_case(9)
def test_a_batch_of_poison_alone_is_dead_and_an_empty_one_is_done(lab: Laboratory) -> None:
    enqueue(lab, *POISON)
    lab.settle()
    assert sorted(letter["Body"] for letter in lab.dead_letters()["price-updates-dlq"]) == sorted(POISON)
    assert not lab.account.items(price_history)
    assert lab.call(EVALUATION, {"Records": []}).answer == {"batchItemFailures": []}


@pytest.mark.fault_case(10)
def test_a_record_without_a_body_fails_alone_and_one_without_an_id_fails_its_batch(lab: Laboratory) -> None:
    """Nobody could say of what has no id that it failed: so all of the batch comes again."""
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    good = {"messageId": "good", "body": update("70001")}
    failed = lab.call(EVALUATION, {"Records": [{"messageId": "empty"}, {"messageId": "no text", "body": None}, good]})
    names = [failure["itemIdentifier"] for failure in failed.answer["batchItemFailures"]]
    assert names == ["empty", "no text"]
    assert fired(lab) == {"rule": 1}
    assert isinstance(lab.call(EVALUATION, {"Records": [{"body": good["body"]}]}).error, KeyError)
    assert lab.processes[EVALUATION].errors == 1


@pytest.mark.fault_case(12)
@pytest.mark.parametrize(
    ("refusal", "attempts"),
    [(Refused("ProvisionedThroughputExceededException"), 5), (Refused("TransactionConflictException"), 1)],
    ids=["throttled", "in conflict"],
)
def test_no_other_error_is_taken_for_a_condition_that_was_false(refusal: Refused, attempts: int) -> None:
    expected, _ = undisturbed(PriceAlerts)
    # Of the first price: is it the latest, who fires the rule, is its alert published.
    for number in (2, 3, 4):
        struck = Fault(refusal, "dynamodb.UpdateItem", lambda turn, number=number: number <= turn < number + attempts)
        assert with_faults(PriceAlerts, struck) == expected, f"{refusal} at write {number}"


@pytest.mark.fault_case(18)
@pytest.mark.parametrize("refusal", [Refused("InternalError", 500), Refused("AuthorizationError", 403)], ids=str)
def test_an_alert_that_cannot_be_published_after_its_rule_fired_is_swept_once(refusal: Refused) -> None:
    expected, _ = undisturbed(PriceAlerts)
    # Of each kind all that the first price does in one invocation.
    outcome = with_faults(PriceAlerts, Fault(refusal, "sns.PublishBatch", first(5 if refusal.status == 500 else 1)))
    assert outcome == expected
    assert set(outcome.copies.values()) == {1}


@pytest.mark.fault_case(18)
def test_a_price_that_the_queue_does_not_take_is_not_accepted(lab: Laboratory) -> None:
    lab.wire.faults.append(Fault(Refused("InternalError", 500), "sqs.SendMessageBatch", first(2)))
    assert answered(lab, webhook()) == (503, None)
    assert not queued(lab)
    assert answered(lab, webhook()) == (202, None)
    assert len(queued(lab)) == 1


@pytest.mark.fault_case(9)
def test_a_batch_pass_without_any_price_queues_and_sends_nothing(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "1")
    lab.let_pass(minutes=5)
    assert set(lab.wire.calls) == {"dynamodb.Query"}
    assert not fired(lab)


@pytest.mark.fault_case(32)
def test_a_key_that_is_disabled_for_ten_minutes_delays_and_loses_nothing(lab: Laboratory) -> None:
    expected, _ = undisturbed(PriceAlerts)
    until = lab.clock.now().timestamp() + 600

    def disabled(_: int) -> bool:
        return lab.clock.now().timestamp() < until

    lab.wire.faults += [
        Fault(Refused("DisabledException"), "kms.Decrypt", disabled),
        Fault(Refused("KMS.DisabledException"), "sqs.SendMessageBatch", disabled),
        Fault(Refused("KMSDisabled"), "sns.PublishBatch", disabled),
        *(
            Fault(Refused("AccessDeniedException"), f"dynamodb.{operation}", disabled)
            for operation in ("PutItem", "UpdateItem", "Query", "BatchGetItem")
        ),
    ]
    answer = scenario.post(lab, "coinbase", webhook()).answer
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    enqueue(lab, update("1", "SOL-USD"))
    lab.let_pass(minutes=10)
    assert lab.ringing()
    outcome = run(PriceAlerts(), lab)
    assert {name: outcome.state[name] for name in expected.state} == expected.state
    assert outcome.messages == expected.messages
    assert outcome.state["SOL-USD latest"] == ["coinbase 1"]
