"""A small exchange on this machine, for whoever polls prices: the emulator serves it beside AWS, at /_exchange."""

from local.exchange.application import CONTROL, PATH, TICKER, beside

__all__ = ["CONTROL", "PATH", "TICKER", "beside"]
