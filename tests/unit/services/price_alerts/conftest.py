import pytest

from tests.unit.services.price_alerts.pipeline import Pipeline


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline()
