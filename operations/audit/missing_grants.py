"""Every use in a description has its grant."""

from collections.abc import Iterator

from operations.audit.finding import Finding
from operations.audit.roles import functions, held, wanted
from operations.audit.state import Deployed

CHECK = "missing-grant"
DESCRIPTION = "Every use in a system's description has its grant."


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on what a function could not do although its description says so."""
    by_role = held(deployed)
    for system, function in functions(deployed):
        role = deployed.naming.name(function.role)
        granted = {permission for permission, _ in by_role.get(role, [])}
        for use in wanted(deployed, system, function):
            if use.permission.effect == "Allow" and use.permission not in granted:
                yield Finding(
                    CHECK,
                    role,
                    f"{function.name} can't {use.deed}: its role lacks {use.permission}",
                    f"deploy it: just deploy security {deployed.environment}",
                    use.reason.file,
                    use.reason.line,
                )
