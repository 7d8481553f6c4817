# SPDX-License-Identifier: Apache-2.0
"""Key images, measurements, presentation states: written by the viewer, read by DCMTK and pydicom, and read again."""

import io
import subprocess

import numpy
import pydicom
import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD
from PIL import Image
from pydicom.dataset import Dataset
from seen import PixelMap, another, grey_at, screenshot
from test_softcopy import spread

CT = VOLUME / "ct20.dcm"


@pytest.fixture
def image(tmp_path):
    name = f"Writing^{pydicom.uid.generate_uid()[-8:]}"
    made = another(CT, PatientName=name, PatientID=name[8:], SeriesDescription="to be written about")
    made.save_as(tmp_path / "image.dcm")
    return made


@pytest.fixture
def reading(reader, server, image, tmp_path):
    send(server, [tmp_path / "image.dcm"])
    reader.sign_in(server.url, "admin", PASSWORD)
    open_again(reader, image)
    return reader


def open_again(reader, image):
    reader.page.goto(reader.page.url.split("#")[0] + "#/")
    family, given = str(image.PatientName).split("^")
    reader.page.locator(".row", has_text=f"{family}, {given}").click()
    reader.open_series("to be written about")


def saved(reader, server, image, sop_class):
    """The object of a class in the study, which arrives after it was saved."""
    reader.page.locator(".toast", has_text="saved").wait_for()
    reader.page.get_by_role("button", name="Close message").click()
    found = server.json(f"/dicom-web/studies/{image.StudyInstanceUID}/instances?SOPClassUID={sop_class}")
    assert len(found) == 1, found
    series, sop = (found[0][tag]["Value"][0] for tag in ("0020000E", "00080018"))
    status, headers, body = server.request(
        f"/dicom-web/studies/{image.StudyInstanceUID}/series/{series}/instances/{sop}",
        headers={"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'})
    assert status == 200
    boundary = headers["Content-Type"].split("boundary=")[1].strip('"').encode()
    part = body.split(b"--" + boundary)[1]
    return pydicom.dcmread(io.BytesIO(part[part.index(b"\r\n\r\n") + 4:-2]))


def same_patient(written, image):
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate",
                    "AccessionNumber"):
        assert written[keyword].value == image[keyword].value, keyword
    assert written.SeriesInstanceUID != image.SeriesInstanceUID


def checked_by_dcmtk(written, path):
    written.save_as(path)
    done = subprocess.run(["dsrdump", path], capture_output=True, text=True)
    assert done.returncode == 0 and "E:" not in done.stderr, done.stderr
    return done.stdout


def test_key_images_are_written_and_come_back(reading, server, image, tmp_path):
    reading.page.keyboard.press("k")
    reading.page.locator(".corner.bottomLeft", has_text="★ Key image, not saved").first.wait_for()
    reading.page.keyboard.press("Control+s")
    dialog = reading.page.get_by_role("dialog", name="Save to the archive")
    dialog.get_by_label("Why they matter").select_option(label="For Teaching")
    dialog.get_by_label("Description").fill("the sphere, für alle")
    reading.picture("dialog")
    dialog.get_by_role("button", name="Save").click()
    written = saved(reading, server, image, "1.2.840.10008.5.1.4.1.1.88.59")
    same_patient(written, image)
    text = checked_by_dcmtk(written, tmp_path / "ko.dcm")
    assert "For Teaching" in text and "the sphere, für alle" in text and "IMAGE" in text
    evidence = written.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert evidence.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == image.SOPInstanceUID
    open_again(reading, image)
    reading.page.locator(".corner.bottomLeft", has_text="★ For Teaching").first.wait_for()


def test_measurements_are_written_and_come_back(reading, server, image, tmp_path):
    to_screen = reading.map_to_screen()
    reading.page.keyboard.press("d")
    reading.drag(to_screen(-20, 10), to_screen(20, -20))
    reading.page.keyboard.press("e")
    reading.drag(to_screen(5, -17), to_screen(25, 7))
    reading.page.keyboard.press("Shift+D")
    reading.drag(to_screen(-30, -10), to_screen(-10, -25))
    reading.page.get_by_label("Text of the annotation").fill("see here")
    reading.page.keyboard.press("Enter")
    reading.page.locator(".measure", has_text="see here").wait_for()
    before = reading.page.locator(".measure").all_inner_texts()
    assert len(before) == 3
    reading.page.keyboard.press("Control+s")
    dialog = reading.page.get_by_role("dialog", name="Save to the archive")
    assert "3 drawings" in dialog.inner_text()
    dialog.get_by_role("button", name="Save").click()
    written = saved(reading, server, image, "1.2.840.10008.5.1.4.1.1.88.33")
    same_patient(written, image)
    text = checked_by_dcmtk(written, tmp_path / "sr.dcm")
    assert "Imaging Measurement Report" in text and "see here" in text
    assert abs(numeric(written, "410668003") - 50) < 0.6
    assert abs(numeric(written, "42798000") - numpy.pi * 10 * 12) < 8
    x, y = -70 + 1.25 * numpy.arange(112), (-48 + numpy.arange(96.0))[:, None]
    inside = image.pixel_array[((x - 15) / 10) ** 2 + ((y + 5) / 12) ** 2 <= 1] + float(image.RescaleIntercept)
    assert abs(numeric(written, "373098007") - inside.mean()) < 0.5
    open_again(reading, image)
    reading.until(lambda: sorted(reading.page.locator(".measure").all_inner_texts()) == sorted(before))
    reading.picture("again")


def numeric(dataset, concept):
    """The first value of a concept in the content tree."""
    for item in dataset.get("ContentSequence", []):
        if item.ValueType == "NUM" and item.ConceptNameCodeSequence[0].CodeValue == concept:
            return float(item.MeasuredValueSequence[0].NumericValue)
        found = numeric(item, concept)
        if found is not None:
            return found
    return None


def test_a_view_is_written_and_drawn_alike_by_dcmtk(reading, server, image, tmp_path):
    reading.page.get_by_role("button", name="Smooth between pixels").click()
    reading.page.keyboard.press("2")
    reading.page.keyboard.press("Shift+I")
    reading.page.keyboard.press("Alt+r")
    reading.page.keyboard.press("Alt+h")
    reading.drawn()
    before = reading.edges()
    reading.page.keyboard.press("Control+s")
    dialog = reading.page.get_by_role("dialog", name="Save to the archive")
    dialog.get_by_label("This view as a presentation state").check()
    dialog.get_by_label("Name of the view").fill("Überblick 1")
    dialog.get_by_role("button", name="Save").click()
    written = saved(reading, server, image, "1.2.840.10008.5.1.4.1.1.11.1")
    same_patient(written, image)
    assert written.ContentLabel == "UBERBLICK 1" and written.PresentationLUTShape == "INVERSE"
    written.save_as(tmp_path / "state.dcm")
    subprocess.run(
        ["dcmp2pgm", "-p", tmp_path / "state.dcm", tmp_path / "image.dcm", tmp_path / "out.pgm"], check=True)
    drawn = numpy.asarray(Image.open(tmp_path / "out.pgm").convert("L")).astype(int)
    # Clockwise by a quarter, then mirrored: columns and rows exchanged.
    straight = drawn.T
    open_again(reading, image)
    reading.page.get_by_role("button", name="Smooth between pixels").click()
    reading.page.get_by_role("combobox", name="Presentation state").select_option(label="UBERBLICK 1")
    reading.until(lambda: reading.edges() == before)
    reading.drawn()
    reading.picture("applied")
    window = reading.window()
    assert window == (400, 40) or window[0] > 0
    values = image.pixel_array + float(image.RescaleIntercept)
    center, width = float(written.SoftcopyVOILUTSequence[0].WindowCenter), float(
        written.SoftcopyVOILUTSequence[0].WindowWidth)
    expected = 255 - numpy.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255
    if straight.shape == values.shape:
        assert numpy.abs(straight - expected).max() <= 2
    else:
        assert numpy.abs(drawn - expected).max() <= 2
    places = TurnedMap(reading)
    pixels = spread(96, 112, 11)
    seen = grey_at(reading, places, pixels)
    assert numpy.abs(seen - numpy.array([expected[row, column] for column, row in pixels])).max() <= 3


class TurnedMap(PixelMap):
    """Columns run down the screen and rows across it."""

    def __init__(self, reader):
        box = reader.pane.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        reach = 200
        first, second = reader.readout(x - reach, y - reach)["place"], reader.readout(x + reach, y + reach)["place"]
        # x of the screen is y of the patient.
        self.a, self.b = (x - reach, first[1]), (second[1] - first[1]) / (2 * reach)
        self.c, self.d = (y - reach, first[0]), (second[0] - first[0]) / (2 * reach)

    def __call__(self, column, row):
        left, back = -70 + 1.25 * column, -48 + row
        return (self.a[0] + (back - self.a[1]) / self.b, self.c[0] + (left - self.c[1]) / self.d)


def test_all_that_makes_a_view_is_written_and_comes_back(reader, server, tmp_path):
    """A VOI LUT, an overlay, a shutter: drawn by DCMTK from the state that was written, and by the client again."""
    image = another(CT, PatientName="Writing^Modules", PatientID="MODULES", SeriesDescription="to be written about")
    plane = numpy.zeros((image.Rows, image.Columns), bool)
    plane[60:70, 60:80] = True
    for offset, vr, value in ((0x10, "US", image.Rows), (0x11, "US", image.Columns), (0x40, "CS", "G"),
                              (0x50, "SS", [1, 1]), (0x100, "US", 1), (0x102, "US", 0)):
        image.add_new(0x60000000 + offset, vr, value)
    image.add_new(0x60003000, "OW", numpy.packbits(plane.ravel(), bitorder="little").tobytes())
    image.ShutterShape, image.ShutterPresentationValue = "RECTANGULAR", 0
    image.ShutterLeftVerticalEdge, image.ShutterRightVerticalEdge = 21, 100
    image.ShutterUpperHorizontalEdge, image.ShutterLowerHorizontalEdge = 11, 80
    table = Dataset()
    table.add_new(0x00283002, "SS", [400, -160, 16])
    table.LUTExplanation = "ROOT"
    table.add_new(0x00283006, "OW", (65535 * numpy.sqrt(numpy.arange(400) / 399)).astype("<u2").tobytes())
    image.VOILUTSequence = [table]
    del image.WindowCenter, image.WindowWidth
    image.save_as(tmp_path / "image.dcm")
    send(server, [tmp_path / "image.dcm"])
    reader.sign_in(server.url, "admin", PASSWORD)
    open_again(reader, image)
    page = reader.page
    page.get_by_role("button", name="Smooth between pixels").click()
    places = PixelMap(reader)
    green = [int(v) for v in places(70, 65)]
    reader.until(lambda: screenshot(reader)[green[1], green[0]][1] > 200)
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="Save to the archive")
    dialog.get_by_label("This view as a presentation state").check()
    dialog.get_by_role("button", name="Save").click()
    written = saved(reader, server, image, "1.2.840.10008.5.1.4.1.1.11.1")
    layer, = written.GraphicLayerSequence
    assert written[0x60001001].value == layer.GraphicLayer and written.ShutterShape == "RECTANGULAR"
    stored, = written.SoftcopyVOILUTSequence[0].VOILUTSequence
    assert stored.LUTDescriptor == [400, -160, 16] and stored.LUTExplanation == "ROOT"
    written.save_as(tmp_path / "state.dcm")
    subprocess.run(
        ["dcmp2pgm", "-p", tmp_path / "state.dcm", tmp_path / "image.dcm", tmp_path / "out.pgm"], check=True)
    drawn = numpy.asarray(Image.open(tmp_path / "out.pgm").convert("L")).astype(int)
    open_again(reader, image)
    page.get_by_role("button", name="Smooth between pixels").click()
    page.get_by_role("combobox", name="Presentation state").select_option(label="VIEW")
    reader.until(lambda: screenshot(reader)[green[1], green[0]][1] > 200)
    reader.picture("applied")
    # DCMTK leaves overlays and shutters to the display: it finds them right, and draws all else.
    checked = subprocess.run(["dcmpschk", tmp_path / "state.dcm"], capture_output=True, text=True)
    assert checked.returncode == 0 and "Test passed" in checked.stdout + checked.stderr
    pixels = [(column, row) for column, row in spread(96, 112) if not plane[row, column]]
    seen = grey_at(reader, places, pixels)
    expected = numpy.array([drawn[row, column] if 20 <= column < 100 and 10 <= row < 80 else 0
                            for column, row in pixels])
    assert numpy.abs(seen - expected).max() <= 3


def test_what_is_not_saved_is_not_lost_by_leaving(reading, server, image):
    page = reading.page
    x, y = reading.middle()
    address = page.url
    page.keyboard.press("d")
    reading.drag((x - 50, y + 120), (x + 50, y + 120))
    page.locator(".measure").first.wait_for()
    # By a key, by the address, and by closing the page.
    page.keyboard.press("q")
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    dialog.wait_for()
    assert "1 drawing or key image is not saved." in dialog.inner_text()
    reading.picture("unsaved")
    # The next try to leave comes before the browser has told that the dialog is closed.
    stayed = dialog.get_by_role("button", name="Go back").evaluate(
        "button => { button.click(); const stayed = location.href; location.hash = '#/'; return stayed }")
    assert stayed == address
    dialog.get_by_role("button", name="Save…").click()
    page.get_by_role("dialog", name="Save to the archive").get_by_role("button", name="Cancel").click()
    assert page.url == address
    asked = []
    page.on("dialog", lambda box: (asked.append(box.type), box.dismiss()))
    page.evaluate("location.reload()")
    reading.until(lambda: asked == ["beforeunload"])
    assert page.locator(".measure").count() == 1
    page.keyboard.press("Control+z")
    page.locator(".measure").first.wait_for(state="detached")
    page.keyboard.press("q")
    reading.rows().first.wait_for()
    assert page.url != address
