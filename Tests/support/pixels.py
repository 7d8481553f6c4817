# SPDX-License-Identifier: Apache-2.0
"""Decoded pixels, by Martlet and by others, in the form that the corpus manifest defines."""
import subprocess
import zlib

import gdcm
import imagecodecs
import numpy as np
import pydicom
from martlet_server import binary
from pydicom.encaps import generate_frames
from pydicom.pixels import get_decoder

JPEG_XL = ("1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.4.112")
HIGH_THROUGHPUT = ("1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203")
UNCOMPRESSED = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2")
DEFLATED_FRAMES, ENCAPSULATED = "1.2.840.10008.1.2.8.1", "1.2.840.10008.1.2.1.98"


def run(*arguments, **options):
    return subprocess.run(
        [str(binary()), *map(str, arguments)], capture_output=True, text=True, timeout=300, **options)


def container(dataset):
    if "FloatPixelData" in dataset:
        return np.dtype("<f4")
    if "DoubleFloatPixelData" in dataset:
        return np.dtype("<f8")
    size = max(dataset.BitsAllocated // 8, 1)
    return np.dtype(f"<{'i' if dataset.PixelRepresentation else 'u'}{size}")


def shape(dataset):
    frames = int(dataset.get("NumberOfFrames", 1) or 1)
    samples = dataset.get("SamplesPerPixel", 1)
    return (frames, dataset.Rows, dataset.Columns) + ((samples,) if samples > 1 else ())


def frame_bytes(dataset):
    return int(np.prod(shape(dataset)[1:])) * container(dataset).itemsize


def martlet(path, dataset=None):
    """The samples as `martlet pixels` writes them: frames, rows, columns, samples."""
    dataset = dataset or pydicom.dcmread(path, force=True)
    output = subprocess.run([str(binary()), "pixels", str(path)], capture_output=True, check=True, timeout=300).stdout
    return np.frombuffer(output, container(dataset)).reshape(shape(dataset))


def normal(array, dataset):
    """High bits cleared or sign-extended."""
    unused = dataset.BitsAllocated - dataset.BitsStored
    if unused == 0 or dataset.BitsAllocated == 1:
        return array
    return np.right_shift(np.left_shift(array, unused), unused)


def by_pydicom(path, plugin=None):
    """pydicom's decoding without colour conversion; gdcm, pylibjpeg and pyjpegls are other people's codecs."""
    dataset = pydicom.dcmread(path)
    decoder = get_decoder(dataset.file_meta.TransferSyntaxUID)
    options = {"decoding_plugin": plugin} if plugin else {}
    frames = [array for array, _ in decoder.iter_array(dataset, raw=True, **options)]
    array = np.stack(frames).reshape(shape(dataset)).astype(container(dataset))
    return normal(array, dataset)


def by_imagecodecs(path):
    dataset = pydicom.dcmread(path)
    syntax = dataset.file_meta.TransferSyntaxUID
    frames = shape(dataset)[0]
    arrays = []
    for stream in generate_frames(dataset.PixelData, number_of_frames=frames):
        if syntax in JPEG_XL:
            array = imagecodecs.jpegxl_decode(stream)
        elif syntax in HIGH_THROUGHPUT:
            array = imagecodecs.jpeg2k_decode(stream)
        elif syntax == DEFLATED_FRAMES:
            array = np.frombuffer(zlib.decompressobj(-15).decompress(stream), container(dataset))
        else:
            array = np.frombuffer(stream[:frame_bytes(dataset)], container(dataset))
        arrays.append(np.asarray(array))
    array = np.stack(arrays)
    # libjxl gives back as many bits as are coded; signed samples were coded as unsigned ones.
    return normal(array.astype(container(dataset)).reshape(shape(dataset)), dataset)


def by_gdcm(path):
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read(), f"GDCM cannot read {path}"
    image = reader.GetImage()
    data = image.GetBuffer().encode("utf-8", errors="surrogateescape")
    dataset = pydicom.dcmread(path)
    array = np.frombuffer(data, container(dataset))
    if image.GetPlanarConfiguration() == 1:
        frames, rows, columns, samples = shape(dataset)
        array = array.reshape(frames, samples, rows, columns).transpose(0, 2, 3, 1)
    return normal(array.reshape(shape(dataset)), dataset)


def by_dcmtk(path, folder):
    """Decompressed by the dcmd* tool of the family."""
    dataset = pydicom.dcmread(path)
    syntax = dataset.file_meta.TransferSyntaxUID
    last = int(syntax.rsplit(".", 1)[1])
    tool = "dcmdrle" if syntax == "1.2.840.10008.1.2.5" else "dcmdjpls" if last in (80, 81) else "dcmdjpeg"
    target = folder / "dcmtk.dcm"
    options = ["+cn"] if tool == "dcmdjpeg" else []
    subprocess.run([tool, *options, str(path), str(target)], check=True, capture_output=True, timeout=120)
    plain = pydicom.dcmread(target)
    array = np.frombuffer(plain.PixelData, container(plain))[:int(np.prod(shape(plain)))]
    if plain.get("PlanarConfiguration", 0) == 1:
        frames, rows, columns, samples = shape(plain)
        array = array.reshape(frames, samples, rows, columns).transpose(0, 2, 3, 1)
    return normal(array.reshape(shape(plain)), plain)


def difference(one, other):
    """The greatest difference of two arrays."""
    assert one.shape == other.shape, f"{one.shape} and {other.shape}"
    if one.dtype.kind == "f":
        return 0 if one.tobytes() == other.tobytes() else float("inf")
    return int(np.abs(one.astype(np.int64) - other.astype(np.int64)).max())
