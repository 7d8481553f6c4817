# SPDX-License-Identifier: Apache-2.0
"""Several panes: layouts, linked scrolling, reference lines and the 3D cursor, against the places in the files."""

import re

import numpy
import pydicom
import pytest
from conftest import VOLUME
from test_tools import opened, slices


@pytest.fixture
def two(reader, server):
    """CT in the left pane, PET in the right one: one frame of reference, slices of 2.5 and 5 mm."""
    opened(reader, server, "CT phantom")
    reader.page.get_by_role("button", name="Two panes side by side").click()
    drag_series(reader, "PT phantom", 1)
    pane(reader, 1).locator(".corner.bottomRight", has_text="PT phantom").wait_for()
    return reader


def pane(reader, index):
    return reader.page.locator(f'.pane[data-pane="{index}"]')


def drag_series(reader, text, index):
    reader.page.locator(".series", has_text=text).first.drag_to(pane(reader, index))


def image(reader, index):
    return int(pane(reader, index).get_attribute("data-image") or 0)


def test_any_layout_up_to_four_by_four(reader, server):
    opened(reader, server, "CT phantom")
    reader.page.get_by_role("button", name="Rows and columns").click()
    reader.page.get_by_role("menuitem", name="3 × 4").click()
    reader.until(lambda: reader.page.locator(".pane:visible").count() == 12)
    reader.page.keyboard.press("Escape")
    reader.page.get_by_role("button", name="Rows and columns").click()
    reader.page.get_by_role("menuitem", name="4 × 4").click()
    reader.until(lambda: reader.page.locator(".pane:visible").count() == 16)
    reader.picture("sixteen")


def test_panes_of_one_frame_of_reference_scroll_together(two):
    ct = [one.position[2] for one in slices("ct*.dcm")]
    pt = [one.position[2] for one in slices("pt*.dcm")]
    two.wheel(20)
    two.until(lambda: image(two, 0) == 21)
    height = ct[20]
    two.until(lambda: abs(pt[image(two, 1) - 1] - height) == min(abs(z - height) for z in pt))
    two.picture("together")
    two.page.keyboard.press("u")
    before = image(two, 1)
    two.wheel(5)
    two.until(lambda: image(two, 0) == 26)
    assert image(two, 1) == before
    # Linked as they stand: both go on by the same distance.
    two.page.keyboard.press("l")
    two.wheel(-4)
    two.until(lambda: image(two, 0) == 22)
    two.until(lambda: abs(pt[image(two, 1) - 1] - (pt[before - 1] + 4 * 2.5)) <= 2.5)


def test_reference_lines_lie_where_the_planes_meet(reader, server):
    """The line of an axial slice in the oblique MR image: drawn where the two planes meet, found by numpy."""
    opened(reader, server, "CT phantom")
    reader.page.get_by_role("button", name="Two panes side by side").click()
    drag_series(reader, "MR phantom", 1)
    pane(reader, 1).locator(".corner.bottomRight", has_text="MR phantom").wait_for()
    box = pane(reader, 1).bounding_box()
    reader.page.mouse.move(box["x"] + 100, box["y"] + 100)
    for _ in range(7):
        reader.page.mouse.wheel(0, 100)
    reader.until(lambda: image(reader, 1) == 8)
    x, y = reader.middle()
    reader.page.mouse.click(x, y)
    reader.page.keyboard.press("Home")
    ct = slices("ct*.dcm")
    reader.wheel(19)
    reader.until(lambda: image(reader, 0) == 20)
    assert pane(reader, 1).get_attribute("data-lines") == "1"
    mr = next(one for path in VOLUME.glob("mr*.dcm") if (one := pydicom.dcmread(path, stop_before_pixels=True)) and
              int(one.InstanceNumber) == instance_number(reader, 1))
    row, column = numpy.reshape(mr.ImageOrientationPatient, (2, 3)).astype(float)
    start = numpy.array(mr.ImagePositionPatient, float)
    down, across = map(float, mr.PixelSpacing)
    # Along the left edge of the image: how far down the height of the CT slice is reached.
    rows = (ct[19].position[2] - start[2] - row[2] * across * (mr.Columns / 2 - 0.5)) / (column[2] * down) + 0.5
    seen = line_heights(reader)
    expected = image_row_on_screen(reader, mr, rows)
    assert any(abs(y - expected) <= 3 for y in seen), (seen, expected)
    reader.picture("lines")
    reader.page.keyboard.press("o")
    reader.until(lambda: pane(reader, 1).get_attribute("data-lines") == "0")


def instance_number(reader, index):
    text = pane(reader, index).locator(".corner.bottomRight").inner_text()
    return int(re.search(r"Image no\. (\d+)", text)[1])


def image_row_on_screen(reader, mr, row):
    """The screen height of a row, at the middle of the pane: the image is fitted to the pane and centred."""
    box = pane(reader, 1).bounding_box()
    down, across = map(float, mr.PixelSpacing)
    scale = min(box["width"] / mr.Columns, box["height"] / (mr.Rows * down / across))
    return box["y"] + box["height"] / 2 + (row - mr.Rows / 2) * scale * down / across


def line_heights(reader):
    """Screen heights of green pixels down the middle of the right pane."""
    import io

    from PIL import Image
    box = pane(reader, 1).bounding_box()
    clip = {"x": box["x"] + box["width"] / 2, "y": box["y"], "width": 1, "height": box["height"]}
    colours = numpy.asarray(Image.open(io.BytesIO(reader.page.screenshot(clip=clip))).convert("RGB")).astype(int)[:, 0]
    green = (colours[:, 1] - colours[:, 0] > 60) & (colours[:, 1] - colours[:, 2] > 40)
    return [box["y"] + y for y in numpy.nonzero(green)[0]]


def test_the_3d_cursor_shows_the_place_in_every_pane(two):
    to_screen = two.map_to_screen()
    two.wheel(17)
    two.until(lambda: image(two, 0) == 18)
    two.page.keyboard.press("u")
    two.page.mouse.move(*(pane(two, 1).bounding_box()[k] + 200 for k in ("x", "y")))
    two.page.mouse.wheel(0, 600)
    two.page.keyboard.press("j")
    two.page.mouse.click(*to_screen(15, -5))
    pt = [one.position[2] for one in slices("pt*.dcm")]
    two.until(lambda: abs(pt[image(two, 1) - 1] - 5) == min(abs(z - 5) for z in pt))
    two.drawn()
    two.picture("cursor")
