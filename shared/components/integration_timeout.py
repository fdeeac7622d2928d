"""How long API Gateway waits for an integration."""

# Milliseconds; an API has no more without a raised quota.
INTEGRATION_TIMEOUT = 29_000
