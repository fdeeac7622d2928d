"""The generated OpenAPI documents."""

import json

import pytest

from operations.openapi import documents


@pytest.mark.requirement("RP-2")
def test_the_documents_in_docs_are_what_the_descriptions_say_today() -> None:
    for file, text in documents():
        assert file.read_text() == text, f"{file.name} is stale: just docs"


@pytest.mark.requirement("TX-1", "TX-8")
def test_the_webhook_of_transactions_shows_its_body_its_signature_and_its_answers() -> None:
    texts = {file.stem: json.loads(text) for file, text in documents()}
    operation = texts["webhook-api"]["paths"]["/webhook"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["event_id", "transaction_type", "amount", "timestamp"]
    assert [parameter["name"] for parameter in operation["parameters"]] == [
        "X-Webhook-Timestamp",
        "X-Webhook-Signature",
    ]
    assert {"200", "202", "400", "401", "409"} <= set(operation["responses"])
