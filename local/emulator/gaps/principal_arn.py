"""The principal's ARN in a condition is the role's, not its session's.

AWS documentation, IAM user guide: "AWS global condition context keys" (aws:PrincipalArn): for an assumed role it is the
ARN of the role.

The emulator compares the session's ARN, so that a policy which names a role in a condition denies it. An emulator that
compares the role's makes this unnecessary.
"""

import re
from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (Wrapped("core.iam_evaluator", "_resolve_condition_key", "15e26964cd38f32c"),)

SESSION = re.compile(r"arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<role>[^/]+)/.*")


def close(_: GapSettings) -> None:
    """Resolve aws:PrincipalArn of a role's session to the role."""
    evaluator = load("core.iam_evaluator")
    resolve = evaluator._resolve_condition_key

    def resolved(key: str, context: Any) -> Any:
        value = resolve(key, context)
        return role_arn(value) if key.lower() == "aws:principalarn" else value

    evaluator._resolve_condition_key = resolved


def role_arn(principal_arn: str) -> str:
    """The ARN of the role that a session is of; any other principal's ARN as it is. Roles here have no path."""
    return SESSION.sub(r"arn:\g<partition>:iam::\g<account>:role/\g<role>", principal_arn)
