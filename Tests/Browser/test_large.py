# SPDX-License-Identifier: Apache-2.0
"""What is large: an object that the page cannot keep whole, and an image that is seen coarsely before it is here."""

import re

import numpy
import pydicom
from conftest import send
from martlet_server import PASSWORD
from pydicom.dataset import Dataset, FileMetaDataset
from seen import linear, screenshot

FRAMES, SIDE = 640, 512
# What the page keeps of pixels on a device of 4 GB.
LIMIT = 256 << 20


def grayscale(sop_class, modality, bits):
    """An object of one series, for samples of 16 bits of which so many are used."""
    made = Dataset()
    made.SOPClassUID = sop_class
    made.SOPInstanceUID, made.StudyInstanceUID, made.SeriesInstanceUID = (pydicom.uid.generate_uid() for _ in range(3))
    made.Modality, made.SeriesNumber, made.InstanceNumber = modality, 1, 1
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, bits, bits - 1, 0
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    return made


def loop(path):
    """335 MB in one object; every pixel of a frame is the number of the frame."""
    made = grayscale("1.2.840.10008.5.1.4.1.1.7.3", "OT", bits=16)
    made.PatientName, made.PatientID, made.SeriesDescription = "Large^Loop", "LARGE", "large loop"
    made.Rows, made.Columns, made.NumberOfFrames = SIDE, SIDE, FRAMES
    made.RescaleSlope, made.RescaleIntercept, made.RescaleType = 1, 0, "US"
    made.WindowCenter, made.WindowWidth = FRAMES / 2, FRAMES
    values = numpy.repeat(numpy.arange(1, FRAMES + 1, dtype="<u2"), SIDE * SIDE)
    made.PixelData = values.tobytes()
    made.save_as(path, enforce_file_format=True)
    return len(made.PixelData)


def jump(reader, number):
    """To about this frame, by the scroll bar; which one it is."""
    bar = reader.page.locator(".scrollbar").first
    box = bar.bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * (number - 0.5) / FRAMES)
    shown = reader.until(lambda: next((at for at in [int(bar.get_attribute("aria-valuenow"))]
                                       if abs(at - number) <= 2), None))
    reader.wait_image(shown)
    return shown


def kept(reader):
    """Frames that the page has, as it tells."""
    found = re.match(r"(\d+) of \d+ images", reader.page.locator(".series .card-detail").first.inner_text())
    return int(found[1]) if found else 0


def test_a_large_object_opens_and_is_never_kept_whole(reader, server, tmp_path):
    size = loop(tmp_path / "loop.dcm")
    assert size > LIMIT
    send(server, [tmp_path / "loop.dcm"])
    (tmp_path / "loop.dcm").unlink()
    reader.page.add_init_script("Object.defineProperty(navigator, 'deviceMemory', { get: () => 4 })")
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Large, Loop").first.click()
    reader.open_series("large loop")
    x, y = reader.middle()
    for number in (FRAMES, FRAMES // 2, 1):
        shown = jump(reader, number)
        assert reader.until(lambda: reader.readout(x, y))["value"] == shown
    # What fits is fetched ahead, and no more.
    share = 0.8 * LIMIT / (SIDE * SIDE * 2)
    reader.until(lambda: kept(reader) >= 0.95 * share)
    shown = jump(reader, FRAMES)
    assert reader.until(lambda: reader.readout(x, y))["value"] == shown
    assert kept(reader) * SIDE * SIDE * 2 <= LIMIT
    assert kept(reader) < FRAMES


ROWS, COLUMNS, FACTOR = 2600, 2200, 3
CENTER, WIDTH = 2000, 4000


def mammogram(path):
    """5.7 million pixels: brighter to the lower right, with lines that are finer than what is seen coarsely."""
    made = grayscale("1.2.840.10008.5.1.4.1.1.1.2", "MG", bits=12)
    made.PatientName, made.PatientID, made.SeriesDescription = "Coarse^First", "COARSE", "large image"
    made.Rows, made.Columns, made.ImagerPixelSpacing = ROWS, COLUMNS, [0.1, 0.1]
    made.WindowCenter, made.WindowWidth = CENTER, WIDTH
    y, x = numpy.mgrid[:ROWS, :COLUMNS]
    values = (200 + (x + y) * 0.6 + 700 * (x % FACTOR == 1)).astype("<u2")
    made.PixelData = values.tobytes()
    made.save_as(path, enforce_file_format=True)
    return made, values.astype(int)


def means(values):
    """Of boxes of `FACTOR` pixels along each side; those at the border are smaller."""
    rows, columns = (numpy.arange(0, size, FACTOR) for size in values.shape)
    sums = numpy.add.reduceat(numpy.add.reduceat(values, rows, axis=0), columns, axis=1)
    counts = numpy.outer(numpy.minimum(FACTOR, ROWS - rows), numpy.minimum(FACTOR, COLUMNS - columns))
    return numpy.floor(sums / counts + 0.5).astype(int)


def measured(reader):
    """Tries to measure a length across the image; how many measurements there are then."""
    x, y = reader.middle()
    reader.page.keyboard.press("d")
    reader.page.mouse.move(x - 60, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x + 60, y, steps=4)
    reader.page.mouse.up()
    reader.drawn()
    return reader.page.locator(".measure").count()


def test_a_large_image_is_seen_coarsely_first_and_measured_when_it_is_whole(drawn_by, reader, server, tmp_path):
    made, values = mammogram(tmp_path / "image.dcm")
    send(server, [tmp_path / "image.dcm"])
    study, series, instance = made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID
    expected = means(values)
    path = f"/api/v1/studies/{study}/series/{series}/instances/{instance}/frames/1/pixels"
    status, headers, body = server.request(path + "?coarse=true")
    assert (status, headers["X-Martlet-Reduction"]) == (200, str(FACTOR))
    coarse = numpy.frombuffer(body, "<u2").reshape(int(headers["X-Martlet-Rows"]), int(headers["X-Martlet-Columns"]))
    assert numpy.array_equal(coarse, expected)
    reader.sign_in(server.url, "admin", PASSWORD)
    row = reader.page.locator(f'.row[data-study="{study}"]')
    row.wait_for()
    # A line on which the whole image takes half a minute.
    network = reader.page.context.new_cdp_session(reader.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": 400_000, "uploadThroughput": 400_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    row.click()
    pane = reader.page.locator(f'.pane[data-coarse="{FACTOR}"]')
    pane.wait_for()
    said = reader.page.get_by_text("Coarse picture: the image is being loaded")
    said.wait_for()
    words = said.bounding_box()
    assert "Coarse, First" in reader.corner("topLeft")
    picture = screenshot(reader)
    reader.picture("coarse")
    box = pane.bounding_box()
    scale = min(box["width"] / COLUMNS, box["height"] / ROWS)
    left = box["x"] + (box["width"] - COLUMNS * scale) / 2
    top = box["y"] + (box["height"] - ROWS * scale) / 2
    for row_at in range(300, ROWS - 200, 371):
        for column in range(100, COLUMNS - 100, 173):
            at = [left + (column + 0.5) * scale, top + (row_at + 0.5) * scale]
            if all(-2 <= at[i] - words["xy"[i]] <= words[("width", "height")[i]] + 2 for i in (0, 1)):
                continue
            seen = picture[int(at[1]), int(at[0])]
            wanted = linear(expected[row_at // FACTOR, column // FACTOR], CENTER, WIDTH)
            assert numpy.abs(seen - wanted).max() <= 3, (column, row_at, seen, wanted)
    x, y = reader.middle()
    assert reader.readout(x, y) is None
    assert measured(reader) == 0
    assert pane.count() == 1, "the image came too soon for this test"
    network.send("Network.emulateNetworkConditions", {**slow, "downloadThroughput": -1, "uploadThroughput": -1})
    reader.wait_image(1)
    pane.wait_for(state="detached")
    reader.page.get_by_text("Coarse picture").wait_for(state="hidden")
    found = reader.until(lambda: reader.readout(x, y))
    assert found["value"] == values[found["pixel"][1], found["pixel"][0]]
    assert measured(reader) == 1
    reader.picture("whole")
