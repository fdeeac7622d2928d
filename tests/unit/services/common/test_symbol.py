import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.common.symbol import CANONICAL, canonical_symbol


@pytest.mark.requirement("PA-5")
@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        *((text, "BTC-USD") for text in ("BTC-USD", "btc-usd", "BTC/USD", "BTC_USD", "BTC:USD", "BTCUSD", "btcusd")),
        *((text, "BTC-USD") for text in ("XBT/USD", "XBTUSD", "XXBTZUSD", "xxbtzusd")),
        ("XETHZEUR", "ETH-EUR"),
        ("XETHXXBT", "ETH-BTC"),
        ("XDGUSD", "DOGE-USD"),
        ("XDG/XBT", "DOGE-BTC"),
        ("BTCUSDT", "BTC-USDT"),
        ("BTCUSDC", "BTC-USDC"),
        ("BTCFDUSD", "BTC-FDUSD"),
        ("BTCDAI", "BTC-DAI"),
        ("ETHBTC", "ETH-BTC"),
        ("BNBETH", "BNB-ETH"),
        ("BATUSD", "BAT-USD"),
        ("ARBUSD", "ARB-USD"),
        ("XLMUSD", "XLM-USD"),
        ("ZECUSD", "ZEC-USD"),
        ("ZRXXBT", "ZRX-BTC"),
        ("1000SATSUSDT", "1000SATS-USDT"),
        ("AAVE-TUSD", "AAVE-TUSD"),
        ("USDT-USD", "USDT-USD"),
        ("USDTUSD", "USDT-USD"),
    ],
)
def test_every_exchanges_writing_becomes_one(written: str, canonical: str):
    assert canonical_symbol(written, "symbol") == canonical


@pytest.mark.requirement("ALL-15")
@pytest.mark.parametrize(
    "value",
    [
        *("", "BTC", "USD", "BTC-", "-USD", "BTC-USD-EUR", "BTC USD", " BTC-USD", "BTC-USD\n", "BTC.USD", "BTC--USD"),
        *("BTCXYZ", "BTC-BTC", "XBT-BTC", "BTC-U", "A" * 16 + "-USD", "BTC-" + "U" * 11, "#active-USD"),
        *("\u0412TC-USD", "BTC\u2010USD", "\uff22TC-USD", "BTC-\u00dfUSD", "\u0131BTC-USD", None, 7, ["BTC-USD"], True),
    ],
)
def test_what_is_no_pair_is_refused_by_name(value: object):
    with pytest.raises(InvalidInputError, match=r"pair is .*allowed is a pair such as BTC-USD") as refusal:
        canonical_symbol(value, "pair")
    assert refusal.value.field == "pair"


@given(st.text(alphabet="ABCUSDTEXZ10-/_#\u0412\n", max_size=12) | st.text(max_size=12))
def test_any_text_is_refused_or_comes_out_canonical_and_stays_so(text: str):
    try:
        symbol = canonical_symbol(text, "symbol")
    except InvalidInputError:
        return
    assert CANONICAL.fullmatch(symbol)
    assert canonical_symbol(symbol, "symbol") == symbol
