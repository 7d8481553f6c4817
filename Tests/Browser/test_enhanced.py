# SPDX-License-Identifier: Apache-2.0
"""Enhanced multi-frame objects: every frame has its own place, window and rescale in navigation, texts and measures."""

import pydicom
import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

ORDER = [3, 0, 5, 1, 4, 2]  # places of the frames as they are stored


def item(**given):
    made = Dataset()
    for keyword, value in given.items():
        setattr(made, keyword, value)
    return made


def enhanced():
    """Six slices of the phantom, 2.5 mm apart, stored in disorder; windows and rescale slopes of their own."""
    paths = sorted(VOLUME.glob("ct*.dcm"))[20:26]
    slices = [pydicom.dcmread(path) for path in paths]
    made = pydicom.dcmread(paths[0])
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2.1"
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    made.PatientName, made.PatientID, made.SeriesDescription = "Enhanced^Frames", "ENHANCED", "enhanced"
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness",
                    "SliceLocation",
                    "WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "RescaleType",
                    "SpacingBetweenSlices"):
        if keyword in made:
            delattr(made, keyword)
    made.NumberOfFrames = len(slices)
    made.PixelData = b"".join(slices[at].PixelData for at in ORDER)
    made.SharedFunctionalGroupsSequence = Sequence([item(
        PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
        PixelMeasuresSequence=Sequence([item(PixelSpacing=[1, 1.25], SliceThickness=2.5)]))])
    made.PerFrameFunctionalGroupsSequence = Sequence([item(
        FrameContentSequence=Sequence([item(StackID="1", InStackPositionNumber=at + 1)]),
        PlanePositionSequence=Sequence([item(ImagePositionPatient=slices[at].ImagePositionPatient)]),
        FrameVOILUTSequence=Sequence([item(WindowCenter=40 + at, WindowWidth=400)]),
        PixelValueTransformationSequence=Sequence([item(
            RescaleIntercept=-1024 + 10 * at, RescaleSlope=1, RescaleType="HU")])) for at in ORDER])
    return made, slices


@pytest.fixture
def reading(reader, server, tmp_path):
    made, _ = enhanced()
    made.save_as(tmp_path / "enhanced.dcm")
    send(server, [tmp_path / "enhanced.dcm"])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Enhanced, Frames").first.click()
    reader.open_series("enhanced")
    return reader


def test_frames_go_from_head_to_feet_with_their_own_values(reading):
    _, slices = enhanced()
    x, y = reading.middle()
    reading.until(lambda: (seen := reading.readout(x, y)) and seen["place"])
    heights = [float(one.ImagePositionPatient[2]) for one in slices]
    for image, at in enumerate(sorted(range(6), key=lambda one: -heights[one])):
        reading.page.keyboard.press("Home")
        for _ in range(image):
            reading.page.keyboard.press("ArrowDown")
        reading.wait_image(image + 1)
        reading.until(lambda: reading.window() == (400, 40 + at))
        seen = reading.readout(x, y)
        assert abs(seen["place"][2] - heights[at]) < 0.06
        column, row = seen["pixel"]
        assert seen["value"] == slices[at].pixel_array[row, column] - 1024 + 10 * at
    reading.picture("frames")


def test_lengths_and_planes_follow_the_frames(reading):
    x, y = reading.middle()
    reading.until(lambda: (seen := reading.readout(x, y)) and seen["place"])
    to_screen = reading.map_to_screen()
    reading.page.keyboard.press("d")
    reading.drag(to_screen(-20, 10), to_screen(20, -20))
    label = reading.page.locator(".measure").first
    label.wait_for()
    assert abs(float(label.inner_text().split()[0]) - 50) < 0.4
    assert "Thick 2.5 mm" in reading.corner("bottomRight")
    reading.page.keyboard.press("m")
    reading.page.locator('.mpr[data-settled="true"]').wait_for()
    assert reading.page.locator(".mpr-warning:visible").count() == 0
    reading.picture("planes")
