"""Which letters a picture can show: names of cases may be in any script."""

from __future__ import annotations

SCRIPTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Arial Unicode MS",
)
"""Fonts with Chinese letters that systems bring; one is used for what our own font lacks."""

OURS = "DejaVu Sans"
"""Comes with matplotlib, so that pictures look alike everywhere."""


def families() -> list[str]:
    """Fonts to draw with, each for the letters that those before lack."""
    from matplotlib.font_manager import fontManager  # noqa: PLC0415  # takes long to load

    installed = set(fontManager.get_font_names())
    return [OURS, *(name for name in SCRIPTS if name in installed)]


def lacking(text: str) -> str:
    """Letters of a text that no font here has: a PNG or PDF shows boxes for them."""
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415

    fonts = [get_font(findfont(FontProperties(family=name))) for name in families()]
    lost = [c for c in text if c.isprintable() and not any(f.get_char_index(ord(c)) for f in fonts)]
    return "".join(dict.fromkeys(lost))
