"""What set-up tells its user when a thing can't be had."""


class ToolchainError(Exception):
    """A sentence for the user: what is missing, why, and how to install it by hand."""
