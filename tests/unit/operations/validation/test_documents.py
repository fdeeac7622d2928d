"""Policy documents are compared by what they mean."""

import json

import pytest

from operations.validation.documents import allows_service, differences, refuses_without_tls
from operations.validation.roles import wildcards

TLS = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sqs:*",
    "Resource": "arn:q",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
SENDS = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Condition": {"ArnEquals": {"aws:SourceArn": "arn:rule"}},
}


def document(*statements: dict[str, object]) -> str:
    return json.dumps({"Statement": list(statements)})


def allow(action: str, resource: str) -> dict[str, object]:
    return {"Effect": "Allow", "Action": [action], "Resource": [resource]}


def test_one_action_and_a_list_of_one_are_the_same() -> None:
    listed = {**TLS, "Action": ["sqs:*"], "Resource": ["arn:q"]}
    assert list(differences(document(TLS), document(listed))) == []


def test_what_is_said_on_one_side_only_is_named() -> None:
    found = list(differences(document(allow("sqs:DeleteQueue", "arn:q")), document(allow("sqs:SendMessage", "arn:q"))))
    assert found == ["unexpected Allow sqs:DeleteQueue on arn:q", "missing Allow sqs:SendMessage on arn:q"]


def test_a_denial_to_everybody_without_tls_is_recognised() -> None:
    assert refuses_without_tls(document(TLS), ["sqs:*"], "arn:q")


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Allow"},
        {"Principal": {"AWS": "arn:someone"}},
        {"Action": "sqs:SendMessage"},
        {"Resource": "arn:other"},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {**TLS["Condition"], "StringEquals": {"aws:PrincipalAccount": "1"}}},  # type: ignore[dict-item]
    ],
)
def test_a_denial_to_some_or_of_some_is_not_enough(change: dict[str, object]) -> None:
    assert not refuses_without_tls(document({**TLS, **change}), ["sqs:*"], "arn:q")


def test_a_service_is_let_in_only_for_its_source() -> None:
    assert allows_service(document(SENDS), "events.amazonaws.com", "sqs:SendMessage")
    unbound = {name: value for name, value in SENDS.items() if name != "Condition"}
    assert not allows_service(document(unbound), "events.amazonaws.com", "sqs:SendMessage")
    assert not allows_service(document(SENDS), "sns.amazonaws.com", "sqs:SendMessage")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("xray:PutTraceSegments", "*"),
        ("dynamodb:ListStreams", "*"),
        ("logs:PutLogEvents", "arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f-one:*"),
        ("dynamodb:GetRecords", "arn:aws:dynamodb:us-east-1:1:table/t-one/stream/*"),
        ("s3:GetObject", "arn:aws:s3:::b-one/*"),
    ],
)
def test_a_wildcard_that_aws_forces_is_none(action: str, resource: str) -> None:
    assert list(wildcards(document(allow(action, resource)))) == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sqs:*", "arn:q"),
        ("sqs:SendMessage", "*"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:payments-*"),
        ("dynamodb:GetRecords", "arn:aws:dynamodb:us-east-1:1:table/*/stream/*"),
        ("logs:PutLogEvents", "arn:aws:logs:us-east-1:1:log-group:*:*"),
    ],
)
def test_any_other_wildcard_is_found(action: str, resource: str) -> None:
    assert list(wildcards(document(allow(action, resource))))


def test_a_denial_may_be_as_wide_as_it_will() -> None:
    wide = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}
    but = {"Effect": "Deny", "Action": ["s3:PutObject"], "NotResource": ["arn:q/reports/*"]}
    assert list(wildcards(document(wide, but))) == []


def test_all_but_a_list_is_found() -> None:
    assert list(wildcards(document({"Effect": "Allow", "NotAction": ["iam:PassRole"], "Resource": ["arn:q"]})))
