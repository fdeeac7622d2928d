"""What AWS calls an error."""

from typing import Any, cast

from botocore.exceptions import ClientError


def error_code(error: ClientError) -> str:
    """The error's code, as the service's API reference has it; empty where the answer bore none."""
    return str(cast("dict[str, Any]", error.response).get("Error", {}).get("Code", ""))
