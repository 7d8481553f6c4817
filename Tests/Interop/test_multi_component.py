# SPDX-License-Identifier: Apache-2.0
"""JPEG 2000 Part 2: frames that share a stream, coded by OpenJPEG and transformed here, come out as they went in (PS3.5
A.4.4)."""
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


IRREVERSIBLE, REVERSIBLE = 0, 1
DEPENDENCY, DECORRELATION, WAVELET = 0, 1, 3
OFFSETS = 2


def marker(code, body):
    return struct.pack(">HH", 0xFF00 | code, 2 + len(body)) + body


def array(kind, index, values, split=None):
    """MCT with 32-bit integers, or floats where they are none; in several segments of `split` bytes."""
    values = np.asarray(values).ravel()
    whole = values.dtype.kind in "iu"
    body = values.astype(">i4" if whole else ">f4").tobytes()
    parts = [body[at:at + split] for at in range(0, len(body), split)] if split else [body]
    head = (1 if whole else 2) << 10 | kind << 8 | index
    return b"".join(
        marker(0x74, struct.pack(">HH", number, head) + (struct.pack(">H", len(parts) - 1) if number == 0 else b"")
               + part) for number, part in enumerate(parts))


def collection(kind, components, selection, origin=None, outputs=None):
    def listed(which):
        return struct.pack(">H", len(which)) + bytes(which)

    body = bytes([kind]) + listed(components) + listed(outputs or components) + selection.to_bytes(3, "big")
    return body + (b"" if origin is None else struct.pack(">I", origin))


def extended(plain, arrays, stages, count=FRAMES, capability=2, bits=BITS):
    """A stream of Part 1 with the segments of Part 2 that make other components of its own."""
    siz = 4 + struct.unpack(">H", plain[4:6])[0]
    cod = plain.index(b"\xff\x52")
    segments = marker(0x78, struct.pack(">H", count) + bytes([bits - 1] * count)) + b"".join(arrays)
    for number, collections in enumerate(stages):
        segments += marker(0x75, struct.pack(">HBHH", 0, 7 + number, 0, len(collections)) + b"".join(collections))
    segments += marker(0x77, bytes([len(stages), *(7 + number for number in range(len(stages)))]))
    made = bytearray(plain)
    made[6:8] = b"\x81\x00"
    made[cod + 8] = capability
    return bytes(made[:siz]) + segments + bytes(made[siz:])


def transformed(plain, matrix, offsets, reversible=0):
    count = len(offsets)
    arrays = [array(DECORRELATION, 1, np.asarray(matrix, float)), array(OFFSETS, 2, np.asarray(offsets, int))]
    return extended(plain, arrays, [[collection(DECORRELATION, range(count), reversible << 16 | 2 << 8 | 1)]])


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


def hidden(writer, folder, stored, arrays, stages, capability=2, bits=16, **options):
    """The components as they are stored, around 0, in a stream that asks for these transforms."""
    half = 1 << bits - 1
    assert stored.min() >= -half and stored.max() < half
    plain = stream(writer, folder, (stored + half).astype("<u2"), bits=bits)
    return file(folder, [extended(plain, arrays, stages, capability=capability)], LOSSLESS, **options)


def steps(count, chance):
    """A reversible array: a row for each component, a column for each of the steps that change one (Annex J.2.1)."""
    factors = chance.integers(-20, 20, (count, count + 1))
    for step in range(count + 1):
        factors[count - 1 - step % count, step] = 32
    factors[count - 1, count] = -32
    return factors


def stored_by_steps(values, factors):
    """What an encoder stores: the steps of the decoder undone, the last one first."""
    stored, count = values.astype(np.int64).copy(), len(values)
    for step in reversed(range(count + 1)):
        target = count - 1 - step % count
        divisor = int(factors[target, step])
        column = factors[:, step].copy()
        column[target] = 0
        change = (np.tensordot(column, stored, 1) + abs(divisor) // 2) // abs(divisor)
        stored[target] = (-stored[target] if divisor < 0 else stored[target]) + change
    return stored


@pytest.mark.parametrize("split", [None, 16])
def test_reversible_arrays(split, writer, tmp_path):
    """Frames come out exactly, though they are mixed by broken factors."""
    factors = steps(FRAMES, np.random.default_rng(11))
    stored = stored_by_steps(frames().astype(int) - 2048, factors)
    assert len(np.unique(stored - frames())) > 100
    arrays = [array(DECORRELATION, 1, factors, split), array(OFFSETS, 2, np.full(FRAMES, 2048))]
    path = hidden(writer, tmp_path, stored, arrays,
                  [[collection(DECORRELATION, range(FRAMES), REVERSIBLE << 16 | 2 << 8 | 1)]])
    assert (decoded(path) == frames()).all()


def dependency(count, chance, reversible):
    """Rows below the diagonal; each of a reversible one but the first ends with its divisor."""
    rows = []
    for row in range(1, count):
        factors = chance.integers(-30, 30, row)
        rows.append([*factors, 64] if reversible else factors / 64)
    return rows


@pytest.mark.parametrize("reversible", [IRREVERSIBLE, REVERSIBLE])
def test_dependencies_between_frames(reversible, writer, tmp_path):
    """Each frame is predicted from those before it."""
    values = frames().astype(np.int64)
    rows = dependency(FRAMES, np.random.default_rng(12), reversible)
    stored = values.copy()
    for row in range(1, FRAMES):
        sums = np.tensordot(np.asarray(rows[row - 1][:row]), values[:row], 1)
        stored[row] -= (sums + 32) // 64 if reversible else np.rint(sums).astype(int)
    # The offset of a frame counts before others are predicted from it.
    stored -= 2048
    flat = np.concatenate([np.asarray(row) for row in rows])
    arrays = [array(DEPENDENCY, 1, flat), array(OFFSETS, 2, np.full(FRAMES, 2048))]
    path = hidden(writer, tmp_path, stored, arrays,
                  [[collection(DEPENDENCY, range(FRAMES), reversible << 16 | 2 << 8 | 1)]])
    assert abs(decoded(path).astype(int) - values).max() <= (0 if reversible else 1)


def analysed(values, origin, levels, reversible):
    """The subbands of the wavelet along the first axis, the coarsest first (ISO/IEC 15444-1 Annex F.4)."""
    bands, low = [], values.astype(float)
    start = origin
    for _ in range(levels):
        place = np.arange(start, start + len(low))
        if len(low) == 1:
            even, odd = (low, low[:0]) if start % 2 == 0 else (low[:0], low * 2)
        else:
            line = low.copy()

            def lift(parity, change):
                for index in np.flatnonzero(place % 2 == parity):
                    before = line[index - 1 if index else 1]
                    after = line[index + 1 if index + 1 < len(line) else index - 1]
                    line[index] += change(before + after)

            if reversible:
                lift(1, lambda both: -np.floor(both / 2))
                lift(0, lambda both: np.floor((both + 2) / 4))
            else:
                for parity, factor in ((1, -1.586134342059924), (0, -0.052980118572961), (1, 0.882911075530934),
                                       (0, 0.443506852043971)):
                    lift(parity, lambda both, factor=factor: factor * both)
                line[place % 2 == 1] *= 1.230174104914001
                line[place % 2 == 0] /= 1.230174104914001
            even, odd = line[place % 2 == 0], line[place % 2 == 1]
        bands.insert(0, odd)
        low, start = even, (start + 1) // 2
    return np.concatenate([low, *bands])


@pytest.mark.parametrize("origin, levels, reversible", [
    (0, 1, 1), (0, 3, 1), (1, 2, 1), (6, 5, 1), (0, 0, 1), (0, 2, 0), (3, 3, 0),
])
def test_wavelets_along_frames(origin, levels, reversible, writer, tmp_path):
    values = frames()
    stored = np.rint(analysed(values.astype(int) - 2048, origin, levels, reversible)).astype(int)
    path = hidden(writer, tmp_path, stored, [array(OFFSETS, 2, np.full(FRAMES, 2048))],
                  [[collection(WAVELET, range(FRAMES), levels << 16 | 2 << 8 | reversible, origin)]], capability=4)
    assert abs(decoded(path).astype(int) - values).max() <= (0 if reversible else 3)


def test_stages_of_several_kinds(writer, tmp_path):
    """First a wavelet along all frames is undone, then two frames are exchanged and the others mixed by integers."""
    values = frames().astype(int)
    factors = steps(3, np.random.default_rng(13))
    mixed = stored_by_steps(values[[0, 2, 4]] - 2048, factors)
    middle = np.stack([mixed[0], values[3], mixed[1], values[1], mixed[2]])
    stored = analysed(middle, 0, 2, True).astype(int)
    arrays = [array(DECORRELATION, 1, factors), array(OFFSETS, 2, np.full(3, 2048))]
    path = hidden(writer, tmp_path, stored, arrays, [
        [collection(WAVELET, range(FRAMES), 2 << 16 | 1, 0)],
        [collection(DECORRELATION, [0, 2, 4], REVERSIBLE << 16 | 2 << 8 | 1),
         collection(DECORRELATION, [1, 3], 0, outputs=[3, 1])],
    ], capability=6)
    assert (decoded(path) == values).all()
    output = tmp_path / "native.dcm"
    done = pixels.run("transcode", "--to", "1.2.840.10008.1.2.1", path, output)
    assert done.returncode == 0, done.stderr
    assert (pydicom.dcmread(output).pixel_array == values).all()


@pytest.mark.parametrize("arrays, made, named", [
    ([], collection(WAVELET, range(FRAMES), 1 << 16 | 5, 0), "wavelet of its own across components (ATK 5)"),
    ([array(DECORRELATION, 1, np.ones((FRAMES, FRAMES + 1), int) * 3)],
     collection(DECORRELATION, range(FRAMES), REVERSIBLE << 16 | 1), "divides by 3"),
    ([array(DECORRELATION, 1, np.ones((FRAMES, FRAMES), int))],
     collection(DECORRELATION, range(FRAMES), REVERSIBLE << 16 | 1), "array of 30 values"),
    ([array(DEPENDENCY, 1, np.ones(3, int))], collection(DEPENDENCY, range(FRAMES), 1), "array of 10 values"),
    ([], collection(DECORRELATION, range(FRAMES), 0, outputs=[0, 1, 2, 3, 3]), "component twice"),
    ([], collection(WAVELET, range(FRAMES), 40 << 16 | 1, 0), "40 levels"),
    ([], collection(2, range(FRAMES), 0), "of kind 2"),
    ([marker(0x74, struct.pack(">HH", 1, 0x501) + bytes(4))], collection(DECORRELATION, range(FRAMES), 0),
     "out of order"),
])
def test_bad_transforms_are_refused_by_name(arrays, made, named, writer, tmp_path):
    path = hidden(writer, tmp_path, frames().astype(int), arrays, [[made]])
    found = pixels.run("pixels", "--sha256", path)
    assert found.returncode == 1 and named in found.stderr, found.stderr


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
