"""`python -m local.exchange [BTC=70000 ...] [--status 429] [--retry-after 7] ...`: what the exchange answers next."""

import argparse
import json
import sys
import urllib.error
import urllib.request

from local import emulator
from local.exchange.application import CONTROL


def main() -> int:
    """Tells the exchange and prints how it answers now; 0 when it was told, 1 with a sentence on stderr when not."""
    parser = argparse.ArgumentParser(prog="just exchange", description=__doc__)
    parser.add_argument("prices", nargs="*", metavar="COIN=PRICE", help="prices that change, such as BTC=70000")
    parser.add_argument("--status", type=int, help="answer with this HTTP status")
    parser.add_argument("--retry-after", help="and with this Retry-After header")
    parser.add_argument("--delay-s", type=float, help="take so many seconds for each answer")
    parser.add_argument("--body", help="answer with this text in the prices' stead")
    parser.add_argument("--times", type=int, help="do so for this many answers; default: until told otherwise")
    said = parser.parse_args()
    wrong = [price for price in said.prices if "=" not in price]
    if wrong:
        parser.error(f"'{wrong[0]}' is no COIN=PRICE")
    running = emulator.running(emulator.default_state())
    if not running:
        print("the exchange does not run; start it with the emulator: just local-up", file=sys.stderr)
        return 1
    faults = ("status", "retry_after", "delay_s", "body", "times")
    change = {name: getattr(said, name) for name in faults if getattr(said, name) is not None}
    change["prices"] = dict(price.split("=", 1) for price in said.prices)
    return _tell(f"{running.url}{CONTROL}", change)


def _tell(url: str, change: dict[str, object]) -> int:
    request = urllib.request.Request(url, json.dumps(change).encode(), method="PUT")  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - loopback
            print(json.dumps(json.load(answer), indent=2))
            return 0
    except urllib.error.HTTPError as refusal:
        print(json.load(refusal)["message"], file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
