"""IAM statements that deny a function what it must never do."""

from collections.abc import Mapping

from shared.model import Denial, Forbidden, Objects
from shared.naming import Naming
from shared.policy_document import Statement, statement_id

ACTIONS: Mapping[Forbidden, tuple[str, ...]] = {
    Forbidden.DELETES_TABLE: ("dynamodb:DeleteTable",),
    Forbidden.CHANGES_BUCKET: (
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
    ),
    Forbidden.WRITES_OUTSIDE: ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"),
    Forbidden.LEAVES_TLS: ("*",),
}


def denied(naming: Naming, denial: Denial) -> Statement:
    """The statement, which wins over whatever allows the same."""
    target, actions = denial.target, ACTIONS[denial.act]
    if target is None:
        conditions = {"Bool": {"aws:SecureTransport": "false"}}
        sid = statement_id("denies", denial.act)
        return Statement(sid=sid, effect="Deny", actions=actions, resources=("*",), conditions=conditions)
    sid, arns = statement_id("denies", denial.act, target.name), (naming.arn(target),)
    if isinstance(target, Objects):
        return Statement(sid=sid, effect="Deny", actions=actions, not_resources=arns)
    return Statement(sid=sid, effect="Deny", actions=actions, resources=arns)
