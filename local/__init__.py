"""The embedded target: everything that stands in for AWS and its downloads on a bare machine."""
