# SPDX-License-Identifier: Apache-2.0
"""An object that is larger than what the page may keep: frames come when they are looked at, and go for others."""

import re

import numpy
import pydicom
from conftest import send
from martlet_server import PASSWORD
from pydicom.dataset import Dataset, FileMetaDataset

FRAMES, SIDE = 640, 512
# What the page keeps of pixels on a device of 4 GB.
LIMIT = 256 << 20


def loop(path):
    """335 MB in one object; every pixel of a frame is the number of the frame."""
    made = Dataset()
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7.3"
    made.SOPInstanceUID, made.StudyInstanceUID, made.SeriesInstanceUID = (pydicom.uid.generate_uid() for _ in range(3))
    made.PatientName, made.PatientID, made.SeriesDescription = "Large^Loop", "LARGE", "large loop"
    made.Modality, made.SeriesNumber, made.InstanceNumber = "OT", 1, 1
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 16, 15, 0
    made.Rows, made.Columns, made.NumberOfFrames = SIDE, SIDE, FRAMES
    made.RescaleSlope, made.RescaleIntercept, made.RescaleType = 1, 0, "US"
    made.WindowCenter, made.WindowWidth = FRAMES / 2, FRAMES
    values = numpy.repeat(numpy.arange(1, FRAMES + 1, dtype="<u2"), SIDE * SIDE)
    made.PixelData = values.tobytes()
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
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
