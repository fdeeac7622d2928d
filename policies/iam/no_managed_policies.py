"""Roles carry their own policies."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity

ATTACHMENTS = {
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
}
LISTS = {
    "aws:iam/role:Role": "managedPolicyArns",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
}
OF_AWS = ":iam::aws:policy/"


def check(resource: Resource) -> Iterator[Finding]:
    """A finding for each policy of AWS's own that is attached."""
    listed = resource.read(LISTS[resource.type]) or [] if resource.type in LISTS else []
    for arn in (*listed, *([resource.read(ATTACHMENTS[resource.type])] if resource.type in ATTACHMENTS else [])):
        if OF_AWS in arn:
            yield Finding(
                name=f"managed policy {arn}",
                found=f"AWS's policy `{arn}` is attached",
                why="it allows more than what was meant, on every resource, and AWS changes it at will",
                repair="Write the statements that are needed into a policy of the role's own.",
            )


RULE = ResourceRule(
    __name__,
    description="No policy that AWS manages is attached to a role, a user or a group.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    controls=["AwsSolutions-IAM4"],
    types=[*ATTACHMENTS, *LISTS],
    check=check,
)
