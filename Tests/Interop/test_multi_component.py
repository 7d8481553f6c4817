# SPDX-License-Identifier: Apache-2.0
"""JPEG 2000 Part 2: frames that share a stream, written by OpenJPEG, come out as they went in (PS3.5 A.4.4)."""
import struct
import subprocess
from pathlib import Path

import numpy as np
import pixels
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import MultiFrameGrayscaleWordSecondaryCaptureImageStorage, generate_uid

LOSSLESS, LOSSY = "1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93"
FRAMES, ROWS, COLUMNS, BITS = 5, 40, 56, 12


@pytest.fixture(scope="module")
def writer(tmp_path_factory):
    program = tmp_path_factory.mktemp("openjpeg") / "openjpeg_frames"
    source = Path(__file__).parents[1] / "support" / "openjpeg_frames.c"
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libopenjp2"], capture_output=True, text=True).stdout
    subprocess.run(["cc", "-O1", source, *flags.split(), "-o", program], check=True)
    return program


def frames():
    """Slices that resemble one another."""
    chance = np.random.default_rng(5)
    y, x = np.mgrid[:ROWS, :COLUMNS]
    base = 1500 + 900 * np.sin(x / 9) * np.cos(y / 7)
    return np.stack([base + 60 * index + chance.normal(0, 20, base.shape) for index in range(FRAMES)]).clip(
        0, 4095).astype("<u2")


def stream(writer, folder, values, matrix=None, bits=BITS):
    output = folder / "frames.j2k"
    extra = []
    if matrix is not None:
        (folder / "matrix").write_bytes(np.asarray(matrix, "<f4").tobytes())
        extra = [folder / "matrix"]
    count, rows, columns = values.shape
    subprocess.run([writer, output, str(columns), str(rows), str(count), str(bits), *extra], check=True,
                   input=values.tobytes())
    return output.read_bytes()


def file(folder, streams, syntax, count=FRAMES, signed=0, bits=BITS):
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = MultiFrameGrayscaleWordSecondaryCaptureImageStorage
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = generate_uid(), generate_uid()
    made.Rows, made.Columns, made.NumberOfFrames = ROWS, COLUMNS, count
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, bits, bits - 1, signed
    made.PixelData = encapsulate(streams)
    made["PixelData"].is_undefined_length = True
    path = folder / "frames.dcm"
    made.save_as(path, enforce_file_format=True)
    return path


def decoded(path):
    """All frames as they come out."""
    return pixels.martlet(path)


def test_frames_as_components(writer, tmp_path):
    values = frames()
    path = file(tmp_path, [stream(writer, tmp_path, values)], LOSSLESS)
    assert (decoded(path) == values).all()


def test_streams_of_several_frames(writer, tmp_path):
    values = frames()
    parts = [stream(writer, tmp_path, values[:2]), stream(writer, tmp_path, values[2:])]
    assert (decoded(file(tmp_path, parts, LOSSLESS)) == values).all()
    # A group of frames in several fragments.
    halves = [parts[0][:100], parts[0][100:], parts[1]]
    path = file(tmp_path, halves, LOSSLESS)
    assert (decoded(path) == values).all()


def test_arrays_by_openjpeg(writer, tmp_path):
    """As OpenJPEG's own encoder writes them, by the 9-7 wavelet, and its decoder refuses to read. It multiplies the
    bits of floating point numbers as if they were integers, so that only an exchange of frames comes out right."""
    values = frames()
    exchange = np.eye(FRAMES)[[2, 0, 4, 1, 3]]
    written = stream(writer, tmp_path, values, exchange)
    assert b"\xff\x77\x00\x04\x01" in written and written[6] == 0x81
    assert abs(decoded(file(tmp_path, [written], LOSSY)).astype(int) - values).max() <= 2


def transformed(plain, matrix, offsets, kind=1, reversible=0):
    """A stream of Part 1 with the segments of Part 2 that make other components of its own."""
    count = len(offsets)
    siz = 4 + struct.unpack(">H", plain[4:6])[0]
    cod = plain.index(b"\xff\x52")
    segments = b""
    segments += struct.pack(">HHH", 0xFF78, 4 + count, count) + bytes([BITS - 1] * count)
    body = np.asarray(matrix, ">f4").tobytes()
    segments += struct.pack(">HHHHH", 0xFF74, 8 + len(body), 0, 2 << 10 | 1 << 8 | 1, 0) + body
    body = np.asarray(offsets, ">i4").tobytes()
    segments += struct.pack(">HHHHH", 0xFF74, 8 + len(body), 0, 1 << 10 | 2 << 8 | 2, 0) + body
    listed = struct.pack(">H", count) + bytes(range(count))
    body = struct.pack(">HBHHB", 0, 7, 0, 1, kind) + listed + listed + bytes([reversible, 2, 1])
    segments += struct.pack(">HH", 0xFF75, 2 + len(body)) + body
    segments += struct.pack(">HHBB", 0xFF77, 4, 1, 7)
    made = bytearray(plain)
    made[6:8] = b"\x81\x00"
    made[cod + 8] = 2
    return bytes(made[:siz]) + segments + bytes(made[siz:])


def differences(writer, folder):
    """Each frame but the first as the difference to the one before, half the range up: (stream, matrix, offsets)."""
    values = frames().astype(int)
    stored = np.concatenate([values[:1], values[1:] - values[:-1] + 2048])
    assert stored.min() >= 0 and stored.max() < 4096
    plain = stream(writer, folder, stored.astype("<u2"))
    # A decoder of Part 2 has no level shift of its own: components lie around 0, all but the first by chance rightly.
    return plain, np.tril(np.ones((FRAMES, FRAMES))), [2048] * FRAMES


def test_differences_between_frames(writer, tmp_path):
    plain, matrix, offsets = differences(writer, tmp_path)
    path = file(tmp_path, [transformed(plain, matrix, offsets)], LOSSY)
    assert (decoded(path) == frames()).all()


def test_rotations_between_frames(writer, tmp_path):
    """Of the Karhunen-Loève kind: most of what differs is in one component, which needs more bits than a frame."""
    values = frames()
    flat = values.reshape(FRAMES, -1).astype(float) - 2048
    _, vectors = np.linalg.eigh(flat @ flat.T)
    stored = np.rint(vectors.T @ flat).reshape(values.shape).astype(int) + 8192
    assert stored.min() >= 0 and stored.max() < 1 << 14 and stored.max() - 8192 > 2048
    plain = stream(writer, tmp_path, stored.astype("<u2"), bits=14)
    path = file(tmp_path, [transformed(plain, vectors, [2048] * FRAMES)], LOSSY)
    assert abs(decoded(path).astype(int) - values).max() <= 2


@pytest.mark.parametrize("change, named", [
    ({"kind": 0}, "dependency arrays"), ({"kind": 3}, "wavelet across components"),
    ({"reversible": 1}, "reversible"),
])
def test_other_transforms_are_refused_by_name(change, named, writer, tmp_path):
    plain, matrix, offsets = differences(writer, tmp_path)
    path = file(tmp_path, [transformed(plain, matrix, offsets, **change)], LOSSLESS)
    found = pixels.run("pixels", "--sha256", path)
    assert found.returncode == 1 and named in found.stderr


def test_wrong_number_of_components(writer, tmp_path):
    path = file(tmp_path, [stream(writer, tmp_path, frames())], LOSSLESS, count=FRAMES + 1)
    found = pixels.run("pixels", "--sha256", path)
    assert found.returncode == 1 and "frames" in found.stderr


def test_transcoding_to_native(writer, tmp_path):
    values = frames()
    path = file(tmp_path, [stream(writer, tmp_path, values)], LOSSLESS)
    output = tmp_path / "native.dcm"
    done = pixels.run("transcode", "--to", "1.2.840.10008.1.2.1", path, output)
    assert done.returncode == 0, done.stderr
    assert (pydicom.dcmread(output).pixel_array == values).all()
