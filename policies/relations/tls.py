"""Whether the policies on a resource refuse everything that does not come over TLS."""

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from policies.framework.resource import Resource
from policies.framework.rule import Finding
from policies.framework.stack import Stack
from policies.policy_language.document import Statement
from policies.relations.documents import parsed_documents

EVERYONE = {("*", "*"), ("AWS", "*")}


def check_tls_only(
    subject: Resource,
    stack: Stack,
    *,
    policy_type: str,
    reference: str,
    actions: Collection[str],
    parts: Collection[str],
) -> Iterator[Finding]:
    """A finding unless a statement denies the actions to everyone without TLS, on the subject and its parts.

    Policies are the subject's own and the resources of the policy type whose `reference` names it. `parts` are what
    follows the subject's name in the ARNs that must be denied: `""` for itself.
    """
    policies = stack.naming(subject, policy_type, reference)
    documents = [subject, *policies]
    denials = [one for policy in documents for one in _denials(policy)]
    if any(policy.unknown for policy in documents):
        return  # What is not known yet may be the denial.
    for part in parts:
        if not any(_denies(one, actions) and _is_on(one, subject, part, stack) for one in denials):
            yield Finding(
                name=f"plain transport{f' to {part}' if part else ''}",
                found=f"no policy denies what comes without TLS to {f'its `{part}`' if part else 'it'}",
                why="whoever listens on the way could read and change what is sent",
                repair=f"Deny {', '.join(actions)} to principal `*` where `aws:SecureTransport` is false.",
            )


def _denials(policy: Resource) -> Iterable[Statement]:
    for _, found in parsed_documents(policy):
        yield from (one for one in found if one.effect == "Deny" and EVERYONE & set(one.principals) and _is_tls(one))


def _is_tls(statement: Statement) -> bool:
    """Whether plain transport alone makes the statement hold: one more condition would let some of it through."""
    return [
        (operator.lower(), key.lower(), [value.lower() for value in values])
        for operator, key, values in statement.conditions
    ] in (
        [("bool", "aws:securetransport", ["false"])],
        [("boolifexists", "aws:securetransport", ["false"])],
    )


def _denies(statement: Statement, actions: Collection[str]) -> bool:
    return all(any(fnmatchcase(action.lower(), pattern.lower()) for pattern in statement.actions) for action in actions)


def _is_on(statement: Statement, subject: Resource, part: str, stack: Stack) -> bool:
    return "*" in statement.resources or any(
        arn.endswith(part) and stack.is_name(arn.removesuffix(part), subject) for arn in statement.resources
    )
