# SPDX-License-Identifier: Apache-2.0
"""Presentation states, overlays, shutters and look-up tables: the screen against DCMTK and numpy."""

import io
import subprocess

import angiography
import colour_profiles
import corpus
import numpy
import pydicom
import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD
from PIL import Image, ImageCms
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut
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


def test_a_presentation_state_is_drawn_as_dcmtk_draws_it(drawn_by, reader, server, tmp_path):
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


def test_a_presentation_state_subtracts_a_mask(reader, server, tmp_path):
    run = angiography.run("Vessel^Browser")
    pydicom.dcmwrite(tmp_path / "run.dcm", run, enforce_file_format=True)
    pydicom.dcmwrite(tmp_path / "state.dcm", angiography.state(run), enforce_file_format=True)
    refused = angiography.state(run, "REV_TID")
    refused.ContentLabel = "REVERSED"
    pydicom.dcmwrite(tmp_path / "refused.dcm", refused, enforce_file_format=True)
    send(server, [tmp_path / "run.dcm", tmp_path / "state.dcm", tmp_path / "refused.dcm"])
    opened_study(reader, server, "Vessel, Browser", "run")
    choice = reader.page.get_by_role("combobox", name="Presentation state")
    choice.select_option(label="SUBTRACTED")
    for number in (6, 3, 1):
        reader.page.keyboard.press("End" if number == 6 else "Home")
        if number == 3:
            reader.wheel(2)
        reader.wait_image(number)
        reader.until(lambda: reader.window() == (angiography.WIDTH, angiography.CENTER))
        reader.drawn()
        reader.picture(f"subtracted {number}")
        pixels = spread(angiography.ROWS, angiography.COLUMNS)
        expected = angiography.shown(run, number)
        places = PixelMap(reader)
        reference = numpy.array([expected[row, column] for column, row in pixels])
        reader.until(lambda: numpy.abs(grey_at(reader, places, pixels) - reference).max() <= 2)
    choice.select_option(label="REVERSED")
    reader.page.get_by_text("in a way that is not supported").wait_for()
    choice.select_option(label="As stored")
    reader.page.get_by_text("in a way that is not supported").wait_for(state="hidden")


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


def test_an_overlay_in_the_bits_of_the_pixels_is_drawn(reader, server, tmp_path):
    image = another(CT, PatientName="Overlay^Embedded", PatientID="EMBEDDED", SeriesDescription="embedded")
    plane = numpy.zeros((image.Rows, image.Columns), bool)
    plane[20:40, 30:60] = True
    values = image.pixel_array * float(image.RescaleSlope) + float(image.RescaleIntercept)
    image.PixelData = (image.pixel_array.astype("<u2") | (plane.astype("<u2") << 15)).tobytes()
    image.BitsStored, image.HighBit, image.PixelRepresentation = 12, 11, 0
    for offset, vr, value in ((0x10, "US", image.Rows), (0x11, "US", image.Columns), (0x40, "CS", "G"),
                              (0x50, "SS", [1, 1]), (0x100, "US", 16), (0x102, "US", 15)):
        image.add_new(0x60000000 + offset, vr, value)
    image.save_as(tmp_path / "image.dcm")
    send(server, [tmp_path / "image.dcm"])
    opened_study(reader, server, "Overlay, Embedded", "embedded")
    places = PixelMap(reader)
    x, y = places(45, 30)
    reader.until(lambda: screenshot(reader)[int(y), int(x)][1] > 200)
    reader.picture("embedded")
    picture = screenshot(reader)
    expected = linear(values, 40, 400)
    for column, row in spread(96, 112, 5):
        x, y = places(column, row)
        red, green, blue = picture[int(y), int(x)]
        if plane[row, column]:
            assert green > 200 and red < 140, (column, row)
        else:
            assert abs(red - expected[row, column]) <= 2 and red == green == blue, (column, row)


@pytest.mark.parametrize("kind", ["modality", "voi", "presentation"])
def test_look_up_tables_are_applied(drawn_by, reader, server, tmp_path, kind):
    name = f"{kind} by {drawn_by}"
    image = another(CT, PatientName=f"Table^{name}", PatientID=f"TABLE {name}", SeriesDescription=f"table {kind}")
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
    opened_study(reader, server, f"Table, {name}", f"table {kind}")
    places = PixelMap(reader)
    pixels = spread(96, 112)
    reference = numpy.array([expected[row, column] for column, row in pixels])
    reader.until(lambda: numpy.abs(grey_at(reader, places, pixels) - reference).max() <= 3, 20)
    reader.picture(kind)


def stored_colour(**given):
    """A colour image of three samples in a study of its own."""
    ramp = numpy.arange(96)
    pixels = numpy.zeros((96, 96, 3), numpy.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = (ramp * 2)[:, None], (ramp * 2)[None, :], 120
    image = another(CT, **given)
    for keyword in ("WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "RescaleType"):
        delattr(image, keyword)
    image.SamplesPerPixel, image.PlanarConfiguration, image.PhotometricInterpretation = 3, 0, "RGB"
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 8, 8, 7, 0
    image.Rows, image.Columns, image.PixelData, image.PixelSpacing = 96, 96, pixels.tobytes(), [1, 1]
    return image, pixels


@pytest.mark.parametrize("kind", colour_profiles.KINDS)
def test_an_icc_profile_is_applied_as_little_cms_does(reader, server, tmp_path, kind):
    image, pixels = stored_colour(
        PatientName=f"Colour^{kind}", PatientID=f"PROFILE-{kind}", SeriesDescription=f"film {kind}")
    image.ICCProfile = colour_profiles.KINDS[kind]()
    image.save_as(tmp_path / "image.dcm")
    send(server, [tmp_path / "image.dcm"])
    source = ImageCms.ImageCmsProfile(io.BytesIO(image.ICCProfile))
    expected = numpy.asarray(ImageCms.profileToProfile(
        Image.fromarray(pixels), source, ImageCms.createProfile("sRGB"))).astype(int)
    assert numpy.abs(expected - pixels).max() > 20
    opened_study(reader, server, f"Colour, {kind}", f"film {kind}")
    colours_are(reader, expected, 96, 96, 3, fitted(reader, 96, 96))
    reader.picture(f"profile-{kind}")


def colours_are(reader, expected, rows, columns, most, places=None):
    """Waits until the screen has these colours at the pixels of the image."""
    places = places or PixelMap(reader)
    pixels = spread(rows, columns, 9) or [(column, row) for row in range(rows) for column in range(columns)]

    def difference():
        picture = screenshot(reader)
        return max(numpy.abs(picture[int(y), int(x)] - expected[row, column]).max()
                   for column, row in pixels for x, y in [places(column, row)])

    reader.until(lambda: difference() <= most, 20)


def state_for(image, sop_class, label):
    """A presentation state for one image that says nothing but its window."""
    state = pydicom.dcmread(VOLUME / "gsps.dcm")
    state.SOPClassUID = state.file_meta.MediaStorageSOPClassUID = sop_class
    state.SOPInstanceUID = state.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    state.StudyInstanceUID, state.SeriesInstanceUID = image.StudyInstanceUID, pydicom.uid.generate_uid()
    state.PatientName, state.PatientID, state.ContentLabel = image.PatientName, image.PatientID, label
    series, reference = Dataset(), Dataset()
    series.SeriesInstanceUID = image.SeriesInstanceUID
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    series.ReferencedImageSequence = [reference]
    state.ReferencedSeriesSequence = [series]
    for keyword in ("GraphicAnnotationSequence", "GraphicLayerSequence", "PresentationLUTShape", "ImageRotation",
                    "ImageHorizontalFlip", "DisplayedAreaSelectionSequence"):
        if keyword in state:
            delattr(state, keyword)
    window = Dataset()
    window.WindowCenter, window.WindowWidth = 40, 400
    state.SoftcopyVOILUTSequence = [window]
    return state


def add_overlay(data_set, group, plane):
    for offset, vr, value in ((0x10, "US", plane.shape[0]), (0x11, "US", plane.shape[1]), (0x40, "CS", "G"),
                              (0x50, "SS", [1, 1]), (0x100, "US", 1), (0x102, "US", 0)):
        data_set.add_new((group << 16) + offset, vr, value)
    data_set.add_new((group << 16) + 0x3000, "OW", numpy.packbits(plane.ravel(), bitorder="little").tobytes())


def test_a_state_says_which_overlays_are_seen_and_covers_by_a_bitmap(reader, server, tmp_path):
    image = another(CT, PatientName="Overlay^State", PatientID="STATED", SeriesDescription="stated")
    planes = {name: numpy.zeros((image.Rows, image.Columns), bool) for name in ("asked", "left out", "cover")}
    planes["asked"][20:40, 30:50] = planes["left out"][20:40, 60:80] = planes["cover"][50:70, 40:70] = True
    add_overlay(image, 0x6000, planes["asked"])
    add_overlay(image, 0x6002, planes["left out"])
    state = state_for(image, "1.2.840.10008.5.1.4.1.1.11.1", "COVER")
    layer = Dataset()
    layer.GraphicLayer, layer.GraphicLayerOrder = "SEEN", 1
    state.GraphicLayerSequence = [layer]
    state.add_new(0x60001001, "CS", "SEEN")
    add_overlay(state, 0x6004, planes["cover"])
    state.PresentationLUTShape = "IDENTITY"
    state.ShutterShape, state.ShutterOverlayGroup, state.ShutterPresentationValue = "BITMAP", 0x6004, 0xFFFF
    image.save_as(tmp_path / "image.dcm")
    state.save_as(tmp_path / "state.dcm")
    send(server, [tmp_path / "image.dcm", tmp_path / "state.dcm"])
    opened_study(reader, server, "Overlay, State", "stated")
    places = PixelMap(reader)

    def colours():
        picture = screenshot(reader)
        return [picture[int(y), int(x)].tolist() for x, y in (places(40, 30), places(70, 30), places(55, 60))]

    def is_green(colour):
        return colour[1] > 200 and colour[0] < 140

    reader.until(lambda: [is_green(colour) for colour in colours()] == [True, True, False])
    reader.page.get_by_role("combobox", name="Presentation state").select_option(label="COVER")
    reader.until(lambda: [is_green(colour) for colour in colours()] == [True, False, False])
    assert colours()[2] == [255, 255, 255]
    reader.picture("covered")


def test_a_pseudo_colour_state_gives_the_colours_of_its_palette(reader, server, tmp_path):
    image = another(CT, PatientName="Colour^Pseudo", PatientID="PSEUDO", SeriesDescription="pseudo")
    state = state_for(image, "1.2.840.10008.5.1.4.1.1.11.3", "HOT")
    ramp = numpy.arange(256)
    palette = numpy.stack([numpy.minimum(255, ramp * 2), numpy.maximum(0, ramp * 2 - 255), 255 - ramp], 1)
    for channel, (name, values) in enumerate(zip(("Red", "Green", "Blue"), palette.T)):
        state.add_new(0x00281101 + channel, "US", [256, 0, 16])
        state.add_new(0x00281201 + channel, "OW", (values * 257).astype("<u2").tobytes())
    image.save_as(tmp_path / "image.dcm")
    state.save_as(tmp_path / "state.dcm")
    send(server, [tmp_path / "image.dcm", tmp_path / "state.dcm"])
    opened_study(reader, server, "Colour, Pseudo", "pseudo")
    values = image.pixel_array * float(image.RescaleSlope) + float(image.RescaleIntercept)
    reader.page.get_by_role("combobox", name="Presentation state").select_option(label="HOT")
    colours_are(reader, palette[numpy.rint(linear(values, 40, 400)).astype(int)], 96, 112, 3)
    reader.picture("hot")
    # Another window moves through the same palette.
    reader.page.keyboard.press("0")
    reader.until(lambda: reader.window() != (400, 40))
    width, center = reader.window()
    colours_are(reader, palette[numpy.rint(linear(values, center, width)).astype(int)], 96, 112, 4)


def fitted(reader, rows, columns):
    """Where the middles of square pixels are, of an image that fits its pane."""
    box = reader.pane.bounding_box()
    scale = min(box["width"] / columns, box["height"] / rows)
    left = box["x"] + (box["width"] - columns * scale) / 2
    top = box["y"] + (box["height"] - rows * scale) / 2
    return lambda column, row: (left + (column + 0.5) * scale, top + (row + 0.5) * scale)


def test_a_palette_image_has_the_colours_of_its_table(reader, server, tmp_path):
    image = another(corpus.FOLDER / "synthetic" / "px" / "palette16.dcm", PatientName="Colour^Palette",
                    PatientID="PALETTE", SeriesDescription="palette")
    image.save_as(tmp_path / "image.dcm")
    send(server, [tmp_path / "image.dcm"])
    opened_study(reader, server, "Colour, Palette", "palette")
    expected = apply_color_lut(image.pixel_array, image).astype(int)
    expected = expected >> 8 if expected.max() > 255 else expected
    assert len(numpy.unique(expected.reshape(-1, 3), axis=0)) > 10
    colours_are(reader, expected, image.Rows, image.Columns, 2, fitted(reader, image.Rows, image.Columns))
    reader.picture("palette")
