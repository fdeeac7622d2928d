"""The pictures' style sheet: a colour for each layer, and everything twice, for light and for dark."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.layers import LAYERS


@dataclass(frozen=True, slots=True)
class Tone:
    """One role's colours in a light and in a dark picture."""

    light: str
    dark: str


# In the layers' order; what is lettered or drawn upon a tile is white by day and near black by night.
_LAYER_TONES = (
    Tone("#c92a3e", "#ff8d99"),
    Tone("#2f5fd0", "#8fb4ff"),
    Tone("#a62e9e", "#f093e6"),
    Tone("#b84d05", "#ffab66"),
    Tone("#0b7a75", "#5fd6cd"),
    Tone("#4f7a0a", "#b4d95c"),
)
LAYER_TONES: Mapping[str, Tone] = dict(zip(LAYERS, _LAYER_TONES, strict=False))

CANVAS = Tone("#ffffff", "#0f141b")
FRAME = Tone("#c9d0d9", "#36414e")
SURFACE = Tone("#fbfcfd", "#171e27")
TEXT = Tone("#17202b", "#eef2f6")
QUIET = Tone("#576373", "#a3afbd")
LINE = Tone("#6b7787", "#8793a3")
OUTSIDE = Tone("#576373", "#a3afbd")
ON_TILE = Tone("#ffffff", "#0f141b")

_LETTERS = '-apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif'


def style_sheet() -> str:
    """CSS for a picture; a viewer that does not know `prefers-color-scheme` shows the light one."""
    dark = "\n".join(f"  {rule}" for rule in _rules(dark=True))
    return "\n".join([*_constant(), *_rules(dark=False), "@media (prefers-color-scheme: dark) {", dark, "}"])


def _constant() -> list[str]:
    return [
        f"text {{ font-family: {_LETTERS}; font-size: 11.5px; }}",
        ".title { font-size: 18px; font-weight: 600; }",
        ".name { font-size: 13px; font-weight: 600; }",
        ".noun { font-size: 11px; }",
        ".caption { font-size: 10px; }",
        ".label { text-anchor: middle; }",
        ".card, .canvas { stroke-width: 1; }",
        ".line, .icon { fill: none; stroke-linecap: round; stroke-linejoin: round; }",
        ".line { stroke-width: 1.4; }",
        ".icon { stroke-width: 1.6; }",
        ".quiet { stroke-width: 1; }",
        ".failed { stroke-dasharray: 4 3; }",
    ]


def _rules(*, dark: bool) -> list[str]:
    def of(tone: Tone) -> str:
        return tone.dark if dark else tone.light

    rules = [
        f".canvas {{ fill: {of(CANVAS)}; stroke: {of(FRAME)}; }}",
        f".card {{ fill: {of(SURFACE)}; }}",
        f".dock {{ fill: {of(CANVAS)}; stroke: {of(FRAME)}; }}",
        f".title, .name {{ fill: {of(TEXT)}; }}",
        f".docked, .noun, .caption, .label, .legend {{ fill: {of(QUIET)}; }}",
        f".line {{ stroke: {of(LINE)}; }}",
        f".arrow {{ fill: {of(LINE)}; }}",
        f".on-tile {{ stroke: {of(ON_TILE)}; }}",
    ]
    for name, tone in {**LAYER_TONES, "outside": OUTSIDE}.items():
        rules.append(f".of-{name} {{ stroke: {of(tone)}; }}")
        rules.append(f".tile-{name} {{ fill: {of(tone)}; }}")
    return rules
