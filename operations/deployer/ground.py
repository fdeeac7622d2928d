"""What a layer's policies are about, in an environment: names by its suffix, and what else limits a right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.key_use import via_service
from shared.model import System
from shared.naming import Naming
from shared.policy_document import Conditions
from shared.settings import Settings
from shared.stage import STAGE

# Functions and execution logs bear AWS's own prefixes, and whose they are shows in the layer that makes them.
LOG_GROUPS: Mapping[str, tuple[str, ...]] = {
    "compute": ("/aws/lambda/*-{}",),
    "api": ("/aws/apigateway/*-{}", f"API-Gateway-Execution-Logs_*/{STAGE}"),
    "observability": ("/aws/lambda/*-{}",),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """One layer of an environment."""

    layer: str
    settings: Settings
    naming: Naming
    systems: tuple[System, ...]

    def arn(self, service: str, resource: str) -> str:
        """An ARN in the environment's account and region."""
        naming = self.naming
        return f"arn:{naming.partition}:{service}:{naming.region}:{naming.account_id}:{resource}"

    @property
    def environment_tags(self) -> list[str]:
        """What the tag Environment says of the keys; a system or the settings may say it their own way."""
        return sorted(
            {
                {"Environment": self.settings.suffix, **system.tags, **self.settings.tags}["Environment"]
                for system in self.systems
                if system.keys
            }
        )


Place = Callable[[Ground], tuple[str, ...]]
Limit = Callable[[Ground], Conditions]


def suffixed(service: str, kind: str = "") -> Place:
    """All of a kind whose names end in the environment's suffix."""
    return lambda ground: (ground.arn(service, f"{kind}*-{ground.settings.suffix}"),)


def every(service: str, kind: str) -> Place:
    """All of a kind: AWS mints their names, or looks at all to find one."""
    return lambda ground: (ground.arn(service, f"{kind}*"),)


def roles(ground: Ground) -> tuple[str, ...]:
    """Roles whose names end in the environment's suffix; IAM is global, and its ARNs bear no region."""
    naming = ground.naming
    return (f"arn:{naming.partition}:iam::{naming.account_id}:role/*-{ground.settings.suffix}",)


def function_roles(ground: Ground) -> tuple[str, ...]:
    """The roles of the described functions, by their names."""
    return tuple(ground.naming.arn(function.role) for system in ground.systems for function in system.functions)


def buckets(ground: Ground) -> tuple[str, ...]:
    """Buckets whose names end in the environment's suffix; their ARNs bear neither region nor account."""
    return (f"arn:{ground.naming.partition}:s3:::*-{ground.settings.suffix}",)


def objects(ground: Ground) -> tuple[str, ...]:
    """What lies in these buckets, which are emptied when they are destroyed."""
    return tuple(f"{bucket}/*" for bucket in buckets(ground))


def log_groups(ground: Ground) -> tuple[str, ...]:
    """The layer's log groups, which IAM knows by two forms of an ARN."""
    names = [name.format(ground.settings.suffix) for name in LOG_GROUPS[ground.layer]]
    return tuple(ground.arn("logs", f"log-group:{name}{end}") for name in names for end in ("", ":*"))


def rest_apis(ground: Ground) -> tuple[str, ...]:
    """All REST APIs, for API Gateway mints their ids, and all tags of its resources."""
    start = f"arn:{ground.naming.partition}:apigateway:{ground.naming.region}::"
    return (f"{start}/restapis", f"{start}/restapis/*", f"{start}/tags/*")


def dashboards(ground: Ground) -> tuple[str, ...]:
    """CloudWatch's dashboards are global."""
    naming = ground.naming
    return (f"arn:{naming.partition}:cloudwatch::{naming.account_id}:dashboard/*-{ground.settings.suffix}",)


def anything(_: Ground) -> tuple[str, ...]:
    """No resource: AWS takes none for these actions."""
    return ("*",)


def unlimited(_: Ground) -> Conditions:
    """By no condition."""
    return {}


def own_functions(ground: Ground) -> Conditions:
    """For functions whose names end in the environment's suffix."""
    return {"ArnLike": {"lambda:FunctionArn": ground.arn("lambda", f"function:*-{ground.settings.suffix}")}}


def passed_to_lambda(_: Ground) -> Conditions:
    """To Lambda alone."""
    return {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


def through(service: str) -> Limit:
    """By a service, in the deployer's name."""
    return lambda ground: {"StringEquals": {"kms:ViaService": via_service(ground.naming, service)}}


def requested_tags(ground: Ground) -> Conditions:
    """Made with the environment's tag."""
    return {"StringEquals": {"aws:RequestTag/Environment": ground.environment_tags}}


def first_tags(ground: Ground) -> Conditions:
    """Tagged for the first time, so that nobody else's is taken over."""
    return {**requested_tags(ground), "Null": {"aws:ResourceTag/Environment": "true"}}


def own_tags(ground: Ground) -> Conditions:
    """Bearing the environment's tag."""
    return {"StringEquals": {"aws:ResourceTag/Environment": ground.environment_tags}}


def own_secrets(ground: Ground) -> Conditions:
    """For the secrets of the environment's systems."""
    return {
        "StringEquals": {
            "kms:EncryptionContext:environment": ground.settings.environment,
            "kms:EncryptionContext:system": [system.name for system in ground.systems],
        }
    }
