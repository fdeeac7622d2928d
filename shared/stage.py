"""The one stage that every API is deployed to."""

STAGE = "v1"
