"""Writes that change nothing where their condition is false."""

from collections.abc import Callable
from typing import ParamSpec

from botocore.exceptions import ClientError

from services.common.aws_errors import condition_failed

Request = ParamSpec("Request")


def written(write: Callable[Request, object], *arguments: Request.args, **request: Request.kwargs) -> bool:
    """Whether the condition was true and the write done; botocore's errors when neither is known."""
    try:
        write(*arguments, **request)
    except ClientError as error:
        if not condition_failed(error):
            raise
        return False
    return True
