# SPDX-License-Identifier: Apache-2.0
"""Drawing and measuring on the phantom: figures are compared with what numpy finds in the files."""

import re

import numpy
import pydicom
import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD
from seen import another


class Slice:
    """One stored image: values in the unit of the rescale, and where its pixels are in the patient."""

    def __init__(self, path):
        self.stored = pydicom.dcmread(path)
        self.values = self.stored.pixel_array * float(self.stored.RescaleSlope) + float(self.stored.RescaleIntercept)
        self.position = [float(v) for v in self.stored.ImagePositionPatient]
        self.down, self.across = [float(v) for v in self.stored.PixelSpacing]

    def centres(self):
        """Columns of x and rows of y of the middles of the pixels, in millimetres."""
        rows, columns = self.values.shape
        return (self.position[0] + self.across * numpy.arange(columns),
                (self.position[1] + self.down * numpy.arange(rows))[:, None])


def slices(pattern):
    """In reading order: from head to feet."""
    return sorted((Slice(path) for path in VOLUME.glob(pattern)), key=lambda one: -one.position[2])


def opened(reader, server, series):
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.rows().first.wait_for()
    reader.page.locator(".row", has_text="Phantom, Geometry").click()
    reader.open_series(series)
    return reader


@pytest.fixture
def reading(reader, server):
    """A reader at the slice of the CT phantom through the middle of its sphere."""
    opened(reader, server, "CT phantom")
    number = 1 + next(i for i, one in enumerate(slices("ct*.dcm")) if abs(one.position[2] - 5) < 0.01)
    reader.page.keyboard.press("Home")
    reader.wheel(number - 1)
    reader.wait_image(number)
    return reader


@pytest.fixture
def middle():
    return next(one for one in slices("ct*.dcm") if abs(one.position[2] - 5) < 0.01)


def label(reader):
    found = reader.page.locator(".measure").last
    found.wait_for()
    return found.inner_text()


def figures(text):
    """Mean, SD, min, max and area of a label."""
    number = r"(-?[\d.]+)"
    mean, sd = re.search(rf"Mean {number} \S*\s+SD {number}", text).groups()
    low, high = re.search(rf"Min {number}\s+Max {number}", text).groups()
    area, unit = re.search(rf"Area {number} (mm²|cm²)", text).groups()
    return float(mean), float(sd), float(low), float(high), float(area) * (100 if unit == "cm²" else 1)


def agree(found, values, area):
    mean, sd, low, high, seen = found
    assert abs(mean - values.mean()) <= 0.006 and abs(sd - values.std()) <= 0.006
    assert (low, high) == (values.min(), values.max())
    assert abs(seen - area) <= 0.01 * area


def click(reader, point):
    reader.page.mouse.move(*point)
    reader.page.mouse.down()
    reader.page.mouse.up()


def test_a_rectangle_has_the_statistics_of_its_pixels(reading, middle):
    to_screen = reading.map_to_screen()
    x, y = middle.centres()
    left, right = x[50] - middle.across / 2, x[71] + middle.across / 2
    top, bottom = y[30][0] - middle.down / 2, y[60][0] + middle.down / 2
    reading.page.keyboard.press("b")
    reading.drag(to_screen(left, top), to_screen(right, bottom))
    agree(figures(label(reading)), middle.values[30:61, 50:72], 22 * middle.across * 31 * middle.down)
    assert "HU" in label(reading)
    reading.picture("rectangle")


def test_an_ellipse_has_the_statistics_of_its_pixels(reading, middle):
    to_screen = reading.map_to_screen()
    reading.page.keyboard.press("e")
    # The circle in the sphere of 100 HU around (15, -5): its edge passes between pixels for these radii.
    reading.drag(to_screen(4.3, -17.2), to_screen(25.7, 7.2))
    x, y = middle.centres()
    inside = ((x - 15) / 10.7) ** 2 + ((y + 5) / 12.2) ** 2 <= 1
    mean, sd, low, high, area = figures(label(reading))
    expected = middle.values[inside]
    assert abs(mean - expected.mean()) < 0.05 and abs(sd - expected.std()) < 0.2
    assert abs(area - numpy.pi * 10.7 * 12.2) < 0.01 * area
    assert low >= middle.values.min() and high <= 130
    reading.picture("ellipse")


def test_a_freehand_area_has_the_area_of_its_course(reading):
    to_screen = reading.map_to_screen()
    reading.page.keyboard.press("f")
    corners = [(-40, -20), (0, -30), (30, 0), (0, 25), (-30, 20)]
    points = [to_screen(*corner) for corner in corners]
    reading.page.mouse.move(*points[0])
    reading.page.mouse.down()
    for start, end in zip(points, points[1:] + points[:1]):
        for step in range(1, 21):
            reading.page.mouse.move(*(a + (b - a) * step / 20 for a, b in zip(start, end)))
    reading.page.mouse.up()
    twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]))
    assert abs(figures(label(reading))[4] - abs(twice) / 2) < 0.02 * abs(twice) / 2
    assert "Perimeter" in label(reading)
    reading.picture("freehand")


def test_a_cobb_angle_by_drags_and_by_clicks(reading):
    to_screen = reading.map_to_screen()
    first, second = [(-30, -30), (20, -30 + 50 * 0.3)], [(-30, 10), (20, 10 - 50 * 0.2)]
    expected = numpy.degrees(numpy.arctan(0.3) + numpy.arctan(0.2))
    reading.page.keyboard.press("Shift+A")
    for line in (first, second):
        reading.drag(to_screen(*line[0]), to_screen(*line[1]))
    assert abs(float(re.search(r"Cobb ([\d.]+)°", label(reading))[1]) - expected) < 0.4
    reading.page.keyboard.press("Control+z")
    reading.page.locator(".measure", has_text="Cobb").wait_for(state="detached")
    for point in first + second:
        click(reading, to_screen(*point))
    assert abs(float(re.search(r"Cobb ([\d.]+)°", label(reading))[1]) - expected) < 0.4
    reading.picture("cobb")


def test_arrows_and_texts_are_written_edited_and_brought_back(reading):
    to_screen = reading.map_to_screen()
    reading.page.keyboard.press("Shift+D")
    reading.drag(to_screen(15, -5), to_screen(45, -30))
    reading.page.get_by_label("Text of the annotation").fill("sphere <b>here</b>")
    reading.page.keyboard.press("Enter")
    assert label(reading) == "sphere <b>here</b>"
    reading.page.keyboard.press("Shift+T")
    click(reading, to_screen(-20, 10))
    reading.page.get_by_label("Text of the annotation").fill("rod")
    reading.page.keyboard.press("Enter")
    reading.page.locator(".measure", has_text="rod").wait_for()
    reading.picture("texts")
    reading.page.keyboard.press("Delete")
    reading.page.locator(".measure", has_text="rod").wait_for(state="detached")
    reading.page.keyboard.press("Control+z")
    reading.page.locator(".measure", has_text="rod").wait_for()
    reading.page.keyboard.press("Control+y")
    reading.page.locator(".measure", has_text="rod").wait_for(state="detached")


def test_a_drawing_is_selected_and_changed_by_its_handles(reading):
    to_screen = reading.map_to_screen()
    reading.page.keyboard.press("b")
    reading.drag(to_screen(-20, -20), to_screen(0, 0))
    reading.page.keyboard.press("v")
    reading.drag(to_screen(0, 0), to_screen(20, 10))
    assert abs(figures(label(reading))[4] - 40 * 30) < 15
    reading.drag(to_screen(0, -20), to_screen(0, -25))
    assert abs(figures(label(reading))[4] - 40 * 30) < 15
    reading.page.keyboard.press("Control+z")
    reading.page.keyboard.press("Control+z")
    reading.until(lambda: abs(figures(label(reading))[4] - 20 * 20) < 8)


def test_uptake_is_given_as_suv(reader, server):
    opened(reader, server, "PT phantom")
    images = slices("pt*.dcm")
    at = next(i for i, one in enumerate(images) if abs(one.position[2] - 5) <= one.stored.SliceThickness / 2)
    reader.page.keyboard.press("Home")
    reader.wheel(at)
    reader.wait_image(at + 1)
    one = images[at]
    drug = one.stored.RadiopharmaceuticalInformationSequence[0]

    def seconds(time):
        text = str(time)
        return int(text[:2]) * 3600 + int(text[2:4]) * 60 + float(text[4:])

    start = drug.get("RadiopharmaceuticalStartDateTime")
    begun = seconds(str(start)[8:14]) if start else seconds(drug.RadiopharmaceuticalStartTime)
    elapsed = seconds(one.stored.SeriesTime) - begun
    dose = float(drug.RadionuclideTotalDose) * 2 ** (-elapsed / float(drug.RadionuclideHalfLife))
    factor = float(one.stored.PatientWeight) * 1000 / dose
    to_screen = reader.map_to_screen()
    x, y = one.centres()
    columns, rows = [numpy.abs(x - place).argmin() for place in (8, 22)], [numpy.abs(y - place).argmin()
                                                                          for place in (-12, 2)]
    reader.page.keyboard.press("b")
    reader.drag(to_screen(x[columns[0]] - one.across / 2, y[rows[0]][0] - one.down / 2),
                to_screen(x[columns[1]] + one.across / 2, y[rows[1]][0] + one.down / 2))
    values = one.values[rows[0]:rows[1] + 1, columns[0]:columns[1] + 1] * factor
    reader.page.locator(".measure", has_text="SUVbw").wait_for()
    mean, high = re.search(r"Mean ([\d.]+) SUVbw[\s\S]*Max ([\d.]+) SUVbw", label(reader)).groups()
    assert abs(float(mean) - values.mean()) < 0.002 and abs(float(high) - values.max()) < 0.002
    reader.picture("suv")


def test_uptake_without_a_weight_is_given_as_stored_with_the_reason(reader, server, tmp_path):
    image = another(
        VOLUME / "pt10.dcm", PatientName="Uptake^Weightless", PatientID="UPTAKE", SeriesDescription="weightless")
    del image.PatientWeight
    image.save_as(tmp_path / "pt.dcm")
    send(server, [tmp_path / "pt.dcm"])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Uptake, Weightless").click()
    reader.open_series("weightless")
    x, y = reader.middle()
    reader.page.keyboard.press("b")
    reader.drag((x - 60, y - 60), (x + 60, y + 60))
    reader.page.locator(".measure", has_text="No SUV: Patient's Weight is missing").wait_for()
    assert re.search(r"Mean [\d.]+ Bq/ml", label(reader)) and "SUVbw" not in label(reader)


def test_the_magnifier_shows_the_image_twice_as_large(reading):
    from PIL import Image
    import io
    to_screen = reading.map_to_screen()
    at = to_screen(-20, 10)
    reading.page.keyboard.press("g")

    def width_of_rod():
        clip = {"x": at[0] - 110, "y": at[1] - 2, "width": 220, "height": 4}
        grey = numpy.asarray(Image.open(io.BytesIO(reading.page.screenshot(clip=clip))).convert("L")).mean(axis=0)
        bright = grey > 235
        run, middle = 0, len(grey) // 2
        while run < middle and bright[middle + run]:
            run += 1
        back = 0
        while back < middle and bright[middle - 1 - back]:
            back += 1
        return run + back

    reading.drawn()
    plain = width_of_rod()
    reading.page.mouse.move(*at)
    reading.page.mouse.down()
    reading.page.locator(".loupe").first.wait_for()
    reading.drawn()
    large = width_of_rod()
    reading.picture("magnifier")
    reading.page.mouse.up()
    assert plain > 20 and abs(large - 2 * plain) <= 4


def test_true_size_follows_the_calibrated_screen(reading):
    reading.page.keyboard.press("y")
    slider = reading.page.get_by_label("Size of the card")
    slider.evaluate("element => { element.value = '5'; element.dispatchEvent(new Event('input')); }")
    reading.picture("calibration")
    reading.page.get_by_role("button", name="Save the size").click()
    reading.drawn()
    x, y = reading.middle()
    first, second = reading.readout(x - 100, y)["place"], reading.readout(x + 100, y)["place"]
    assert abs(200 / abs(second[0] - first[0]) - 5) < 0.03
    reading.page.keyboard.press("Escape")
    reading.page.keyboard.press("Shift+Y")
    reading.until(lambda: "Zoom 100 %" in reading.corner("bottomLeft"))
