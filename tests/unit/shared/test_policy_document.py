"""Policy documents and the statements that services send under."""

import json

from shared.policy_document import Statement, assumed_by, policy_json, tls_only
from shared.senders import sent_by_rule
from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING


def test_a_statement_has_no_member_that_it_does_not_need() -> None:
    plain = Statement(sid="Reads", actions=("sqs:ReceiveMessage",), resources=("arn",))
    assert plain.document() == {
        "Sid": "Reads",
        "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage"],
        "Resource": ["arn"],
    }


def test_a_document_is_the_same_text_for_the_same_statements() -> None:
    said = policy_json([Statement(sid="Reads", actions=("sqs:ReceiveMessage",), resources=("arn",))])
    assert said == (
        '{"Statement":[{"Action":["sqs:ReceiveMessage"],"Effect":"Allow","Resource":["arn"],"Sid":"Reads"}],'
        '"Version":"2012-10-17"}'
    )


def test_a_trust_policy_names_one_service_and_no_resource() -> None:
    (statement,) = json.loads(assumed_by("lambda.amazonaws.com"))["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert statement["Action"] == ["sts:AssumeRole"]
    assert "Resource" not in statement


def test_whoever_calls_without_tls_is_denied_the_actions_on_the_resource() -> None:
    statement = tls_only(NAMING.arn(samples.labels), ("sqs:*",)).document()
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", ["sqs:*"])
    assert statement["Resource"] == [NAMING.arn(samples.labels)]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_eventbridge_dead_letters_for_one_rule_into_its_own_queue() -> None:
    statement = sent_by_rule(NAMING, samples.sweep).document()
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Resource"] == [NAMING.arn(samples.sweep.dead_letter_queue)]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": NAMING.arn(samples.sweep)}}
