"""A chart of numbers made of characters, since terminals can draw nothing else."""

from collections.abc import Sequence

from sms_tui.ui.wording.glyphs import Glyphs


def chart(values: Sequence[float], width: int, height: int, glyphs: Glyphs) -> list[str]:
    """Draw the last `width` of `values` as columns from zero up, `height` lines high, the top line first."""
    shown = [max(value, 0.0) for value in values[-width:]] if width > 0 else []
    top = max(shown, default=0.0)
    steps = len(glyphs.spark)
    heights = [round(value / top * height * steps) if top > 0 else 0 for value in shown]
    return [
        "".join(_cell(tall - line * steps, glyphs.spark) for tall in heights)
        for line in reversed(range(height))
    ]


def _cell(filled: int, spark: Sequence[str]) -> str:
    return " " if filled <= 0 else spark[min(filled, len(spark)) - 1]
