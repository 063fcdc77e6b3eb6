"""A compositor that renders only what is visible in the regions that changed.

The toolkit renders every widget inside the smallest box around all changes, line by line, and cuts the lines
into pieces at the edges of all widgets. For a single key that can be most of the screen.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Shown = tuple[Widget, Region, Region]
"""A widget, its whole region, and the part of that which is not cut off; in cells of the screen"""


class Fragments(Struct, frozen=True):
    """Pieces of lines, each with the column and the line where it begins."""

    pieces: Sequence[tuple[int, int, Strip]]


class FrugalCompositor(Compositor):
    """Gives `Fragments` for a partial update once it is told that somebody can take them."""

    is_frugal = False

    def render_partial_update(self) -> ChopsUpdate | Fragments | None:  # type: ignore[override]
        """What changed since the last update; None if nothing did."""
        if not self.is_frugal:
            return super().render_partial_update()
        screen, regions = self.size.region, list(self._dirty_regions)
        self._dirty_regions.clear()
        visible = [
            (widget, region, part)
            for widget, (region, clip) in self.visible_widgets.items()
            if (part := region.intersection(clip))
        ]
        pieces = [
            piece
            for region in _joined(regions)
            for widget, whole, part in _front(region.intersection(screen), visible)
            for piece in _rendered(widget, whole, part)
        ]
        return Fragments(pieces) if pieces else None


def _joined(regions: Iterable[Region]) -> list[Region]:
    """The same cells in fewer regions: none lies in another one, and lines below each other are one block."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda region: (region.x, -region.width, region.y, -region.height)):
        last = kept[-1] if kept else region
        if last.column_span == region.column_span and region.y <= last.bottom and kept:
            kept[-1] = last.union(region)
        elif not any(larger.contains_region(region) for larger in kept):
            kept.append(region)
    return kept


def _front(region: Region, visible: Sequence[Shown], first: int = 0) -> Iterator[Shown]:
    """Which widget shows where in `region`, given all from the front to the back."""
    for place in range(first, len(visible) if region else 0):
        widget, whole, part = visible[place]
        if shown := region.intersection(part):
            yield widget, whole, shown
            for rest in _around(region, shown):
                yield from _front(rest, visible, place + 1)
            return


def _around(region: Region, hole: Region) -> Iterator[Region]:
    """`region` without `hole`, which lies in it."""
    yield Region(region.x, region.y, region.width, hole.y - region.y)
    yield Region(region.x, hole.bottom, region.width, region.bottom - hole.bottom)
    yield Region(region.x, hole.y, hole.x - region.x, hole.height)
    yield Region(hole.right, hole.y, region.right - hole.right, hole.height)


def _rendered(widget: Widget, whole: Region, part: Region) -> Iterator[tuple[int, int, Strip]]:
    for y, strip in enumerate(widget.render_lines(part.translate(-whole.offset)), part.y):
        yield part.x, y, strip
