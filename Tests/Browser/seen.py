# SPDX-License-Identifier: Apache-2.0
"""What is on the screen at the pixels of an image, to be compared with what another reader computes."""

import io

import numpy
import pydicom
from PIL import Image


def screenshot(reader, locator=None):
    """Red, green and blue of the window, or of an element, as numbers."""
    reader.drawn()
    taken = locator.screenshot() if locator else reader.page.screenshot()
    return numpy.asarray(Image.open(io.BytesIO(taken)).convert("RGB")).astype(int)


class PixelMap:
    """From columns and rows of the shown image to the screen, found by pointing at two places."""

    def __init__(self, reader, pane=None):
        box = (pane or reader.pane).bounding_box()
        self.reader = reader
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        reach = min(box["width"], box["height"]) * 0.3
        first, second = (self._edges(x + s * reach, y + s * reach) for s in (-1, 1))
        (self.x0, c0), (self.y0, r0) = first
        (x1, c1), (y1, r1) = second
        self.across, self.down = (x1 - self.x0) / (c1 - c0), (y1 - self.y0) / (r1 - r0)
        self.c0, self.r0 = c0, r0

    def _edges(self, x, y):
        """The left edge of the pixel under a point, and its upper edge: screen place and number."""
        at = self.reader.readout(x, y)["pixel"]

        def edge(place, axis):
            low, high = place - 60, place
            while high - low > 0.2:
                middle = (low + high) / 2
                point = (middle, y) if axis == 0 else (x, middle)
                seen = self.reader.readout(*point)
                if seen and seen["pixel"][axis] == at[axis]:
                    high = middle
                else:
                    low = middle
            return high, at[axis]

        return edge(x, 0), edge(y, 1)

    def __call__(self, column, row):
        """The screen point of the middle of a pixel."""
        return (self.x0 + (column - self.c0 + 0.5) * self.across, self.y0 + (row - self.r0 + 0.5) * self.down)


def grey_at(reader, places, pixels):
    """Grey values at (column, row) pairs; fails where the screen is not grey there."""
    picture = screenshot(reader)
    found = []
    for column, row in pixels:
        x, y = places(column, row)
        colour = picture[int(y), int(x)]
        assert colour.max() - colour.min() <= 3, (column, row, colour)
        found.append(int(colour[0]))
    return numpy.array(found)


def linear(values, center, width):
    """PS3.3 C.11.2.1.2.1 as brightness from 0 to 255."""
    return numpy.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255


def another(path, **given):
    """A copy of a stored image as a study of its own."""
    stored = pydicom.dcmread(path)
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(stored, keyword, pydicom.uid.generate_uid())
    stored.file_meta.MediaStorageSOPInstanceUID = stored.SOPInstanceUID
    for keyword, value in given.items():
        setattr(stored, keyword, value)
    return stored
