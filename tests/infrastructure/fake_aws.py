"""What AWS would answer: ids, ARNs and URLs that follow from the names asked for, unknown in a preview."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.rpc import UNKNOWN

REGION = "us-east-1"
STREAM_LABEL = "2026-11-21T10:00:00.000"

Inputs = Mapping[str, Any]


class FakeAws(Mocks):
    """One account; `outputs` holds what each layer's stack exports, by the name that a StackReference asks for."""

    def __init__(self, account_id: str, stacks: Mapping[str, Mapping[str, Any]], *, preview: bool = False) -> None:
        self._account_id = account_id
        self._stacks = stacks
        self._preview = preview
        self._minted: Mapping[str, Callable[[Inputs], dict[str, str]]] = {
            "aws:iam/role:Role": lambda said: {"arn": f"arn:aws:iam::{account_id}:role/{said['name']}"},
            "aws:ssm/parameter:Parameter": lambda said: {"arn": self._arn("ssm", f"parameter{said['name']}")},
            "aws:kms/key:Key": self._key,
            "aws:kms/ciphertext:Ciphertext": lambda said: {"ciphertextBlob": _id("blob", str(said["keyId"]))},
            "aws:sns/topic:Topic": lambda said: {"arn": self._arn("sns", said["name"])},
            "aws:dynamodb/table:Table": self._table,
            "aws:sqs/queue:Queue": self._queue,
            "aws:lambda/function:Function": self._function,
            "aws:cloudwatch/logGroup:LogGroup": lambda said: {"arn": self._arn("logs", f"log-group:{said['name']}")},
            "aws:cloudwatch/eventRule:EventRule": self._rule,
            "aws:cloudwatch/eventBus:EventBus": lambda said: {"arn": self._arn("events", f"event-bus/{said['name']}")},
            "aws:s3/bucket:Bucket": lambda said: {"arn": f"arn:aws:s3:::{said['bucket']}"},
            "aws:apigateway/restApi:RestApi": lambda said: {"rootResourceId": _id("root", said["name"])},
            "aws:apigateway/stage:Stage": self._stage,
        }

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        assert args.token == "aws:index/getCallerIdentity:getCallerIdentity"
        return {"accountId": self._account_id, "arn": f"arn:aws:iam::{self._account_id}:user/tests", "userId": "1"}, []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {"name": args.name, "outputs": self._stacks[args.name], "secretOutputNames": []}
        if not args.custom:
            return "", {}
        minted = self._minted.get(args.typ, lambda said: {})(args.inputs)
        if self._preview:
            return "", args.inputs | dict.fromkeys(minted, UNKNOWN)
        return minted.get("url") or _id(args.typ, args.inputs.get("name", args.name)), args.inputs | minted

    def _arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self._account_id}:{resource}"

    def _key(self, said: Inputs) -> dict[str, str]:
        id_ = _id("key", said["description"])
        return {"arn": self._arn("kms", f"key/{id_}"), "keyId": id_}

    def _table(self, said: Inputs) -> dict[str, str]:
        arn = self._arn("dynamodb", f"table/{said['name']}")
        return {"arn": arn} | ({"streamArn": f"{arn}/stream/{STREAM_LABEL}"} if said.get("streamEnabled") else {})

    def _queue(self, said: Inputs) -> dict[str, str]:
        url = f"https://sqs.{REGION}.amazonaws.com/{self._account_id}/{said['name']}"
        return {"arn": self._arn("sqs", said["name"]), "url": url}

    def _rule(self, said: Inputs) -> dict[str, str]:
        bus = f"{said['eventBusName']}/" if "eventBusName" in said else ""
        return {"arn": self._arn("events", f"rule/{bus}{said['name']}")}

    def _function(self, said: Inputs) -> dict[str, str]:
        arn = self._arn("lambda", f"function:{said['name']}")
        path = f"path/2015-03-31/functions/{arn}/invocations"
        return {"arn": arn, "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:{path}"}

    def _stage(self, said: Inputs) -> dict[str, str]:
        host = f"{said.get('restApi')}.execute-api.{REGION}.amazonaws.com"
        return {"invokeUrl": f"https://{host}/{said['stageName']}"}


def _id(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:10]
