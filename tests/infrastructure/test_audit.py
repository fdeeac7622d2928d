"""The audit finds nothing in what the programs deploy, and everything that was done to it."""

import json
from pathlib import Path
from typing import Any

import pytest

import shared.components.rest_api
import shared.layer
import shared.packaging
from operations.audit.audit import joined
from operations.audit.finding import Finding
from operations.audit.state import Deployed, State
from operations.rights import description_source
from shared.layers import LAYERS
from shared.model import System
from shared.naming import Naming
from shared.operators import OPERATORS
from shared.packaging import Bundle
from shared.secret_configuration import config_key
from tests.infrastructure.engine import SYSTEMS, Environment, Layer, account_of, run_layer
from tests.infrastructure.states import (
    Exports,
    Tamper,
    adds,
    exports_of,
    outputs,
    removes,
    resources,
    sets,
    tampered,
    the,
)
from tests.unit.shared import samples

SHOPS = (samples.shop, samples.warehouse)
CONFIG = {
    "compute:bundleTarget": "host",
    **{f"security:{config_key('corner-shop', name)}": "hush" for name in ("signing-key", "courier-token")},
}

ROLE_POLICY = "iam/rolePolicy:RolePolicy"
MAPPING = "lambda/eventSourceMapping:EventSourceMapping"
FUNCTION = "lambda/function:Function"
QUEUE = "sqs/queue:Queue"
COURIER, INTAKE = (f"arn:aws:iam::123456789012:role/{name}-prod" for name in ("courier", "order-intake"))


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of the two systems."""
    services = tmp_path_factory.mktemp("checkout") / "services"
    for system, schema in zip(SHOPS, ("order.json", "goods.json"), strict=True):
        folder = services / system.name.replace("-", "_")
        folder.mkdir(parents=True)
        (folder / schema).write_text(json.dumps({"type": "object"}))
        (folder / "system.py").write_text(Path(samples.__file__).read_text())
    return services


@pytest.fixture(scope="module")
def recorded(services: Path) -> Exports:
    """The state of two systems with one of everything, both deployed to production."""
    code = services / "bundle.zip"
    code.touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shared.components.rest_api, "SERVICES", services)
        patched.setattr(shared.packaging, "bundle_of", lambda *_: Bundle(code, "0", "services.shop"))
        patched.setattr(shared.layer, "load_systems", lambda _: SHOPS)
        made: dict[str, Layer] = {}
        for layer in LAYERS:
            upstreams = {name: done.outputs for name, done in made.items()}
            made[layer] = run_layer(layer, "prod", upstreams, config=CONFIG)
    return exports_of(Environment("prod", account_of("prod"), made))


@pytest.fixture
def exports(recorded: Exports, services: Path, monkeypatch: pytest.MonkeyPatch) -> Exports:
    monkeypatch.setattr(description_source, "SERVICES", services)
    return recorded


def found(state: State, systems: tuple[System, ...] = (OPERATORS, *SHOPS)) -> list[Finding]:
    naming = Naming("prod", "us-east-1", account_of("prod"))
    return list(joined(Deployed(state, systems, naming, "prod")))


def nothing(_: Exports) -> None:
    pass


def also_allows(policy: str, action: str, resource: str, **members: Any) -> Tamper:
    """A role's policy has one statement more."""

    def add(exports: Exports) -> None:
        inputs = the(exports, "security", ROLE_POLICY, policy)["inputs"]
        document = json.loads(inputs["policy"])
        document["Statement"].append({"Effect": "Allow", "Action": action, "Resource": resource, **members})
        inputs["policy"] = json.dumps(document)

    return add


def says(policy: str, old: str, new: str) -> Tamper:
    """A role's policy has another text at one place."""

    def change(exports: Exports) -> None:
        inputs = the(exports, "security", ROLE_POLICY, policy)["inputs"]
        assert old in inputs["policy"]
        inputs["policy"] = inputs["policy"].replace(old, new, 1)

    return change


def lets_in(layer: str, holder: str, name: str, action: str = "kms:Decrypt", **members: Any) -> Tamper:
    """A resource's own policy has one statement more."""

    def add(exports: Exports) -> None:
        inputs = the(exports, layer, holder, name)["inputs"]
        document = json.loads(inputs.get("policy", '{"Statement": []}'))
        document["Statement"].append({"Effect": "Allow", "Action": action, "Resource": "*", **members})
        inputs["policy"] = json.dumps(document)

    return add


def without_index(exports: Exports) -> None:
    the(exports, "data", "dynamodb/table:Table", "orders")["inputs"]["globalSecondaryIndexes"] = []


def another_stream(exports: Exports) -> None:
    arn = the(exports, "data", "dynamodb/table:Table", "orders")["outputs"]
    arn["streamArn"] = f"{arn['arn']}/stream/2027-01-01T00:00:00.000"


def no_stream(exports: Exports) -> None:
    del the(exports, "data", "dynamodb/table:Table", "orders")["outputs"]["streamArn"]


def no_output(exports: Exports) -> None:
    del resources(exports, "messaging")[0]["outputs"]["labels_queue_url"]


def exchanged(layer: str, one: str, other: str) -> Tamper:
    """Each of two outputs says what the other should."""

    def exchange(exports: Exports) -> None:
        said = resources(exports, layer)[0]["outputs"]
        said[one], said[other] = said[other], said[one]

    return exchange


# By what was done: the check that must find it, and words of what it says.
TAMPERED: dict[str, tuple[Tamper, str, str]] = {
    "a grant is taken away": (
        says("order-intake", "dynamodb:PutItem", "dynamodb:GetItem"),
        "missing-grant",
        "order-intake can't put whole items into orders: its role lacks dynamodb:PutItem on ",
    ),
    "a key's grant loses its condition": (
        says("courier-keys", "kms:ViaService", "kms:CallerAccount"),
        "missing-grant",
        "courier can't decrypt what parcels holds",
    ),
    "a role's policy is gone": (
        removes("security", ROLE_POLICY, "shipper"),
        "missing-grant",
        "shipper can't send messages to labels",
    ),
    "a grant is wider": (
        says("order-intake", "table/orders-prod", "table/*"),
        "excess-grant",
        "order-intake can do what nothing describes: dynamodb:PutItem on arn:aws:dynamodb:us-east-1:",
    ),
    "a role has one action more": (
        also_allows("courier", "dynamodb:Scan", "arn:aws:dynamodb:us-east-1:123456789012:table/parcels-prod"),
        "excess-grant",
        "courier can do what nothing describes: dynamodb:Scan on ",
    ),
    "a role may do all but a list": (
        also_allows("courier", "s3:GetObject", "*", NotAction="iam:*"),
        "excess-grant",
        "courier can do what nothing describes: all but iam:* on *",
    ),
    "a grant loses its condition": (
        says("GoodsReceiving", '"Condition":{"StringEquals":{"cloudwatch:namespace":"warehouse-prod"}},', ""),
        "excess-grant",
        "GoodsReceiving can do what nothing describes: cloudwatch:PutMetricData on *",
    ),
    "a denial is gone": (
        says("GoodsReceiving", "dynamodb:DeleteTable", "dynamodb:DescribeTable"),
        "excess-grant",
        "GoodsReceiving is not kept from this: delete the table ShelfState",
    ),
    "a role that nobody describes": (
        adds("security", ROLE_POLICY, "stranger", {"role": "stranger-prod", "policy": '{"Statement": []}'}),
        "excess-grant",
        "no described function's",
    ),
    "another managed policy": (
        adds("security", "iam/rolePolicyAttachment:RolePolicyAttachment", "admin", {"role": "courier-prod"}),
        "excess-grant",
        "rolePolicyAttachment:RolePolicyAttachment admin gives it rights unseen",
    ),
    "managed policies in the role itself": (
        sets("security", "iam/role:Role", "courier", managedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]),
        "excess-grant",
        "it holds policies of its own",
    ),
    "a role that everybody assumes": (
        sets(
            "security",
            "iam/role:Role",
            "courier",
            assumeRolePolicy='{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}',
        ),
        "excess-grant",
        "others than Lambda can assume it",
    ),
    "a function under another's role": (
        sets("compute", FUNCTION, "shipper", role="arn:aws:iam::123456789012:role/courier-prod"),
        "excess-grant",
        "shipper runs under another function's role: arn:aws:iam::123456789012:role/courier-prod",
    ),
    "a queue lets a role in": (
        lets_in("messaging", "sqs/queuePolicy:QueuePolicy", "labels", "sqs:PurgeQueue", Principal={"AWS": COURIER}),
        "excess-principal",
        f"the policy of labels lets {COURIER} do what nothing describes: sqs:PurgeQueue",
    ),
    "a queue lets everybody in by itself": (
        lets_in("messaging", QUEUE, "labels", "sqs:SendMessage", Principal="*"),
        "excess-principal",
        "the policy of labels lets * do what nothing describes: sqs:SendMessage",
    ),
    "a topic lets another account in": (
        lets_in("messaging", "sns/topicPolicy:TopicPolicy", "news", Principal={"AWS": ["999999999999"]}),
        "excess-principal",
        "the policy of news lets 999999999999 do what nothing describes",
    ),
    "a bucket lets in all but one": (
        lets_in("data", "s3/bucketPolicy:BucketPolicy", "inbound-goods", NotPrincipal={"AWS": COURIER}),
        "excess-principal",
        "the policy of inbound-goods lets all but a list do what nothing describes",
    ),
    "a key is let be used by a role that has no use for it": (
        lets_in(
            "security",
            "kms/key:Key",
            "strongbox",
            Principal={"AWS": "arn:aws:iam::123456789012:root"},
            Condition={"ArnEquals": {"AWS:PrincipalArn": [COURIER, INTAKE]}},
        ),
        "excess-principal",
        f"the policy of strongbox lets {INTAKE} do what nothing describes: kms:Decrypt",
    ),
    "a key lets its users do more": (
        lets_in(
            "security",
            "kms/key:Key",
            "strongbox",
            "kms:PutKeyPolicy",
            Principal={"AWS": "123456789012"},
            Condition={"ArnEquals": {"aws:PrincipalArn": COURIER}},
        ),
        "excess-principal",
        f"the policy of strongbox lets {COURIER} do what nothing describes: kms:PutKeyPolicy",
    ),
    "a table is gone": (
        removes("data", "dynamodb/table:Table", "parcels"),
        "dangling-grant",
        "is granted by courier on what is not deployed: arn:aws:dynamodb:us-east-1:123456789012:table/parcels-prod",
    ),
    "an index is gone": (without_index, "dangling-grant", "table/orders-prod/index/by-customer"),
    "a stream is gone": (no_stream, "dangling-grant", "table/orders-prod/stream/*"),
    "a log group is gone": (
        removes("compute", "cloudwatch/logGroup:LogGroup", "courier"),
        "dangling-grant",
        "log-group:/aws/lambda/courier-prod:*",
    ),
    "a bucket is gone": (
        removes("data", "s3/bucket:Bucket", "inbound-goods"),
        "dangling-grant",
        "s3:PutObject is granted by GoodsReceiving on what is not deployed: arn:aws:s3:::inbound-goods-prod/reports/*",
    ),
    "a key is gone": (removes("security", "kms/key:Key", "strongbox"), "dangling-grant", "kms:Decrypt is granted by"),
    "a rule is gone that may invoke": (
        removes("compute", "cloudwatch/eventRule:EventRule", "sweep"),
        "dangling-grant",
        "events.amazonaws.com may invoke shipper-prod for what is not deployed: arn:aws:events:us-east-1:",
    ),
    "an API is gone that may invoke": (
        removes("api", "apigateway/restApi:RestApi", "shop-api"),
        "dangling-grant",
        "apigateway.amazonaws.com may invoke order-intake-prod for what is not deployed: arn:aws:execute-api:",
    ),
    "anybody may invoke": (
        sets("compute", "lambda/permission:Permission", "sweep", sourceArn=""),
        "dangling-grant",
        "any source at all",
    ),
    "a function is gone that may be invoked": (
        removes("compute", FUNCTION, "shipper"),
        "dangling-grant",
        "may invoke shipper-prod for what is not deployed: shipper-prod",
    ),
    "a mapping's function is gone": (
        removes("compute", FUNCTION, "courier"),
        "consumer-size",
        "runs a function that is not deployed: courier-prod",
    ),
    "a visibility timeout is too short": (
        sets("messaging", QUEUE, "labels", visibilityTimeoutSeconds=179),
        "consumer-size",
        "labels-prod hides a message for 179 s, but courier-prod needs 180 s",
    ),
    "a visibility timeout is the default": (
        lambda exports: the(exports, "messaging", QUEUE, "labels")["inputs"].pop("visibilityTimeoutSeconds"),
        "consumer-size",
        "labels-prod hides a message for 30 s",
    ),
    "a consumer's timeout is longer": (
        sets("compute", FUNCTION, "courier", timeout=60),
        "consumer-size",
        "courier-prod needs 360 s",
    ),
    "a window is longer": (
        sets("compute", MAPPING, "labels", maximumBatchingWindowInSeconds=121),
        "consumer-size",
        "courier-prod needs 301 s",
    ),
    "a large batch has no window": (
        sets("compute", MAPPING, "labels", batchSize=11),
        "consumer-size",
        "takes 11 messages of labels-prod at once without a batching window",
    ),
    "a queue is gone that is read": (
        removes("messaging", QUEUE, "labels"),
        "consumer-size",
        "reads a queue that is not deployed: arn:aws:sqs:us-east-1:123456789012:labels-prod",
    ),
    "a read queue has no dead letters": (
        sets("messaging", QUEUE, "labels", redrivePolicy=None),
        "consumer-size",
        "labels-prod has a consumer and no dead-letter queue that is deployed",
    ),
    "a read queue forgets too soon": (
        sets("messaging", QUEUE, "labels", messageRetentionSeconds=900),
        "consumer-size",
        "labels-prod keeps a message for 900 s, less than its receives hide it: 900 s",
    ),
    "dead letters are forgotten before the others": (
        sets("messaging", QUEUE, "labels-dlq", messageRetentionSeconds=345_599),
        "consumer-size",
        "labels-dlq-prod keeps a message for 345599 s in all, less than labels-prod: 345600 s",
    ),
    "a queue takes the whole reservation": (
        sets("compute", MAPPING, "labels", scalingConfig={"maximumConcurrency": 21}),
        "consumer-size",
        "courier-prod has 20 executions reserved, but its queues and streams take 21",
    ),
    "a queue takes without bound": (
        sets("compute", MAPPING, "labels", scalingConfig={}),
        "consumer-size",
        "sets no bound to how often it runs courier-prod at once",
    ),
    "a stream leaves nothing to the schedule": (
        sets("compute", FUNCTION, "shipper", reservedConcurrentExecutions=1),
        "consumer-size",
        "shipper-prod has 1 executions reserved, but its queues and streams take 1 and others run it, too",
    ),
    "a stream was made anew": (another_stream, "consumer-size", "reads a stream that no table has: "),
    "a record is never given up": (
        sets("compute", MAPPING, "orders-stream", maximumRecordAgeInSeconds=-1),
        "consumer-size",
        "gives a record up after -1 s",
    ),
    "a record is given up too late": (
        sets("compute", MAPPING, "orders-stream", maximumRecordAgeInSeconds=86_400),
        "consumer-size",
        "gives a record up after 86400 s, but the stream keeps it for 86400 s",
    ),
    "the queue of given up records is gone": (
        removes("messaging", QUEUE, "shipper-stream-dlq"),
        "consumer-size",
        "gives records up to no queue that is deployed: arn:aws:sqs:us-east-1:123456789012:shipper-stream-dlq-prod",
    ),
    "an output is missing": (
        no_output,
        "output-contract",
        "layer 'messaging' promises 'labels_queue_url' and does not export it",
    ),
    "an output is empty": (
        outputs("data", orders_table_name=""),
        "output-contract",
        "layer 'data' promises 'orders_table_name' and does not export it",
    ),
    "an output names something else": (
        outputs("data", orders_table_name="orders-dev"),
        "output-contract",
        "'orders_table_name' names what layer 'data' has not deployed as orders: orders-dev",
    ),
    "two outputs are exchanged": (
        exchanged("data", "orders_table_name", "parcels_table_name"),
        "output-contract",
        "'parcels_table_name' names what layer 'data' has not deployed as parcels: orders-prod",
    ),
    "an output is another attribute of the same": (
        outputs("data", orders_table_arn="orders-prod"),
        "output-contract",
        "'orders_table_arn' names what layer 'data' has not deployed as orders: orders-prod",
    ),
    "an output that nobody promised": (
        outputs("api", password="hush"),
        "output-contract",
        "layer 'api' exports 'password', which no contract promises",
    ),
    "a layer does not say what it was built from": (
        outputs("observability", built_from=None),
        "output-contract",
        "layer 'observability' promises 'built_from' and does not export it",
    ),
}


@pytest.mark.requirement("ALL-3", "ALL-5", "ALL-8", "ALL-12")
@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_was_done_to_the_state_is_found(exports: Exports, what: str) -> None:
    tamper, check, words = TAMPERED[what]
    findings = found(tampered(exports, tamper))
    assert [one for one in findings if one.check == check and words in one.message], findings


def test_the_untouched_state_gives_no_finding(exports: Exports) -> None:
    assert found(tampered(exports, nothing)) == []


@pytest.mark.requirement("ALL-3", "ALL-5", "ALL-8", "ALL-12")
def test_no_environment_gives_a_finding(environment: Environment) -> None:
    naming = Naming(environment.suffix, "us-east-1", environment.account_id)
    state = tampered(exports_of(environment), nothing)
    assert list(joined(Deployed(state, SYSTEMS, naming, environment.name))) == []


def test_a_finding_says_the_line_of_the_description(exports: Exports) -> None:
    state = tampered(exports, says("order-intake", "dynamodb:PutItem", "dynamodb:GetItem"))
    missing, excess = found(state)
    lines = Path(samples.__file__).read_text().splitlines()
    assert missing.file == excess.file == "services/corner_shop/system.py"
    assert lines[missing.line - 1].startswith("intake = Function(")
    assert lines[excess.line - 1].startswith("intake = Function(")


@pytest.mark.parametrize("reserved", [-1, 0], ids=["unset", "stopped"])
def test_a_function_without_a_bound_and_one_that_is_stopped_leave_room_for_all(exports: Exports, reserved: int) -> None:
    state = tampered(exports, sets("compute", FUNCTION, "courier", reservedConcurrentExecutions=reserved))
    assert [finding for finding in found(state) if finding.check == "consumer-size"] == []
