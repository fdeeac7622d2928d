"""Where an environment is deployed to, and the variables that lead there."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from local import target as embedded
from local.paths import PULUMI_BIN
from operations.problem import OperationError
from shared.layers import LAYERS
from shared.model import System
from shared.naming import Naming
from shared.settings import Settings, SettingsError, load_settings
from shared.systems import load_systems


@dataclass(frozen=True, slots=True)
class Target:
    """An environment, its settings, and the environment variables for Pulumi and for AWS clients."""

    settings: Settings
    environ: Mapping[str, str]

    @property
    def environment(self) -> str:
        return self.settings.environment

    @property
    def systems(self) -> tuple[System, ...]:
        return load_systems(self.settings.systems)

    def client(self, service: str, read_timeout: int = 60) -> Any:
        """A boto3 client for the environment's account and region, which waits so many seconds for an answer."""
        config = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=5, read_timeout=read_timeout)
        return self._session().client(service, endpoint_url=self.environ.get("AWS_ENDPOINT_URL"), config=config)

    def refuse_production(self, what: str) -> None:
        """OperationError where the environment is production; `what` says what is not done there, and why."""
        if self.settings.production:
            raise OperationError(f"'{self.environment}' is production: {what}")

    def credentials(self) -> Any:
        """The credentials that the clients use, as botocore has them; OperationError where there are none."""
        found = self._session().get_credentials()
        if found is None:
            raise OperationError("there are no AWS credentials; set AWS_PROFILE, for example")
        return found.get_frozen_credentials()

    def naming(self) -> Naming:
        """The names in the account that the credentials are of."""
        account_id = self.client("sts").get_caller_identity()["Account"]
        return Naming(self.settings.suffix, self.settings.region, account_id)

    def _session(self) -> Any:
        return boto3.Session(
            aws_access_key_id=self.environ.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=self.environ.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=self.environ.get("AWS_SESSION_TOKEN"),
            profile_name=self.environ.get("AWS_PROFILE"),
            region_name=self.settings.region,
        )


def settings_of(environment: str) -> Settings:
    """The settings of an environment; OperationError says what is wrong with them."""
    try:
        return load_settings(environment)
    except SettingsError as error:
        raise OperationError(str(error)) from None


def target_of(environment: str) -> Target:
    """The target of an environment, ready to be used; an embedded one is started."""
    settings = settings_of(environment)
    if embedded.is_embedded(environment):
        return Target(settings, embedded.prepare(environment, LAYERS))
    path = f"{os.environ['PATH']}{os.pathsep}{PULUMI_BIN}"
    return Target(settings, {**os.environ, "PATH": path, "AWS_REGION": settings.region})
