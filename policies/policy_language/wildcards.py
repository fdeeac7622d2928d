"""Which wildcards in an ARN stand only for what comes to be at run time, inside a resource that is named in full."""

import re
from typing import Final

_PART = r"[^*?:]+"
_NAME = r"[^*?/:]+"

MINTED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # The log stream.
        rf"arn:{_PART}:logs:{_PART}:{_PART}:log-group:{_PART}:(log-stream:)?\*",
        # The label of a table's stream.
        rf"arn:{_PART}:dynamodb:{_PART}:{_PART}:table/{_NAME}/stream/\*",
        # The object key, below a prefix or not.
        rf"arn:{_PART}:s3:::{_NAME}/([^*?]+/)?\*",
        # The value of a path parameter: API, stage, method and the first part of the path are named.
        rf"arn:{_PART}:execute-api:{_PART}:{_PART}:{_NAME}/{_NAME}/{_NAME}/{_NAME}(/{_NAME}|/\*)+",
    )
)


def has_wildcard(text: str) -> bool:
    """Whether IAM matches the text as a pattern."""
    return "*" in text or "?" in text


def names_resource(arn: str) -> bool:
    """Whether the ARN has no wildcard but in the part that comes to be at run time."""
    return not has_wildcard(arn) or any(pattern.fullmatch(arn) for pattern in MINTED)
