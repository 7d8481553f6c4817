# SPDX-License-Identifier: Apache-2.0
"""Multiplanar reconstruction: pixels of the screen against SimpleITK, for straight and turned planes and for slabs."""

import json
import re
import warnings

import numpy
import pydicom
import pytest
import SimpleITK
from conftest import VOLUME, send
from martlet_server import PASSWORD
from seen import linear, screenshot
from test_tools import opened, slices


def plane(reader, index):
    return reader.page.locator(f'.mpr-pane[data-plane="{index}"]')


def settled(reader):
    reader.page.locator('.mpr[data-settled="true"]').wait_for()
    reader.drawn()


def geometry(reader, index):
    """The place at the upper left of the pane, and what a CSS pixel to the right and down is, in millimetres."""
    pane = plane(reader, index)
    return [numpy.array(json.loads(pane.get_attribute(f"data-{name}"))) for name in ("origin", "right", "down")]


def volume(paths):
    """The slices as one image of SimpleITK, put together by their places."""
    images = sorted((pydicom.dcmread(path) for path in paths), key=lambda one: float(one.ImagePositionPatient[2]))
    first = images[0]
    values = numpy.stack([one.pixel_array * float(one.RescaleSlope) + float(one.RescaleIntercept) for one in images])
    made = SimpleITK.GetImageFromArray(values.astype("float32"))
    row, column = numpy.reshape(first.ImageOrientationPatient, (2, 3)).astype(float)
    normal = numpy.cross(row, column)
    heights = [numpy.dot([float(v) for v in one.ImagePositionPatient], normal) for one in images]
    down, across = map(float, first.PixelSpacing)
    made.SetSpacing([across, down, (heights[-1] - heights[0]) / (len(images) - 1)])
    made.SetOrigin([float(v) for v in first.ImagePositionPatient])
    made.SetDirection(numpy.stack([row, column, normal], axis=1).ravel().tolist())
    return made


def resampled(image, origin, right, down, width, height, depths=(0.0,)):
    """What a plane shows at the middles of its CSS pixels; a slab as the stack of its planes."""
    normal = numpy.cross(right, down)
    normal /= numpy.linalg.norm(normal)
    scale = numpy.linalg.norm(right)
    layers = []
    for depth in depths:
        grid = SimpleITK.ResampleImageFilter()
        grid.SetSize([width, height, 1])
        grid.SetOutputSpacing([scale, scale, 1])
        grid.SetOutputOrigin((origin + 0.5 * right + 0.5 * down + depth * normal).tolist())
        grid.SetOutputDirection(numpy.stack([right / scale, down / scale, normal], axis=1).ravel().tolist())
        grid.SetInterpolator(SimpleITK.sitkLinear)
        grid.SetDefaultPixelValue(float("nan"))
        layers.append(SimpleITK.GetArrayFromImage(grid.Execute(image))[0])
    return numpy.stack(layers)


def compare(reader, index, image, combine=lambda layers: layers[0], depths=(0.0,), tolerance=2):
    """All pixels of a pane but those under lines, letters and texts."""
    settled(reader)
    box = plane(reader, index).bounding_box()
    origin, right, down = geometry(reader, index)
    width, height = int(box["width"]), int(box["height"])
    # Panes may begin between two pixels of the screen.
    origin = origin + right * (round(box["x"]) - box["x"]) + down * (round(box["y"]) - box["y"])
    layers = resampled(image, origin, right, down, width, height, depths)
    outside = numpy.isnan(layers).all(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = linear(numpy.where(outside, -1e5, combine(layers)), 40, 400)
    picture = screenshot(reader)[round(box["y"]):round(box["y"]) + height, round(box["x"]):round(box["x"]) + width]
    grey = (picture.max(axis=2) - picture.min(axis=2)) <= 2
    grey &= ~numpy.isnan(layers).any(axis=0)
    # Halos of lines and texts are dark grey: keep clear of everything coloured.
    from PIL import Image, ImageFilter
    coloured = Image.fromarray(((picture.max(axis=2) - picture.min(axis=2)) > 8).astype("uint8") * 255)
    near = numpy.asarray(coloured.filter(ImageFilter.MaxFilter(11))) > 0
    usable = grey & ~near
    usable[:40], usable[-90:] = False, False
    usable[:, :24], usable[:, -24:] = False, False
    difference = numpy.abs(picture[..., 0] - expected)[usable]
    assert usable.sum() > 0.2 * width * height
    assert numpy.percentile(difference, 99.5) <= tolerance, (difference.max(), difference.mean())
    return usable.sum()


@pytest.fixture
def planes(drawn_by, reader, server):
    opened(reader, server, "CT phantom")
    reader.page.keyboard.press("m")
    settled(reader)
    return reader


@pytest.fixture(scope="module")
def phantom():
    return volume(sorted(VOLUME.glob("ct*.dcm")))


def test_three_planes_are_those_of_simpleitk(planes, phantom):
    planes.picture("planes")
    for index in range(3):
        compare(planes, index, phantom)
    edges = [plane(planes, 1).locator(f".edge.{side}").inner_text() for side in ("left", "right", "top", "bottom")]
    assert edges == ["R", "L", "H", "F"]


def turn(reader, index, degrees):
    """Drags a line of a pane about its centre."""
    box = plane(reader, index).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reach = min(box["width"], box["height"]) * 0.35
    angle = numpy.radians(degrees)
    reader.page.mouse.move(x + reach, y)
    reader.page.mouse.down()
    for share in (0.3, 0.7, 1):
        reader.page.mouse.move(x + reach * numpy.cos(angle * share), y + reach * numpy.sin(angle * share))
    reader.page.mouse.up()


def test_turned_planes_are_those_of_simpleitk(planes, phantom):
    turn(planes, 0, 25)
    turn(planes, 1, -17)
    _, right, down = geometry(planes, 2)
    assert abs(right[2]) > 0.01 or abs(down[0]) > 0.01
    planes.picture("turned")
    for index in range(3):
        compare(planes, index, phantom)
    planes.page.keyboard.press("Escape")
    planes.until(lambda: abs(geometry(planes, 0)[1][1]) < 1e-9)


@pytest.mark.parametrize("name,projection", [("MIP", "max"), ("MinIP", "min"), ("Average", "mean")])
def test_slabs_are_those_of_simpleitk(planes, phantom, name, projection):
    planes.page.get_by_label("Slab thickness").select_option(label="20 mm")
    planes.page.get_by_label("Slab projection").select_option(label=name)
    settled(planes)
    planes.picture(name)
    # Half of the smallest side of a voxel, 1 mm, apart.
    depths = numpy.linspace(-10, 10, 41)

    def combine(layers):
        return {"max": numpy.nanmax, "min": numpy.nanmin, "mean": numpy.nanmean}[projection](layers, axis=0)

    compare(planes, 1, phantom, combine, depths)
    compare(planes, 0, phantom, combine, depths)


def test_a_click_moves_the_crosshair_and_the_wheel_scrolls(planes):
    box = plane(planes, 0).bounding_box()
    origin, right, down = geometry(planes, 0)
    at = numpy.array([15.0, -5.0, 0])
    x = numpy.dot(at - origin, right) / numpy.dot(right, right)
    y = numpy.dot(at - origin, down) / numpy.dot(down, down)
    planes.page.mouse.click(box["x"] + x, box["y"] + y)
    planes.until(lambda: any(words in plane(planes, 0).locator(".bottomLeft").inner_text()
                             for words in ("L 14.9", "L 15.0", "L 15.1")))
    settled(planes)
    # The other planes pass through the place now.
    origin, right, down = geometry(planes, 1)
    assert abs(origin[1] + 5) < 0.2
    planes.page.mouse.wheel(0, 100)
    settled(planes)


def test_images_that_the_volume_alone_has_come_back_from_it(reader, server):
    images = slices("ct*.dcm")
    opened(reader, server, "CT phantom")
    reader.page.locator(".series.complete", has_text="CT phantom").wait_for()
    asked = []
    reader.page.on("request", lambda request: asked.append(request.url) if re.search(
        r"/stream\?|/frames/", request.url) else None)
    reader.page.keyboard.press("m")
    settled(reader)
    # Under the pointer, too.
    box = plane(reader, 0).bounding_box()
    x, y = box["x"] + box["width"] / 2 + 20, box["y"] + box["height"] / 2 + 20
    reader.page.mouse.move(x, y)
    reader.until(lambda: "HU" in plane(reader, 0).locator(".bottomLeft").inner_text())
    reader.page.keyboard.press("m")
    reader.page.locator(".mpr").wait_for(state="detached")
    reader.page.locator(".series.complete", has_text="CT phantom").wait_for()
    for number in (1, len(images)):
        reader.page.keyboard.press("Home" if number == 1 else "End")
        reader.wait_image(number)
        found = reader.until(lambda: reader.readout(*reader.middle()))
        column, row = found["pixel"]
        assert found["value"] == pytest.approx(images[number - 1].values[row, column], abs=0.01)
    assert asked == []


def test_a_lost_context_is_rebuilt(graphics, reader, server, phantom):
    opened(reader, server, "CT phantom")
    reader.page.keyboard.press("m")
    settled(reader)
    reader.page.evaluate("""async () => {
      const context = document.querySelector(".mpr canvas.gl").getContext("webgl2");
      const extension = context.getExtension("WEBGL_lose_context");
      extension.loseContext();
      await new Promise((done) => setTimeout(done, 300));
      extension.restoreContext();
    }""")
    reader.page.wait_for_timeout(600)
    compare(reader, 0, phantom)


def test_uneven_and_tilted_stacks_are_shown_true(reader, server, tmp_path):
    """Every third slice left out above the middle, and the gantry tilted: the same phantom, and the reader is told."""
    study, series = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    paths = []
    shear = 0.2
    for number, path in enumerate(sorted(VOLUME.glob("ct*.dcm"))):
        one = pydicom.dcmread(path)
        x, y, z = map(float, one.ImagePositionPatient)
        if z > 0 and number % 3 == 0:
            continue
        # Shifted by whole voxels along y as the tilt says, so that the anatomy stays where it is.
        shift = round(z * shear)
        one.PixelData = numpy.roll(one.pixel_array, -shift, axis=0).tobytes()
        one.ImagePositionPatient = [x, y + shift, z]
        one.StudyInstanceUID, one.SeriesInstanceUID = study, series
        one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        one.PatientName, one.PatientID, one.SeriesDescription = "Uneven^Stack", "UNEVEN", "uneven"
        if abs(z * shear - shift) > 1e-6:
            continue
        paths.append(tmp_path / f"{number}.dcm")
        one.save_as(paths[-1])
    send(server, paths)
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Uneven, Stack").click()
    reader.open_series("uneven")
    reader.page.keyboard.press("m")
    settled(reader)
    text = reader.page.locator(".mpr-panel").inner_text()
    assert "unevenly spaced" in text and "tilted by 11.3°" in text
    # The sphere is round: its edges lie where they are in the phantom.
    box = plane(reader, 1).bounding_box()
    origin, right, down = geometry(reader, 1)

    def value(place):
        x = numpy.dot(place - origin, right) / numpy.dot(right, right)
        y = numpy.dot(place - origin, down) / numpy.dot(down, down)
        reader.page.mouse.move(box["x"] + x, box["y"] + y)
        reader.drawn()
        return plane(reader, 1).locator(".bottomLeft").inner_text()

    for z in (-5, 0, 5, 10):
        at = numpy.array([15.0, origin[1], z])
        assert "HU" in value(at)
        assert 60 <= float(value(at).split()[0]) <= 140, (z, value(at))
    reader.picture("uneven")
