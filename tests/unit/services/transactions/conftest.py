import pytest

from tests.unit.services.transactions.webhooks import Endpoint


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()
