# SPDX-License-Identifier: Apache-2.0
"""Reports with links to their images, waveforms to scale, and pictures and files to take away."""

import io
import zipfile

import numpy
import pydicom
from conftest import VOLUME, send
from martlet_server import PASSWORD
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from test_tools import opened


def test_a_report_is_read_and_opens_its_images(reader, server):
    opened(reader, server, "CT phantom")
    reader.page.locator(".series", has_text="Structured report").click()
    report = reader.page.locator(".report").first
    report.get_by_role("heading", name="Imaging Measurement Report").wait_for()
    reader.picture("report")
    cited = report.get_by_role("button", name="Show the image").first
    sop = cited.get_attribute("title")
    cited.click()
    number = next(int(one.InstanceNumber) for path in VOLUME.glob("*.dcm")
                  if (one := pydicom.dcmread(path, stop_before_pixels=True)).SOPInstanceUID == sop)
    reader.page.locator('.pane[data-pane="1"] .corner.bottomRight', has_text=f"Image no. {number}").wait_for()
    assert report.is_visible()
    reader.picture("image-beside")


def waveform(tmp_path):
    """One lead: a square wave of 1 mV, half a second up and half a second down, 500 samples a second."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.9.1.1"
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    made.PatientName, made.PatientID, made.Modality = "Lead^One", "LEAD", "ECG"
    made.StudyDate, made.StudyTime, made.AccessionNumber = "20240101", "120000", ""
    made.SeriesDescription, made.SeriesNumber, made.InstanceNumber = "one lead", 1, 1
    group = Dataset()
    group.NumberOfWaveformChannels, group.NumberOfWaveformSamples, group.SamplingFrequency = 1, 2000, 500
    group.WaveformOriginality, group.MultiplexGroupLabel = "ORIGINAL", "RHYTHM"
    channel = Dataset()
    source, unit = Dataset(), Dataset()
    source.CodeValue, source.CodingSchemeDesignator, source.CodeMeaning = "2:1", "MDC", "Lead I"
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "uV", "UCUM", "microvolt"
    channel.ChannelSourceSequence, channel.ChannelSensitivityUnitsSequence = [source], [unit]
    channel.ChannelSensitivity, channel.ChannelSensitivityCorrectionFactor, channel.ChannelBaseline = 5, 1, 0
    channel.WaveformBitsStored, channel.ChannelSampleSkew = 16, 0
    group.ChannelDefinitionSequence = [channel]
    group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 16, "SS"
    square = numpy.where(numpy.arange(2000) // 250 % 2 == 1, 200, 0).astype("<i2")
    group.add_new(0x54001010, "OW", square.tobytes())
    made.WaveformSequence = [group]
    made.save_as(tmp_path / "ecg.dcm", enforce_file_format=True)
    return tmp_path / "ecg.dcm"


def test_a_waveform_is_drawn_to_scale(reader, server, tmp_path):
    send(server, [waveform(tmp_path)])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Lead, One").click()
    canvas = reader.page.locator(".paper canvas")
    canvas.wait_for()
    picture = numpy.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("L")).astype(int)
    reader.picture("waveform")
    dark = picture < 90
    millimetre = 96 / 25.4
    middle, top = (5 + 15) * millimetre, (5 + 15 - 10) * millimetre
    # The upper and lower ends of the square, a millivolt apart, are 10 mm apart.
    for time, height in ((0.25, middle), (0.75, top), (1.25, middle), (1.75, top)):
        x = round((15 + time * 25) * millimetre)
        found = numpy.nonzero(dark[:145, x])[0]
        assert len(found) and abs(found.mean() - height) <= 1.5, (time, found, height)


def test_views_are_exported_as_pictures(reader, server):
    opened(reader, server, "CT phantom")
    reader.drawn()
    export = reader.page.get_by_role("combobox", name="Export")
    with reader.page.expect_download() as download:
        export.select_option(label="This view as PNG")
    with_identity = Image.open(download.value.path()).convert("L")
    with reader.page.expect_download() as download:
        export.select_option(label="This view as PNG, without the patient")
    without = numpy.asarray(Image.open(download.value.path()).convert("L")).astype(int)
    with_identity = numpy.asarray(with_identity).astype(int)
    box = reader.pane.bounding_box()
    assert with_identity.shape == (round(box["height"]), round(box["width"]))
    screen = numpy.asarray(Image.open(io.BytesIO(reader.pane.screenshot())).convert("L")).astype(int)
    middle = (slice(200, 500), slice(300, 900))
    assert numpy.abs(with_identity[middle] - screen[middle]).max() <= 2
    corner = (slice(0, 60), slice(0, 200))
    assert with_identity[corner].max() > 200 and without[corner].max() < 120
    with reader.page.expect_download() as download:
        export.select_option(label="This view as JPEG")
    assert Image.open(download.value.path()).format == "JPEG"


def test_a_series_is_exported_as_it_is_stored(reader, server):
    opened(reader, server, "PT phantom")
    with reader.page.expect_download() as download:
        reader.page.get_by_role("combobox", name="Export").select_option(label="The series as DICOM files (zip)")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        found = {pydicom.dcmread(io.BytesIO(archive.read(name))).SOPInstanceUID: name for name in archive.namelist()}
        stored = [pydicom.dcmread(path) for path in VOLUME.glob("pt*.dcm")]
        assert set(found) == {one.SOPInstanceUID for one in stored}
        one = pydicom.dcmread(io.BytesIO(archive.read(found[stored[0].SOPInstanceUID])))
        assert one.PixelData == stored[0].PixelData
    with reader.page.expect_download() as download:
        reader.page.get_by_role("combobox", name="Export").select_option(label="All images of the series as PNG (zip)")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 20
        assert Image.open(io.BytesIO(archive.read("0001.png"))).format == "PNG"
