"""Files of trades as vendors ship them, and what stands in them."""

from pathlib import Path

FILES = Path(__file__).parents[4] / "examples" / "market-data" / "files"

OWN_HEADER = "symbol,timestamp,price,size,trade_id"


def sample(name: str) -> bytes:
    return (FILES / name).read_bytes()


def own(*lines: str) -> bytes:
    return "\n".join([OWN_HEADER, *lines, ""]).encode()


def numbered(count: int) -> bytes:
    """A file of trades a second apart, each with its number as price."""
    return own(*(f"A,{1_763_700_000 + n},{n},1,{n}" for n in range(1, count + 1)))
