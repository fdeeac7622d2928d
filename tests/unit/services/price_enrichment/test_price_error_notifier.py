import base64
import gzip
import json
from typing import Any

import pytest

from services.common.notifications import NotificationTopic
from services.price_enrichment import price_error_notifier
from services.price_enrichment.price_error_notifier import ReportNotPublishedError, notify
from tests.unit.services.fake_sns import FakeSns
from tests.unit.services.fakes import THROTTLED, FakeContext

pytestmark = pytest.mark.requirement("PE-7")

REFUSED = {
    "level": "ERROR",
    "message": "webhook refused",
    "reason": "X-Webhook-Signature does not match",
    "correlation_id": "c-1",
    "exception": "Traceback ...",
}


def event(*messages: str, message_type: str = "DATA_MESSAGE") -> dict[str, Any]:
    data = {
        "messageType": message_type,
        "logGroup": "/aws/lambda/webhook-processor-unit",
        "logStream": "2026/11/21/[$LATEST]abc",
        "logEvents": [
            {"id": f"id-{number}", "timestamp": 1795255200250, "message": message}
            for number, message in enumerate(messages)
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}


def published(sns: FakeSns, *messages: str) -> dict[str, Any]:
    assert notify(NotificationTopic(sns, "topic"), event(*messages)) == {"published": 1}
    return sns.published[-1]


def test_an_error_is_told_in_a_line():
    message = published(FakeSns(), json.dumps(REFUSED))
    assert message["Subject"] == "1 error in webhook-processor-unit"
    assert message["Message"].splitlines() == [
        "1 error in webhook-processor-unit, log stream 2026/11/21/[$LATEST]abc:",
        "2026-11-21T10:00:00.250000Z message: webhook refused, reason: X-Webhook-Signature does not match, "
        "correlation_id: c-1",
    ]
    assert message["MessageAttributes"]["function"]["StringValue"] == "webhook-processor-unit"


@pytest.mark.parametrize("text", ["Task timed out after 60.00 seconds", '"ERROR"', "[1]"])
def test_lines_that_are_no_json_objects_are_told_as_they_are(text: str):
    assert published(FakeSns(), f"{text}\n")["Message"].splitlines()[1] == f"2026-11-21T10:00:00.250000Z {text}"


def test_a_report_is_short_however_much_was_logged():
    message = published(FakeSns(), *["ERROR " + "x" * 10_000] * 5_000)
    assert message["Subject"] == "5000 errors in webhook-processor-unit"
    assert len(message["Message"]) < 4_000
    assert message["Message"].endswith("and 4990 more")


@pytest.mark.requirement("ALL-14")
def test_copies_have_one_message_id_and_other_events_another():
    sns = FakeSns()
    for messages in (("ERROR one",), ("ERROR one",), ("ERROR one", "ERROR two")):
        published(sns, *messages)
    ids = [message["MessageAttributes"]["message_id"]["StringValue"] for message in sns.published]
    assert ids[0] == ids[1] != ids[2]


def test_a_control_message_is_no_error():
    assert notify(NotificationTopic(FakeSns(), "topic"), event(message_type="CONTROL_MESSAGE")) == {"published": 0}


@pytest.mark.requirement("ALL-14")
def test_what_the_topic_does_not_take_fails_and_so_is_tried_again():
    sns = FakeSns()
    sns.fail("publish_batch", THROTTLED)
    with pytest.raises(ReportNotPublishedError, match="1 error in webhook-processor-unit"):
        notify(NotificationTopic(sns, "topic"), event("ERROR"))


def test_the_function_notifies(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(price_error_notifier, "topic", NotificationTopic(FakeSns(), "topic"))
    assert price_error_notifier.handler(event("ERROR"), FakeContext()) == {"published": 1}
