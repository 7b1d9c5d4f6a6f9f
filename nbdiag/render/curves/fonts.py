"""Whether the picture can be drawn in a language: that depends on the fonts of the machine."""

from functools import cache

from matplotlib import font_manager

# Fonts with simplified Chinese, as Windows, macOS and Linux bring them. Matplotlib reads the first
# face of a collection only, which goes by the name of the Japanese one.
_FONTS = {
    "zh": (
        "Noto Sans CJK SC",
        "Noto Sans CJK JP",
        "Noto Sans SC",
        "Source Han Sans SC",
        "Source Han Sans CN",
        "Microsoft YaHei",
        "SimHei",
        "PingFang SC",
        "Hiragino Sans GB",
        "Heiti TC",
        "WenQuanYi Micro Hei",
        "WenQuanYi Zen Hei",
        "Droid Sans Fallback",
        "Arial Unicode MS",
    )
}


@cache
def font_for(language: str) -> str | None:
    """Find an installed font for a language that the standard one lacks the letters of.

    Returns
    -------
    str or None
        None when none is needed, or none is installed: the picture is in English then.
    """
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _FONTS.get(language, ()) if name in installed), None)
