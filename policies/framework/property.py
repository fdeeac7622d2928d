"""The finding on a property that has another value than it should."""

from typing import Any

from policies.framework.rule import Finding


def wrong(path: str, found: Any, why: str, repair: str) -> Finding:
    """A finding called for the path and what stands there, which must be no secret; None is absent."""
    shown = "absent" if found is None else found
    return Finding(f"{path} {shown}", f"`{path}` is {shown}", why, repair)
