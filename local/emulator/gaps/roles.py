"""What a function's role may do, and calls on its behalf."""

import threading
from functools import lru_cache
from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("core.iam_evaluator", "evaluate", "2a5dd6932d1aca6a"),
    Wrapped("core.iam_evaluator", "_gather_role_policies", "d83d1661b86595ac"),
    Wrapped("core.iam_evaluator", "_permissions_boundary", "55c125bd0cf5cfe7"),
    Wrapped("core.lambda_runtime", "execution_credentials", "cffaadc4f396f6e4"),
)
# Botocore's sessions make one client at a time.
_making = threading.Lock()


def role_allows(config: dict[str, Any], action: str, resource: str) -> bool:
    """Whether the policies of the role of the function `config` allow `action` on `resource`."""
    evaluator, iam, runtime = load("core.iam_evaluator"), load("services.iam"), load("core.lambda_runtime")
    account, region = runtime._account_region_from_function_config(config)
    role = str(config.get("Role", "")).rpartition("/")[2]
    context = evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{role}/{config['FunctionName']}",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=region,
        secure_transport=True,
    )
    policies = evaluator._gather_role_policies(role, account)
    limits = evaluator._permissions_boundary(iam._roles, role, account)
    return evaluator.evaluate(context, policies, *limits).decision == "Allow"


def client_for(service: str, config: dict[str, Any], settings: GapSettings) -> Any:
    """A client of `service` that acts as the role of the function `config`, as Lambda does when it delivers."""
    runtime = load("core.lambda_runtime")
    _, region = runtime._account_region_from_function_config(config)
    # Asked for each time, since that keeps the session known; the same role has the same credentials.
    held = runtime.execution_credentials(config)
    with _making:
        return _client(service, region, settings.url, tuple(sorted(held.items())))


@lru_cache(maxsize=64)
def _client(service: str, region: str, url: str, credentials: tuple[tuple[str, str], ...]) -> Any:
    held = {name.lower(): value for name, value in credentials}
    return _session().create_client(service, region_name=region, endpoint_url=url, **held)


@lru_cache(maxsize=1)
def _session() -> Any:
    return load("session", package="botocore").Session()
