"""Where the checkout's folders are."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = CHECKOUT / "environments"
SERVICES = CHECKOUT / "services"
PROJECTS = CHECKOUT / "projects"
SHARED = CHECKOUT / "shared"
