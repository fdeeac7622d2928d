"""Every grant is taken away once, and what is known of it is said."""

import pytest

from operations.privileges.iam_mutants import Trial
from operations.privileges.mutant import Mutant, mutants
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


def test_what_a_service_does_with_a_key_is_known_to_be_unenforced_and_what_the_function_does_is_not() -> None:
    own = {"StringEquals": {"kms:EncryptionContext:secret": "credentials"}}
    service = {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": "arn", "kms:ViaService": "sns"}}
    statement = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": ["arn:key"]}
    for condition, known in ((own, False), (service, True)):
        found = list(mutants({"Statement": [{**statement, "Condition": condition}]}))
        assert [why_not_enforced(mutant) is not None for mutant in found] == [known] * 3


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


def test_a_denial_is_nothing_that_anyone_could_miss() -> None:
    denial = {"Effect": "Deny", "Action": ["c:One"], "NotResource": ["arn:z"]}
    found = list(mutants({"Statement": [denial, ONE]}))
    assert [(mutant.actions, mutant.document["Statement"]) for mutant in found] == [(("b:One",), [denial])]
