"""IAM policy documents from statements that are values."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Conditions = Mapping[str, Mapping[str, str | list[str]]]

# The version of IAM's policy language, not of a document.
POLICY_LANGUAGE = "2012-10-17"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement, on some resources or on all but some.

    `principals` stands only in resource policies and trust policies, by kind ("Service", "AWS").
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: Mapping[str, str] | Literal["*"] | None = None
    conditions: Conditions = field(default_factory=dict[str, Mapping[str, str | list[str]]])
    effect: Literal["Allow", "Deny"] = "Allow"

    def document(self) -> dict[str, object]:
        """The statement as JSON's objects, without the members that it does not have."""
        members: dict[str, object] = {"Sid": self.sid, "Effect": self.effect}
        if self.principals is not None:
            members["Principal"] = self.principals
        members["Action"] = list(self.actions)
        if self.resources:
            members["Resource"] = list(self.resources)
        if self.not_resources:
            members["NotResource"] = list(self.not_resources)
        if self.conditions:
            members["Condition"] = self.conditions
        return members


def statement_id(*words: str) -> str:
    """What a statement is for, in the letters and digits that IAM allows."""
    parts = (part for word in words for part in re.split("[-_ ]", word))
    return "".join(f"{part[:1].upper()}{part[1:]}" for part in parts)


def policy_json(statements: Iterable[Statement]) -> str:
    """The policy document as JSON text, the same for the same statements."""
    document = {"Version": POLICY_LANGUAGE, "Statement": [statement.document() for statement in statements]}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def assumed_by(service: str) -> str:
    """Trust policy of a role that one AWS service assumes."""
    return policy_json([Statement(sid="Assume", actions=("sts:AssumeRole",), principals={"Service": service})])


def tls_only(resource: str, actions: tuple[str, ...], sid: str = "TlsOnly") -> Statement:
    """Refuses calls to a resource that do not come over TLS."""
    return Statement(
        sid=sid,
        effect="Deny",
        principals="*",
        actions=actions,
        resources=(resource,),
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
