"""Actions stand beside resources of the types that they are about."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.document import Statement
from policies.policy_language.locations import DOCUMENTS
from policies.policy_language.service_authorization import resource_types, types_of
from policies.relations.documents import parsed_documents


def check(resource: Resource) -> Iterator[Finding]:
    """A finding for each action without a fitting resource in its statement, and the other way around."""
    for place, statements in parsed_documents(resource):
        for statement in statements:
            yield from _mismatches(statement, f"statement {statement.label} of `{place}`")


def _mismatches(statement: Statement, place: str) -> Iterator[Finding]:
    arns = [arn for arn in statement.resources if arn.startswith("arn:")]
    if len(arns) < len(statement.resources) or not arns:
        return
    about = {action: types for action in statement.actions if (types := resource_types(action)) is not None}
    for action, types in about.items():
        if not types:
            yield _finding(f"action {action}", f"{place} names resources for `{action}`, which takes none but `*`")
        elif not any(types & types_of(action, arn) for arn in arns):
            yield _finding(f"action {action}", f"{place} has `{action}` on no resource of its types, {_words(types)}")
    for arn in arns:
        if len(about) == len(statement.actions) and not any(
            types & types_of(action, arn) for action, types in about.items()
        ):
            yield _finding(f"resource {arn}", f"{place} has no action on `{arn}`")


def _words(types: frozenset[str]) -> str:
    return ", ".join(sorted(types))


def _finding(name: str, found: str) -> Finding:
    why = "the statement has no effect on it, and what was meant fails when it is called, or is not denied"
    return Finding(name, found, why, "Name the resource as the Service Authorization Reference writes its ARN.")


RULE = ResourceRule(
    __name__,
    description="The resources of a statement are of the types that its actions are about.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    types=DOCUMENTS,
    check=check,
)
