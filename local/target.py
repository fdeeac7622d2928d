"""What an environment on the embedded target needs: the emulator up, a state backend, and stack configuration."""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from local import emulator
from local.paths import CHECKOUT, PULUMI_BIN, PULUMI_HOME, state_root
from local.toolchain.ensure import ensure

ADMINISTRATOR = "test"
REGION = "us-east-1"

# Every AWS service that a layer, a check or a test of the target calls, as the provider's configuration names them.
SERVICES = (
    "apigateway",
    "cloudwatch",
    "cloudwatchevents",
    "cloudwatchlogs",
    "dynamodb",
    "iam",
    "kms",
    "lambda",
    "s3",
    "sns",
    "sqs",
    "ssm",
    "sts",
)

# A profile or a token of a real account would win over the emulator's own credentials.
NOT_INHERITED = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "PYTHONDONTWRITEBYTECODE")


def is_embedded(environment: str) -> bool:
    """Whether the environment is on this machine: `local`, or a name that begins with `local-`."""
    return environment == "local" or environment.startswith("local-")


def prepare(environment: str, layers: Iterable[str]) -> Mapping[str, str]:
    """Starts what is not running and writes the stacks' configuration; returns the variables that lead to it."""
    ensure()
    endpoint = emulator.start(emulator.default_state())
    for layer in layers:
        _configure(CHECKOUT / "projects" / layer / f"Pulumi.{environment}.yaml", layer, endpoint.url)
    return {**without_real_account(os.environ), **_variables(endpoint.url)}


def without_real_account(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables less those that lead to a real account."""
    return {name: value for name, value in environ.items() if name not in NOT_INHERITED}


def _variables(url: str) -> dict[str, str]:
    root = state_root()
    backend = root / "backend"
    backend.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": f"{PULUMI_BIN}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(PULUMI_HOME),
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(_passphrase(root / "passphrase")),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ADMINISTRATOR,
        "AWS_SECRET_ACCESS_KEY": ADMINISTRATOR,
    }


def _passphrase(file: Path) -> Path:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file


def _configure(file: Path, layer: str, url: str) -> None:
    """Writes the target's part of a stack's configuration and leaves the rest, secrets and their salt, as they are."""
    written: dict[str, Any] = (yaml.safe_load(file.read_text()) if file.exists() else None) or {}
    said = {**written, "config": {**written.get("config", {}), **_configuration(layer, url)}}
    if said != written:
        file.write_text(yaml.safe_dump(said, sort_keys=True))


def _configuration(layer: str, url: str) -> dict[str, object]:
    provider: dict[str, object] = {
        "aws:region": REGION,
        "aws:accessKey": ADMINISTRATOR,
        "aws:secretKey": ADMINISTRATOR,
        "aws:endpoints": [dict.fromkeys(SERVICES, url)],
        "aws:skipCredentialsValidation": True,
        "aws:skipMetadataApiCheck": True,
        "aws:s3UsePathStyle": True,
    }
    # Handlers run on this machine, whatever architecture the functions declare.
    return {**provider, "compute:bundleTarget": "host"} if layer == "compute" else provider
