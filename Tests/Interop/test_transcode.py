# SPDX-License-Identifier: Apache-2.0
"""What `martlet transcode` writes is read by independent decoders, and is as valid as what it was made from."""
import hashlib
import json
import shutil
import subprocess

import corpus
import numpy as np
import pixels
import pydicom
import pytest

SYNTHETIC = corpus.FOLDER / "synthetic"
SOURCES = ["g12", "s16", "rgb", "mf8", "mf16"]
ROOT = "1.2.840.10008.1.2"
LOSSLESS = {
    "implicit": "", "explicit": ".1", "big-endian": ".2", "deflated": ".1.99", "encapsulated": ".1.98",
    "deflated-frames": ".8.1", "rle": ".5", "jpeg-lossless": ".4.70", "jpeg-lossless-any": ".4.57", "jpeg-ls": ".4.80",
    "jpeg2000": ".4.90", "htj2k": ".4.201", "htj2k-rpcl": ".4.202", "jpegxl": ".4.110",
}
LOSSY = {
    "jpeg": ".4.50", "jpeg-extended": ".4.51", "jpeg-ls-near": ".4.81", "jpeg2000-lossy": ".4.91",
    "htj2k-lossy": ".4.203", "jpegxl-jpeg": ".4.111", "jpegxl-lossy": ".4.112",
}
# dciodvfy knows the syntaxes of its time.
KNOWN_TO_DCIODVFY = {
    "explicit", "rle", "jpeg-lossless", "jpeg-ls", "jpeg2000", "jpeg2000-lossy", "jpeg", "jpeg-ls-near",
}
UNKNOWN_TO_GDCM = {name for name in [*LOSSLESS, *LOSSY] if name.startswith(("htj2k", "jpegxl", "encaps", "deflated-f"))}


def source(name):
    return SYNTHETIC / "ts" / f"evle_{name}.dcm"


def transcode(*arguments):
    return pixels.run("transcode", *arguments)


def decoders(name, tmp_path):
    """Independent decoders of a transfer syntax."""
    if name in ("implicit", "explicit", "big-endian", "deflated"):
        return [lambda path: pixels.normal(native(path), pydicom.dcmread(path))]
    if name.startswith("jpegxl") or name in ("deflated-frames", "encapsulated"):
        return [pixels.by_imagecodecs]
    if name.startswith("htj2k"):
        return [pixels.by_imagecodecs, lambda path: pixels.by_pydicom(path, "pylibjpeg")]
    if name.startswith("jpeg2000"):
        return [pixels.by_gdcm, lambda path: pixels.by_pydicom(path, "pylibjpeg")]
    if name == "jpeg-extended":
        return [lambda path: pixels.by_dcmtk(path, tmp_path)]
    return [pixels.by_gdcm, lambda path: pixels.by_dcmtk(path, tmp_path)]


def native(path):
    dataset = pydicom.dcmread(path)
    size = int(np.prod(pixels.shape(dataset)))
    kind = pixels.container(dataset)
    data = dataset.PixelData
    if dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.2" and dataset["PixelData"].VR == "OW":
        data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
    return np.frombuffer(data, kind)[:size].reshape(pixels.shape(dataset))


def readable(path, syntax):
    """DCMTK, pydicom and, where it knows the syntax, GDCM take the file."""
    subprocess.run(["dcmdump", "-q", str(path)], check=True, capture_output=True, timeout=60)
    list(pydicom.dcmread(path).iterall())
    if syntax not in UNKNOWN_TO_GDCM:
        subprocess.run(["gdcmdump", str(path)], check=True, capture_output=True, timeout=60)


def errors(path):
    """Messages of dciodvfy; it aborts on native pixel data of 32 bits, then none are comparable."""
    found = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, timeout=60, check=False)
    if found.returncode < 0:
        return None
    return {line for line in found.stderr.splitlines() if line.startswith("Error")}


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("syntax", LOSSLESS)
def test_lossless_is_read_by_others(tmp_path, syntax, name):
    target = tmp_path / "ours.dcm"
    done = transcode("--to", syntax, source(name), target)
    assert done.returncode == 0, done.stderr
    before, after = pydicom.dcmread(source(name)), pydicom.dcmread(target)
    assert after.file_meta.TransferSyntaxUID == ROOT + LOSSLESS[syntax]
    assert after.SOPInstanceUID == before.SOPInstanceUID == after.file_meta.MediaStorageSOPInstanceUID
    expected = pixels.martlet(source(name))
    assert pixels.difference(pixels.martlet(target), expected) == 0
    for decoder in decoders(syntax, tmp_path):
        assert pixels.difference(decoder(target), expected) == 0
    if syntax != "deflated":
        readable(target, syntax)
    if syntax in KNOWN_TO_DCIODVFY:
        assert errors(target) <= errors(source(name))


@pytest.mark.parametrize("name", ["g8", "rgb", "mf8", "g12"])
@pytest.mark.parametrize("syntax", LOSSY)
def test_lossy_is_read_by_others_and_says_so(tmp_path, syntax, name):
    if name == "g12" and syntax in ("jpeg", "jpegxl-jpeg"):
        assert transcode("--to", syntax, source(name), tmp_path / "ours.dcm").returncode == 1
        return
    target = tmp_path / "ours.dcm"
    done = transcode("--json", "--to", syntax, source(name), target)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[0])
    assert result["lossy"] and result["ratio"] > 1
    before, after = pydicom.dcmread(source(name)), pydicom.dcmread(target)
    assert after.SOPInstanceUID != before.SOPInstanceUID
    assert after.SOPInstanceUID == after.file_meta.MediaStorageSOPInstanceUID
    assert after.LossyImageCompression == "01"
    assert abs(float(after.LossyImageCompressionRatio) - result["ratio"]) < 0.01
    assert after.LossyImageCompressionMethod.startswith("ISO_")
    assert after.SourceImageSequence[0].ReferencedSOPInstanceUID == before.SOPInstanceUID
    for decoder in decoders(syntax, tmp_path):
        worst = pixels.difference(pixels.martlet(target), decoder(target))
        assert worst <= (8 if syntax == "jpegxl-jpeg" else 3 if syntax == "htj2k-lossy" else 2)
    readable(target, syntax)
    if syntax in KNOWN_TO_DCIODVFY:
        assert errors(target) <= errors(source(name))


@pytest.mark.parametrize("bits", [1, 2, 4, 7, 8, 9, 11, 13, 15, 16])
@pytest.mark.parametrize("syntax", ["rle", "jpeg-lossless", "jpeg-ls", "jpeg2000", "htj2k", "jpegxl"])
def test_odd_bits_are_read_by_others(tmp_path, syntax, bits):
    if syntax == "jpeg-ls" and bits == 1:
        pytest.skip("JPEG-LS begins with two bits")
    random = np.random.default_rng(bits)
    dataset = pydicom.dcmread(source("u16"))
    signed = bits % 2
    low = -(1 << bits - 1) if signed else 0
    values = random.integers(low, low + (1 << bits), size=(1, dataset.Rows, dataset.Columns))
    dataset.BitsAllocated = 8 if bits <= 8 else 16
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = bits, bits - 1, signed
    dataset.PixelData = values.astype(pixels.container(dataset)).tobytes()
    dataset["PixelData"].VR = "OB" if bits <= 8 else "OW"
    plain, target = tmp_path / "plain.dcm", tmp_path / "ours.dcm"
    dataset.save_as(plain)
    done = transcode("--to", syntax, plain, target)
    assert done.returncode == 0, done.stderr
    other = pixels.by_imagecodecs if syntax in ("htj2k", "jpegxl") else (
        lambda path: pixels.by_pydicom(path, {"rle": "pydicom", "jpeg-ls": "pyjpegls"}.get(syntax, "pylibjpeg")))
    assert np.array_equal(other(target), values)


@pytest.mark.parametrize("predictor", range(1, 8))
def test_predictors_are_read_by_others(tmp_path, predictor):
    target = tmp_path / "ours.dcm"
    transcode("--to", "jpeg-lossless-any", "--predictor", predictor, source("u16"), target)
    expected = pixels.martlet(source("u16"))
    for decoder in decoders("jpeg-lossless-any", tmp_path):
        assert pixels.difference(decoder(target), expected) == 0


@pytest.mark.parametrize("table", ["basic", "extended", "none"])
def test_offset_tables_are_read_by_others(tmp_path, table):
    target = tmp_path / "ours.dcm"
    assert transcode("--to", "jpeg-ls", "--offset-table", table, source("mf16"), target).returncode == 0
    assert pixels.difference(pixels.by_pydicom(target, "pyjpegls"), pixels.martlet(source("mf16"))) == 0
    assert ("ExtendedOffsetTable" in pydicom.dcmread(target)) == (table == "extended")


def test_real_images_and_every_volume_are_no_worse_for_dciodvfy(tmp_path):
    files = [each for each in sorted((SYNTHETIC / "volume").glob("*.dcm")) if "PixelData" in pydicom.dcmread(each)]
    done = transcode("--json", "--to", "rle", *files, tmp_path / "out")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    converted = [line for line in lines if line.get("outcome") == "converted"]
    refused = [line for line in lines if line.get("outcome") == "failed"]
    assert len(converted) > 70 and all("floating" in line["error"] for line in refused)
    pairs = [(line["file"], errors(line["file"]), errors(line["output"])) for line in converted]
    assert sum(before is None for _, before, _ in pairs) <= 1
    assert {path: after - before for path, before, after in pairs if before is not None and after - before} == {}


@pytest.fixture
def tree(tmp_path):
    """A folder with images, a report, a file that is no DICOM, and hidden ones."""
    folder = tmp_path / "in"
    (folder / "a" / "b").mkdir(parents=True)
    shutil.copy(source("g12"), folder / "one.dcm")
    shutil.copy(source("mf8"), folder / "a" / "two.dcm")
    shutil.copy(source("s16"), folder / "a" / "b" / "three.dcm")
    shutil.copy(SYNTHETIC / "sop" / "BasicTextSRStorage.dcm", folder / "a" / "report.dcm")
    shutil.copy(sorted((SYNTHETIC / "video").glob("h264_41.dcm"))[0], folder / "video.dcm")
    (folder / "a" / "notes.txt").write_text("no image")
    (folder / ".hidden").write_text("no image")
    return folder


def names(folder):
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize("to", ["implicit", "explicit"])
@pytest.mark.parametrize("packed", ["rle", "jpeg-ls", "jpeg2000"])
def test_what_is_written_while_it_is_decoded_is_the_same(tmp_path, packed, to):
    stored, streamed = tmp_path / "stored.dcm", tmp_path / "streamed.dcm"
    transcode("--to", packed, source("mf16"), stored)
    transcode("--to", to, "--no-verify", stored, streamed)
    readable(streamed, to)
    assert np.array_equal(native(streamed), native(source("mf16")))
    transcode("--to", to, stored, tmp_path / "whole.dcm")
    assert streamed.read_bytes() == (tmp_path / "whole.dcm").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"stored.dcm", "streamed.dcm", "whole.dcm"}


def test_folders(tmp_path, tree):
    out = tmp_path / "out"
    done = transcode("--to", "jpeg-ls", "-r", tree, out)
    assert done.returncode == 1
    assert "3 converted, 1 copied, 2 failed" in done.stdout
    assert "video.dcm" in done.stderr and "notes.txt" in done.stderr
    assert names(out) == ["a/b/three.dcm", "a/report.dcm", "a/two.dcm", "one.dcm"]
    assert pydicom.dcmread(out / "a" / "report.dcm").file_meta.TransferSyntaxUID == ROOT + ".1"
    flat = transcode("--to", "jpeg-ls", tree, tmp_path / "flat")
    assert names(tmp_path / "flat") == ["one.dcm"] and flat.returncode == 1
    copied = transcode("--to", "jpeg-ls", "-r", "--copy-others", tree, tmp_path / "all")
    assert "2 copied, 1 failed" in copied.stdout
    assert (tmp_path / "all" / "video.dcm").read_bytes() == (tree / "video.dcm").read_bytes()


def test_nothing_is_overwritten(tmp_path):
    target = tmp_path / "ours.dcm"
    target.write_text("mine")
    refused = transcode("--to", "rle", source("g8"), target)
    assert refused.returncode == 1 and "--force" in refused.stderr
    assert target.read_text() == "mine"
    assert transcode("--to", "rle", "--force", source("g8"), target).returncode == 0
    assert pydicom.dcmread(target).file_meta.TransferSyntaxUID == ROOT + ".5"
    assert names(tmp_path) == ["ours.dcm"]


def test_a_syntax_that_is_there_already_changes_nothing(tmp_path):
    target = tmp_path / "same.dcm"
    assert transcode("--to", "explicit", source("g8"), target).returncode == 0
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(source("g8").read_bytes()).digest()


def test_bad_arguments(tmp_path):
    for arguments in (["--to", "gif", source("g8"), tmp_path / "x"], ["--to", "rle", source("g8")],
                      ["--to", "jpeg", "--quality", "101", source("g8"), tmp_path / "x"],
                      [source("g8"), tmp_path / "x"],
                      ["--to", "1.2.840.10008.1.2.4.102", source("g8"), tmp_path / "x"]):
        assert transcode(*arguments).returncode == 64
    assert "jpeg2000" in transcode("--list").stdout


def test_jpeg_survives_jpegxl(tmp_path):
    before, packed, after = SYNTHETIC / "ts" / "jpeg50_rgb_ybr444.dcm", tmp_path / "xl.dcm", tmp_path / "after.dcm"
    assert transcode("--to", "jpegxl-jpeg", before, packed).returncode == 0
    assert transcode("--to", "jpeg", packed, after).returncode == 0
    assert pixels.difference(pixels.martlet(after), pixels.martlet(before)) == 0
    assert pydicom.dcmread(after).SOPInstanceUID == pydicom.dcmread(before).SOPInstanceUID
