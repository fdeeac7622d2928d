"""`python -m local.toolchain [--tools]`: make what is missing."""

import sys

from local.toolchain.ensure import ensure
from local.toolchain.errors import ToolchainError

USAGE = "usage: python -m local.toolchain [--tools]   (--tools: just and Poetry, too)"


def main(arguments: list[str]) -> int:
    """Exit code: 0 all is there, 1 something can't be had, 2 wrong arguments, 130 interrupted."""
    if set(arguments) - {"--tools"}:
        sys.stderr.write(f"{USAGE}\n")
        return 2
    try:
        ensure(tools="--tools" in arguments)
    except ToolchainError as error:
        sys.stderr.write(f"\njustw: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\njustw: interrupted; the next run goes on from here\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
