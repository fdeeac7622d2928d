"""The one thing that others call: have it all there."""

from local.toolchain.steps import plan


def ensure(*, tools: bool = False) -> None:
    """Make what is missing, and nothing when all is there (30 ms); ToolchainError says what can't be had, and why.

    `tools` adds just and Poetry; without it Poetry is taken from PATH, as for a recipe of someone who has both.
    """
    steps = plan(tools=tools)
    if all(step.is_ready() for step in steps):
        return
    # Imported only here: it brings subprocess, urllib and more, and every ./justw would wait for them.
    from local.toolchain.preparation import prepare  # noqa: PLC0415

    prepare(steps)
