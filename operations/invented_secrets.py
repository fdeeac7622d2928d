"""Values for secrets that nobody has set, for environments on this machine."""

import secrets

from shared.checkout import CHECKOUT

# Stands in a sample for a random part, another one at each place.
RANDOM = "{random}"
# Stands in a sample for the URL of the embedded target.
TARGET = "{target}"


def invented(system: str, secret: str, target_url: str) -> str:
    """The secret's sample in examples/<system>/<secret>.sample with its open parts filled in, or 64 hex digits."""
    sample = CHECKOUT / "examples" / system / f"{secret}.sample"
    if not sample.is_file():
        return secrets.token_hex(32)
    fixed = sample.read_text().strip().replace(TARGET, target_url).split(RANDOM)
    return fixed[0] + "".join(f"{secrets.token_hex(32)}{part}" for part in fixed[1:])
