"""Policies name actions that there are."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.locations import DOCUMENTS
from policies.policy_language.service_authorization import exists
from policies.relations.documents import parsed_documents


def check(resource: Resource) -> Iterator[Finding]:
    """A finding for each action, allowed or denied, that AWS's reference does not list."""
    for place, statements in parsed_documents(resource):
        for statement in statements:
            for action in (*statement.actions, *statement.not_actions):
                if not exists(action):
                    yield Finding(
                        name=f"action {action}",
                        found=f"statement {statement.label} of `{place}` names `{action}`, which is no action of AWS",
                        why="IAM takes it without a word, and what was meant is neither allowed nor denied",
                        repair="Look it up in the Service Authorization Reference; batch calls need the single action.",
                    )


RULE = ResourceRule(
    __name__,
    description="Every action in a policy is one that the Service Authorization Reference lists.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    types=DOCUMENTS,
    check=check,
)
