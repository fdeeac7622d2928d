"""Every grant is taken away once, and what is known of it is said."""

import pytest

from operations.privileges.iam_mutants import Trial
from operations.privileges.mailbox import Mailbox
from operations.privileges.mutant import Mutant, mutants
from operations.privileges.patience import not_happened
from operations.privileges.unenforced import why_not_enforced

TWO = {"Effect": "Allow", "Action": ["a:One", "a:Two"], "Resource": ["arn:x"]}
ONE = {"Effect": "Allow", "Action": ["b:One"], "Resource": ["arn:y"]}
DOCUMENT = {"Version": "2012-10-17", "Statement": [TWO, ONE]}


def test_each_statement_and_each_of_several_actions_is_removed_once() -> None:
    found = {mutant.actions: mutant.document["Statement"] for mutant in mutants(DOCUMENT)}
    assert found == {
        ("a:One", "a:Two"): [ONE],
        ("a:One",): [{**TWO, "Action": ["a:Two"]}, ONE],
        ("a:Two",): [{**TWO, "Action": ["a:One"]}, ONE],
        ("b:One",): [TWO],
    }
    assert DOCUMENT["Statement"] == [TWO, ONE]


@pytest.mark.parametrize(
    ("actions", "known"),
    [
        (("logs:PutLogEvents",), True),
        (("logs:CreateLogStream", "logs:PutLogEvents"), True),
        (("sqs:SendMessage",), False),
        (("logs:PutLogEvents", "sqs:SendMessage"), False),
    ],
)
def test_a_reason_holds_for_its_actions_alone(actions: tuple[str, ...], known: bool) -> None:
    assert (why_not_enforced(Mutant(actions, ("arn",), {})) is not None) == known


@pytest.mark.parametrize(
    ("broken", "known", "surprising"),
    [
        (("nothing came",), None, False),
        ((), "a reason", False),
        ((), None, True),
        (("nothing came",), "a reason", True),
    ],
)
def test_a_trial_surprises_that_is_not_as_it_is_known(
    broken: tuple[str, ...], known: str | None, surprising: bool
) -> None:
    assert Trial("f", Mutant((), (), {}), broken, known, 1.0).surprising == surprising


def test_what_happens_late_is_waited_for_and_what_does_not_is_named() -> None:
    looks = iter([False, False, True])
    awaited = [("late", lambda: next(looks)), ("never", lambda: False)]
    assert not_happened(awaited, patience=0.3) == ["never"]


class FakeSqs:
    """A queue whose messages are invisible once they were received."""

    def __init__(self, *bodies: str) -> None:
        self.waiting = [{"Body": body, "ReceiptHandle": body} for body in bodies]
        self.deleted: list[str] = []
        self.shown: list[str] = []

    def get_queue_url(self, QueueName: str) -> dict[str, str]:  # noqa: N803 - AWS's name
        return {"QueueUrl": QueueName}

    def receive_message(self, **_: object) -> dict[str, list[dict[str, str]]]:
        found, self.waiting = self.waiting[:1], self.waiting[1:]
        return {"Messages": found} if found else {}

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803 - AWS's names
        self.deleted.append(ReceiptHandle)

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        self.shown.append(ReceiptHandle)


def test_a_mailbox_takes_its_own_messages_and_gives_all_others_back_in_the_end() -> None:
    sqs = FakeSqs("ours 1", "another's", "ours 2")
    mailbox = Mailbox(sqs, "queue", lambda text: text.startswith("ours"))
    assert mailbox.holds(lambda text: text.endswith("2"))
    assert (sqs.deleted, sqs.shown) == (["ours 1", "ours 2"], [])
    mailbox.give_back()
    assert sqs.shown == ["another's"]


def test_an_emptied_mailbox_has_forgotten_what_came() -> None:
    mailbox = Mailbox(FakeSqs("ours 1"), "queue", lambda text: True)
    mailbox.empty()
    assert not mailbox.holds(lambda text: True)
