# SPDX-License-Identifier: Apache-2.0
"""An X-ray run with a mask of its own, subtracted where the reader asks for it or the run does: against numpy."""

import angiography
import numpy
import pydicom
import pytest
from conftest import send
from seen import PixelMap, grey_at, linear
from test_softcopy import opened_study, spread
from test_writing import saved


def as_numpy_has_it(reader, values):
    """Waits until the image is drawn as these values are by the window that the corner tells."""
    pixels = spread(angiography.ROWS, angiography.COLUMNS)
    places = PixelMap(reader)

    def is_so():
        width, center = reader.window()
        expected = linear(values, center, width)
        reference = numpy.array([expected[row, column] for column, row in pixels])
        return numpy.abs(grey_at(reader, places, pixels) - reference).max() <= 3

    reader.until(is_so)


def test_an_image_s_own_mask_is_subtracted_and_saved(reader, server, tmp_path):
    run = angiography.masked("Vessel^Masked")
    pydicom.dcmwrite(tmp_path / "run.dcm", run, enforce_file_format=True)
    send(server, [tmp_path / "run.dcm"])
    opened_study(reader, server, "Vessel, Masked", "run")
    page = reader.page
    button = page.get_by_role("button", name="Subtract the mask")
    button.wait_for()
    page.keyboard.press("End")
    reader.wait_image(6)
    assert button.get_attribute("aria-pressed") == "false"
    as_numpy_has_it(reader, run.pixel_array[5])
    page.keyboard.press("x")
    page.locator(".corner.bottomLeft", has_text="Mask subtracted").first.wait_for()
    assert button.get_attribute("aria-pressed") == "true"
    as_numpy_has_it(reader, angiography.difference(run, 6))
    reader.picture("subtracted")
    page.keyboard.press("Home")
    reader.wheel(2)
    reader.wait_image(3)
    as_numpy_has_it(reader, angiography.difference(run, 3))
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="Save to the archive")
    dialog.get_by_label("This view as a presentation state").check()
    dialog.get_by_role("button", name="Save").click()
    written = saved(reader, server, run, "1.2.840.10008.5.1.4.1.1.11.1")
    mask, = written.MaskSubtractionSequence
    assert (mask.MaskOperation, mask.MaskFrameNumbers, list(mask.MaskSubPixelShift)) == (
        "AVG_SUB", [1, 2], list(angiography.SHIFT))
    assert (written.RescaleSlope, written.RescaleIntercept) == (1, 0)
    button.click()
    as_numpy_has_it(reader, run.pixel_array[2])
    page.get_by_role("combobox", name="Presentation state").select_option(label="VIEW")
    button.wait_for(state="hidden")
    as_numpy_has_it(reader, angiography.difference(run, 3))


@pytest.mark.parametrize(("operation", "viewing"), [("AVG_SUB", "SUB"), ("REV_TID", "SUB"), ("NONE", "NAT")])
def test_an_image_that_asks_for_its_mask_opens_with_it(reader, server, tmp_path, operation, viewing):
    run = angiography.masked(f"Opens^{operation.replace('_', '')}", operation, viewing)
    pydicom.dcmwrite(tmp_path / "run.dcm", run, enforce_file_format=True)
    send(server, [tmp_path / "run.dcm"])
    opened_study(reader, server, f"Opens, {operation.replace('_', '')}", "run")
    button = reader.page.locator('[data-command="mask"]')
    reader.page.keyboard.press("End")
    reader.wait_image(6)
    if operation == "AVG_SUB":
        reader.page.locator('[data-command="mask"][aria-pressed="true"]').wait_for()
        as_numpy_has_it(reader, angiography.difference(run, 6))
        return
    as_numpy_has_it(reader, run.pixel_array[5])
    if operation == "NONE":
        assert button.is_hidden()
        return
    reader.until(lambda: button.is_disabled())
    assert "in a way that is not supported" in button.get_attribute("title")


def test_masks_go_back_as_frames_go_on(reader, server, tmp_path):
    run = angiography.reversed_intervals("Opens^Reversed")
    pydicom.dcmwrite(tmp_path / "run.dcm", run, enforce_file_format=True)
    send(server, [tmp_path / "run.dcm"])
    opened_study(reader, server, "Opens, Reversed", "run")
    values = run.pixel_array.astype(float)
    reader.page.keyboard.press("End")
    reader.wait_image(6)
    reader.page.locator('[data-command="mask"][aria-pressed="true"]').wait_for()
    as_numpy_has_it(reader, values[5] - values[0])
    reader.wheel(-1)
    reader.wait_image(5)
    as_numpy_has_it(reader, values[4] - values[1])
    reader.page.keyboard.press("Home")
    reader.wait_image(1)
    as_numpy_has_it(reader, values[0])
