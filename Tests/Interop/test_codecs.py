# SPDX-License-Identifier: Apache-2.0
"""Every image of the corpus, and files that others write, decode to what others decode."""
import json
import subprocess
from pathlib import Path

import corpus
import imagecodecs
import numpy as np
import pixels
import pydicom
import pytest
from pydicom.encaps import encapsulate

FOLDER = Path(__file__).parent
# Images that decode to something else than the manifest has, or not at all, and why.
TABLE = json.loads((FOLDER / "pixel_differences.json").read_text())
IMAGES = [each for each in corpus.entries() if "pixel" in each and each["path"] is not None]
SYNTHETIC = corpus.FOLDER / "synthetic" / "ts"
LEAST_TOLERANCE = 2


def tolerance(entry):
    return max([LEAST_TOLERANCE, *(entry["pixel"].get("max_abs_diff") or {}).values()])


def reference(entry):
    """What the decoders say that made the hash of a lossy stream."""
    agree = entry["pixel"].get("agree", [])
    if "imagecodecs" in agree and entry.get("transfer_syntax") in pixels.JPEG_XL:
        return pixels.by_imagecodecs(entry["path"])
    for name in agree:
        if name.startswith("pydicom+"):
            return pixels.by_pydicom(entry["path"], name.removeprefix("pydicom+"))
    return None


def problem(entry):
    """None where the image decodes as the manifest says."""
    found = pixels.run("pixels", "--sha256", entry["path"])
    expected = entry["pixel"].get("sha256")
    if found.returncode != 0:
        assert found.returncode == 1 and "Error" in found.stderr, found.stderr
        return found.stderr.strip().rsplit(": ", 1)[-1]
    if found.stdout.strip() == expected:
        return None
    if expected is None:
        return "no hash to compare with"
    if not entry.get("lossy"):
        return "another hash"
    other = reference(entry)
    if other is None:
        return "no decoder to compare with"
    worst = pixels.difference(pixels.martlet(entry["path"]), other)
    return None if worst <= tolerance(entry) else f"{worst} off"


@pytest.mark.parametrize("part", sorted({each["id"].rsplit("/", 1)[0] for each in IMAGES}))
def test_corpus_pixels(part):
    failures = {}
    for entry in IMAGES:
        if entry["id"].rsplit("/", 1)[0] != part:
            continue
        found = problem(entry)
        if bool(found) != (entry["id"] in TABLE):
            failures[entry["id"]] = found or "no difference any more"
    assert failures == {}


def converted(tmp_path, tool, *arguments, source):
    target = tmp_path / "peer.dcm"
    subprocess.run([tool, *arguments, str(source), str(target)], check=True, capture_output=True, timeout=120)
    return target


def source(name):
    return SYNTHETIC / f"evle_{name}.dcm"


@pytest.mark.parametrize("name", ["g8", "g12", "u16", "s16", "rgb", "mf8", "mf16", "rgbmf"])
@pytest.mark.parametrize("tool", [
    ("dcmcrle",), ("dcmcjpls", "+el", "+il"), ("dcmcjpls", "+el", "+is"), ("dcmcjpls", "+el", "+in"),
    ("dcmcjpeg", "+e1", "+cn"), ("dcmcjpeg", "+el", "+sv", "2", "+cn"), ("dcmcjpeg", "+el", "+sv", "7", "+cn"),
    ("gdcmconv", "--rle"), ("gdcmconv", "--jpegls"), ("gdcmconv", "--j2k"), ("gdcmconv", "--jpeg"),
], ids=" ".join)
def test_lossless_files_of_others(tmp_path, tool, name):
    if tool[:2] == ("gdcmconv", "--jpeg") and name == "s16":
        pytest.skip("GDCM writes signed samples in lossless JPEG that its own decoder does not read back")
    path = converted(tmp_path, *tool, source=source(name))
    assert pixels.difference(pixels.martlet(path), pixels.martlet(source(name))) == 0


@pytest.mark.parametrize("name, tool", [
    ("g8", ("dcmcjpeg", "+eb", "+q", "80")), ("rgb", ("dcmcjpeg", "+eb", "+cy", "+s2")),
    ("rgb", ("dcmcjpeg", "+eb", "+cy", "+s4")), ("rgb", ("dcmcjpeg", "+eb", "+cy", "+np")),
    ("rgb", ("dcmcjpeg", "+eb", "+cr")), ("g8", ("dcmcjpeg", "+es")),
    ("g8", ("dcmcjpeg", "+ep")), ("rgb", ("dcmcjpeg", "+ep")), ("g12", ("dcmcjpeg", "+ee")),
    ("g12", ("dcmcjpeg", "+es")), ("g12", ("dcmcjpeg", "+ep")), ("g12", ("dcmcjpls", "+en", "+md", "3")),
    ("rgb", ("dcmcjpls", "+en", "+md", "5", "+is")), ("rgb", ("gdcmconv", "--jpeg", "--lossy", "-q", "70")),
    ("rgb", ("gdcmconv", "--j2k", "--lossy", "-r", "10")), ("mf8", ("gdcmconv", "--jpegls", "--lossy", "-e", "2")),
], ids=lambda value: " ".join(value) if isinstance(value, tuple) else value)
def test_lossy_files_of_others(tmp_path, name, tool):
    path = converted(tmp_path, *tool, source=source(name))
    last = int(pydicom.dcmread(path).file_meta.TransferSyntaxUID.rsplit(".", 1)[1])
    other = pixels.by_gdcm(path) if last in (90, 91) else pixels.by_dcmtk(path, tmp_path)
    assert pixels.difference(pixels.martlet(path), other) <= LEAST_TOLERANCE


def encapsulated(tmp_path, name, syntax, encode, **changes):
    """A copy of a source with its frames coded by somebody else."""
    dataset = pydicom.dcmread(source(name))
    frames = pixels.martlet(source(name), dataset)
    streams = [encode(np.ascontiguousarray(frame)) for frame in frames]
    dataset.PixelData = encapsulate(streams)
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2." + syntax
    for key, value in changes.items():
        setattr(dataset, key, value)
    path = tmp_path / "peer.dcm"
    # pydicom does not know the newest transfer syntaxes.
    dataset["PixelData"].is_undefined_length = True
    pydicom.dcmwrite(path, dataset, implicit_vr=False, little_endian=True, force_encoding=True)
    return path, frames


@pytest.mark.parametrize("name", ["g8", "g12", "u16", "rgb", "mf8", "mf16", "rgbmf"])
@pytest.mark.parametrize("syntax, encode", [
    ("4.110", lambda a: imagecodecs.jpegxl_encode(a, lossless=True, effort=4)),
    ("4.90", lambda a: imagecodecs.jpeg2k_encode(a, codecformat="j2k", reversible=True, mct=False)),
    ("4.90", lambda a: imagecodecs.jpeg2k_encode(a, codecformat="jp2", reversible=True, resolutions=3)),
    ("4.80", lambda a: imagecodecs.jpegls_encode(a)),
    ("4.201", lambda a: imagecodecs.htj2k_encode(a, reversible=True)),
    ("8.1", lambda a: imagecodecs.deflate_encode(a.tobytes(), raw=True)),
], ids=["jxl", "j2k without transform", "jp2", "jpeg-ls", "htj2k", "deflate"])
def test_files_made_with_imagecodecs(tmp_path, name, syntax, encode):
    path, frames = encapsulated(tmp_path, name, syntax, encode)
    assert pixels.difference(pixels.martlet(path), frames) == 0


@pytest.mark.parametrize("bits", [1, 2, 7, 9, 13, 15])
@pytest.mark.parametrize("signed", [0, 1])
@pytest.mark.parametrize("tool", [("dcmcrle",), ("gdcmconv", "--j2k"), ("dcmcjpls", "+el"), ("dcmcjpeg", "+e1")],
                         ids=" ".join)
def test_odd_bits_stored(tmp_path, bits, signed, tool):
    if tool[0] == "dcmcjpls" and bits == 1:
        pytest.skip("JPEG-LS begins with two bits")
    random = np.random.default_rng(bits * 2 + signed)
    dataset = pydicom.dcmread(source("u16"))
    low = -(1 << bits - 1) if signed else 0
    values = random.integers(low, low + (1 << bits), size=(dataset.Rows, dataset.Columns))
    dataset.BitsAllocated = 8 if bits <= 8 else 16
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = bits, bits - 1, signed
    dataset.PixelData = values.astype(pixels.container(dataset)).tobytes()
    dataset["PixelData"].VR = "OB" if bits <= 8 else "OW"
    plain = tmp_path / "plain.dcm"
    dataset.save_as(plain)
    path = converted(tmp_path, *tool, source=plain)
    assert np.array_equal(pixels.martlet(path)[0], values)


def test_one_frame_of_many(tmp_path):
    whole = pixels.martlet(source("mf16"))
    target = tmp_path / "frame.raw"
    assert pixels.run("pixels", "--frame", "3", "-o", target, source("mf16")).returncode == 0
    assert target.read_bytes() == whole[2].tobytes()
    assert pixels.run("pixels", "--frame", "3", "-o", target, source("mf16")).returncode == 1
    assert pixels.run("pixels", "--frame", "99", "--sha256", source("mf16")).returncode == 1
    assert pixels.run("pixels", "--frame", "0", "--sha256", source("mf16")).returncode == 64
    form = json.loads(pixels.run("pixels", "--json", source("rgb")).stdout)
    assert (form["samplesPerPixel"], form["photometricInterpretation"]) == (3, "RGB")
