"""The IAM policies that each layer's deployer needs, and no more."""
