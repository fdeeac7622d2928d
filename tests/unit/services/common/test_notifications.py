import io

import pytest

from services.common.notifications import MAX_BATCH_BYTES, Notification, NotificationTopic
from tests.unit.services.fake_sns import FakeSns
from tests.unit.services.fakes import THROTTLED, TIMED_OUT

pytestmark = pytest.mark.requirement("ALL-14")


def notification(number: int, text: str = "{}", subject: str | None = None) -> Notification:
    return Notification(f"m-{number}", text, {"userId": f"user-{number}"}, subject)


def test_a_message_carries_its_id_and_what_subscriptions_filter_by():
    sns = FakeSns()
    assert NotificationTopic(sns, "topic").publish([notification(1, '{"a":1}', "BTC-USD")]) == {"m-1"}
    (message,) = sns.published
    assert (message["Message"], message["Subject"]) == ('{"a":1}', "BTC-USD")
    assert message["MessageAttributes"] == {
        "message_id": {"DataType": "String", "StringValue": "m-1"},
        "userId": {"DataType": "String", "StringValue": "user-1"},
    }


def test_a_message_without_a_subject_has_none():
    sns = FakeSns()
    NotificationTopic(sns, "topic").publish([notification(1)])
    assert "Subject" not in sns.published[0]


def test_one_call_takes_ten_messages_and_no_more_bytes_than_sns_does():
    sns = FakeSns()
    NotificationTopic(sns, "topic").publish(notification(number) for number in range(21))
    assert [len(batch) for batch in sns.batches] == [10, 10, 1]
    sns.batches.clear()
    NotificationTopic(sns, "topic").publish(notification(number, "é" * (MAX_BATCH_BYTES // 4)) for number in range(4))
    assert [len(batch) for batch in sns.batches] == [2, 2]


def test_what_sns_refuses_is_not_reported_as_published(log: io.StringIO):
    sns = FakeSns()
    sns.refused = {"m-2"}
    assert NotificationTopic(sns, "topic").publish(map(notification, range(4))) == {"m-0", "m-1", "m-3"}
    assert '"message_id":"m-2"' in log.getvalue()


@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_a_call_that_fails_leaves_the_other_calls_alone(error: Exception):
    sns = FakeSns()
    sns.fail("publish_batch", error)
    published = NotificationTopic(sns, "topic").publish(map(notification, range(12)))
    assert published == {"m-10", "m-11"}
