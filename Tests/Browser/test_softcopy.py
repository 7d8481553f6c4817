# SPDX-License-Identifier: Apache-2.0
"""Presentation states, overlays, shutters and look-up tables: the screen against DCMTK and numpy."""

import subprocess

import numpy
import pydicom
import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD
from PIL import Image
from pydicom.dataset import Dataset
from seen import PixelMap, another, grey_at, linear, screenshot
from test_tools import opened, slices

CT = VOLUME / "ct20.dcm"


def opened_study(reader, server, name, series):
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text=name).click()
    reader.open_series(series)
    reader.page.get_by_role("button", name="Smooth between pixels").click()


def spread(rows, columns, step=7):
    return [(column, row) for row in range(5, rows - 5, step) for column in range(5, columns - 5, step)]


def test_a_presentation_state_is_drawn_as_dcmtk_draws_it(reader, server, tmp_path):
    state = pydicom.dcmread(VOLUME / "gsps.dcm")
    wanted = state.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID
    images = slices("ct*.dcm")
    at = next(i for i, one in enumerate(images) if one.stored.SOPInstanceUID == wanted)
    opened(reader, server, "CT phantom")
    reader.page.keyboard.press("Home")
    reader.wheel(at)
    reader.wait_image(at + 1)
    reader.page.get_by_role("button", name="Smooth between pixels").click()
    reader.page.get_by_role("combobox", name="Presentation state").select_option(label="NOTE")
    reader.until(lambda: reader.window() == (1500, 300))
    assert "Presentation state NOTE" in reader.corner("bottomLeft")
    reader.drawn()
    reader.picture("applied")
    images[at].stored.save_as(tmp_path / "image.dcm")
    subprocess.run(["dcmp2pgm", "-p", VOLUME / "gsps.dcm", tmp_path / "image.dcm", tmp_path / "out.pgm"], check=True)
    expected = numpy.asarray(Image.open(tmp_path / "out.pgm").convert("L")).astype(int)
    places = PixelMap(reader)
    # Away from the graphics, which DCMTK does not draw in the same way.
    pixels = [p for p in spread(96, 112) if not (28 <= p[0] <= 102 and 26 <= p[1] <= 62)]
    seen = grey_at(reader, places, pixels)
    reference = numpy.array([expected[row, column] for column, row in pixels])
    assert numpy.abs(seen - reference).max() <= 3
    picture = screenshot(reader)
    # The polyline from 30\40 to 80\60, its first pixel being 1\1.
    for share in (0.1, 0.35, 0.6, 0.9):
        x, y = places(29 + 50 * share, 39 + 20 * share)
        patch = picture[int(y) - 3:int(y) + 4, int(x) - 3:int(x) + 4].reshape(-1, 3)
        assert (patch.max(axis=1) - patch.min(axis=1)).max() > 40, share
    reader.page.get_by_role("combobox", name="Presentation state").select_option(label="As stored")
    reader.until(lambda: reader.window() == (400, 40))


def test_overlays_and_shutters_cover_what_they_should(reader, server, tmp_path):
    image = another(CT, PatientName="Overlay^Shutter", PatientID="OVERLAY", SeriesDescription="overlay")
    plane = numpy.zeros((40, 60), bool)
    plane[10:30, 20:40] = True
    image.add_new(0x60000010, "US", 40)
    image.add_new(0x60000011, "US", 60)
    image.add_new(0x60000040, "CS", "G")
    image.add_new(0x60000050, "SS", [11, 21])
    image.add_new(0x60000100, "US", 1)
    image.add_new(0x60000102, "US", 0)
    image.add_new(0x60003000, "OW", numpy.packbits(plane.ravel(), bitorder="little").tobytes())
    image.ShutterShape = ["RECTANGULAR", "CIRCULAR"]
    image.ShutterLeftVerticalEdge, image.ShutterRightVerticalEdge = 16, 100
    image.ShutterUpperHorizontalEdge, image.ShutterLowerHorizontalEdge = 6, 90
    image.CenterOfCircularShutter, image.RadiusOfCircularShutter = [48, 56], 44
    image.ShutterPresentationValue = 65535
    image.save_as(tmp_path / "image.dcm")
    send(server, [tmp_path / "image.dcm"])
    opened_study(reader, server, "Overlay, Shutter", "overlay")
    places = PixelMap(reader)
    x, y = places(50, 25)
    reader.until(lambda: screenshot(reader)[int(y), int(x)][1] > 200)
    picture = screenshot(reader)
    reader.picture("overlay")
    values = image.pixel_array * float(image.RescaleSlope) + float(image.RescaleIntercept)
    expected = linear(values, 40, 400)
    for column, row in spread(96, 112, 3):
        x, y = places(column, row)
        red, green, blue = picture[int(y), int(x)]
        # The radius counts columns; rows are as long as the pixel is wide.
        inside = (15 <= column < 100 and 5 <= row < 90
                  and (column - 55) ** 2 + ((row - 47) / 1.25) ** 2 <= 44 ** 2)
        if abs(((column - 55) ** 2 + ((row - 47) / 1.25) ** 2) ** 0.5 - 44) < 1.5:
            continue
        if 10 <= row - 10 < 30 and 20 <= column - 20 < 40 and inside:
            assert green > 200 and red < 140, (column, row)
        elif inside:
            assert abs(red - expected[row, column]) <= 2, (column, row)
        else:
            assert (red, green, blue) == (255, 255, 255), (column, row)
    reader.page.get_by_role("button", name="Overlays and shutters").click()
    x, y = places(5, 48)
    reader.until(lambda: screenshot(reader)[int(y), int(x)][0] < 255)


@pytest.mark.parametrize("kind", ["modality", "voi", "presentation"])
def test_look_up_tables_are_applied(reader, server, tmp_path, kind):
    image = another(CT, PatientName=f"Table^{kind}", PatientID=f"TABLE {kind}", SeriesDescription=f"table {kind}")
    stored = image.pixel_array.astype(int)
    table = Dataset()
    if kind == "modality":
        # From stored values 0…2047 to themselves squared by 1024.
        values = (numpy.arange(2048) ** 2 // 1024).astype("uint16")
        del image.RescaleSlope, image.RescaleIntercept, image.RescaleType
        table.ModalityLUTType, place, first = "US", "ModalityLUTSequence", 0
        image.WindowCenter, image.WindowWidth = 1000, 600
        expected = linear(values[numpy.clip(stored, 0, 2047)].astype(float), 1000, 600)
    elif kind == "voi":
        values = (65535 * numpy.sqrt(numpy.arange(400) / 399)).astype("uint16")
        place, first = "VOILUTSequence", -160
        del image.WindowCenter, image.WindowWidth
        at = numpy.clip(stored - 1024 + 160, 0, 399)
        expected = values[at] / 65535 * 255
    else:
        values = (65535 * (numpy.arange(256) / 255) ** 2).astype("uint16")
        place, first = "PresentationLUTSequence", 0
        image.WindowCenter, image.WindowWidth = 40, 400
        expected = (linear(stored - 1024.0, 40, 400) / 255) ** 2 * 255
    vr = "SS" if first < 0 else "US"
    table.add_new(0x00283002, vr, [len(values), first, 16])
    table.add_new(0x00283006, "OW", values.tobytes())
    setattr(image, place, [table])
    image.save_as(tmp_path / "image.dcm")
    send(server, [tmp_path / "image.dcm"])
    opened_study(reader, server, f"Table, {kind}", f"table {kind}")
    places = PixelMap(reader)
    pixels = spread(96, 112)
    reference = numpy.array([expected[row, column] for column, row in pixels])
    reader.until(lambda: numpy.abs(grey_at(reader, places, pixels) - reference).max() <= 3, 20)
    reader.picture(kind)
