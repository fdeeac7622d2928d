"""What a rule is asked in the tests: a resource among its peers, and what it must find."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "123456789012"
ARN = f"arn:aws:{{}}:us-east-1:{ACCOUNT}:{{}}"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
SUBJECT = "it"


@dataclass(frozen=True, kw_only=True)
class Place:
    """How the engine knows a resource; `links` are the names of those that a property comes from."""

    name: str = SUBJECT
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    depends_on: tuple[str, ...] = ()
    provider: Mapping[str, Any] = field(default_factory=dict[str, Any])
    protected: bool = False


HERE = Place()


@dataclass(frozen=True)
class Peer:
    """Another resource of the stack."""

    type: str
    properties: Mapping[str, Any]
    place: Place


@dataclass(frozen=True)
class Good:
    """A resource that a rule accepts. `settings` are the values of its knobs."""

    type: str
    properties: Mapping[str, Any]
    peers: tuple[Peer, ...] = field(default=(), kw_only=True)
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any], kw_only=True)
    place: Place = field(default=HERE, kw_only=True)

    @property
    def resources(self) -> tuple[Peer, ...]:
        """The subject first."""
        return (Peer(self.type, self.properties, self.place), *self.peers)


@dataclass(frozen=True)
class Bad(Good):
    """A resource in which a rule finds this."""

    finding: str


@dataclass(frozen=True)
class Cases:
    """One rule's table."""

    good: tuple[Good, ...]
    bad: tuple[Bad, ...]


def peer(type_: str, properties: Mapping[str, Any], name: str = "other", **place: Any) -> Peer:
    return Peer(type_, properties, Place(name=name, **place))


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def denial_of_plain_transport(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    return {"Effect": "Deny", "Action": action, "Resource": resource, "Principal": "*", "Condition": condition, **more}
