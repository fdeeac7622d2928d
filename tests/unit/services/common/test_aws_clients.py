import pytest

from services.common.aws_clients import dynamodb_client, sqs_client, ssm_client


@pytest.mark.parametrize("make", [dynamodb_client, sqs_client, ssm_client])
def test_clients_give_up_early_enough_for_their_function_to_answer(make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    config = make(3).meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 5)
    assert (config.retries["mode"], config.retries["total_max_attempts"]) == ("standard", 3)
