# SPDX-License-Identifier: Apache-2.0
"""Rarer kinds of pixel data look alike through `martlet render` and through the server's rendered resource: single bits
in RLE, overlays in the bits of pixels, colours of 32 bits, floating point maps."""
import io

import numpy
import pixels
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, RLELossless, SecondaryCaptureImageStorage, generate_uid

ROWS, COLUMNS = 24, 40
PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"


def image(syntax=ExplicitVRLittleEndian, sop_class=SecondaryCaptureImageStorage, samples=1, bits=8, stored=None):
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = sop_class
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = generate_uid(), generate_uid()
    made.PatientID, made.PatientName, made.Modality, made.ConversionType = "KINDS", "Kinds^Of", "OT", "WSD"
    made.Rows, made.Columns, made.SamplesPerPixel = ROWS, COLUMNS, samples
    made.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.PixelRepresentation = bits, stored or bits, 0
    made.HighBit = made.BitsStored - 1
    if samples == 3:
        made.PlanarConfiguration = 0
    return made


def packbits(data):
    """The bytes of one RLE segment, as literal runs (PS3.5 G.3.1)."""
    out = b""
    for start in range(0, len(data), 128):
        run = data[start:start + 128]
        out += bytes([len(run) - 1]) + run
    return out + b"\0" * (len(out) % 2)


def rle(segments):
    encoded = [packbits(each) for each in segments]
    offsets, place = [], 64
    for each in encoded:
        offsets.append(place)
        place += len(each)
    header = numpy.array([len(encoded), *offsets] + [0] * (15 - len(encoded)), "<u4").tobytes()
    return header + b"".join(encoded)


def disc():
    y, x = numpy.mgrid[:ROWS, :COLUMNS]
    return ((x - 20) ** 2 + (y - 12) ** 2 < 80).astype("u1")


def single_bits():
    made = image(RLELossless, bits=1)
    made.PixelData = encapsulate([rle([numpy.packbits(disc().ravel(), bitorder="little").tobytes()])])
    made["PixelData"].is_undefined_length = True
    return made, disc() * 255


def overlay_values():
    made = image(bits=16, stored=12)
    ramp = numpy.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) * 4
    made.WindowCenter, made.WindowWidth = 2048, 4096
    made.add_new((0x6000, 0x0010), "US", ROWS)
    made.add_new((0x6000, 0x0011), "US", COLUMNS)
    made.add_new((0x6000, 0x0040), "CS", "G")
    made.add_new((0x6000, 0x0050), "SS", [1, 1])
    made.add_new((0x6000, 0x0100), "US", 16)
    made.add_new((0x6000, 0x0102), "US", 14)
    shown = numpy.where(disc() == 1, 255, numpy.rint(ramp / 4095 * 255))
    return made, (ramp | disc().astype(int) << 14).astype("<u2"), shown


def overlay_in_the_pixels():
    made, words, shown = overlay_values()
    made.PixelData = words.tobytes()
    return made, shown


def overlay_in_compressed_pixels():
    made, words, shown = overlay_values()
    made.file_meta.TransferSyntaxUID = RLELossless
    made.PixelData = encapsulate([rle([(words >> 8).astype("u1").tobytes(), (words & 255).astype("u1").tobytes()])])
    made["PixelData"].is_undefined_length = True
    return made, shown


def deep_colour():
    made = image(samples=3, bits=32)
    chance = numpy.random.default_rng(2)
    values = chance.integers(0, 1 << 32, (ROWS, COLUMNS, 3), dtype="u8")
    made.PixelData = values.astype("<u4").tobytes()
    made["PixelData"].VR = "OW"
    return made, values >> 24


def floats():
    made = image(sop_class=PARAMETRIC_MAP)
    for keyword in ("BitsStored", "HighBit", "PixelRepresentation"):
        delattr(made, keyword)
    made.BitsAllocated, made.NumberOfFrames = 32, 1
    y, x = numpy.mgrid[:ROWS, :COLUMNS]
    values = numpy.sin(x / 7) * numpy.cos(y / 5) * 3e-3
    made.WindowCenter, made.WindowWidth, made.VOILUTFunction = 0, 0.004, "LINEAR_EXACT"
    made.FloatPixelData = values.astype("<f4").tobytes()
    return made, numpy.clip((values + 0.002) / 0.004, 0, 1) * 255


def doubles():
    made, shown = floats()
    values = numpy.frombuffer(made.FloatPixelData, "<f4").astype("<f8")
    del made.FloatPixelData
    made.BitsAllocated = 64
    made.DoubleFloatPixelData = values.tobytes()
    return made, shown


@pytest.mark.parametrize("kind", [
    single_bits, overlay_in_the_pixels, overlay_in_compressed_pixels, deep_colour, floats, doubles])
def test_rendered_alike(kind, server, tmp_path):
    made, shown = kind()
    path = tmp_path / "image.dcm"
    made.save_as(path, enforce_file_format=True)
    done = pixels.run("render", path, "-o", tmp_path / "image.png")
    assert done.returncode == 0, done.stderr
    picture = numpy.asarray(Image.open(tmp_path / "image.png")).astype(float)
    assert picture.shape == shown.shape
    assert abs(picture - shown).max() <= 1
    status, _, body = server.request(
        "/dicom-web/studies", "POST", path.read_bytes(), {"Content-Type": "application/dicom"})
    assert status == 200, body
    status, _, body = server.request(
        f"/dicom-web/studies/{made.StudyInstanceUID}/series/{made.SeriesInstanceUID}/instances/{made.SOPInstanceUID}"
        "/rendered", headers={"Accept": "image/png"})
    assert status == 200, body
    assert (numpy.asarray(Image.open(io.BytesIO(body))) == numpy.asarray(Image.open(tmp_path / "image.png"))).all()
