"""Tests of any deployed environment, named by INTEGRATION_ENVIRONMENT; without it none of them is collected."""

import os
from pathlib import Path

import pytest

from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from operations.target import target_of
from tests.integration.pipeline import Pipeline, connect

ENVIRONMENT = os.environ.get("INTEGRATION_ENVIRONMENT", "")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave the tests out where no environment is given: there is nothing that they could test."""
    return True if not ENVIRONMENT and collection_path.name.startswith("test_") else None


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return connect(PulumiCommand(target_of(ENVIRONMENT)))


@pytest.fixture(scope="session", autouse=True)
def _not_production() -> None:
    """What the tests send and write would be taken for real."""
    try:
        target_of(ENVIRONMENT).refuse_production(
            "integration tests would fill it with invented events; test another one"
        )
    except OperationError as refusal:
        pytest.exit(f"error: {refusal}", returncode=1)
