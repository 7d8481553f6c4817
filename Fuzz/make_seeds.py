# SPDX-License-Identifier: Apache-2.0
"""Seeds out of the test corpus: python Fuzz/make_seeds.py FOLDER TARGET

Whole files for the targets that read files, single frames with the head that FuzzCodecs and FuzzKernels read.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "support"))

import corpus  # noqa: E402
import pydicom  # noqa: E402
from PIL import ImageCms  # noqa: E402
from pydicom.encaps import generate_frames  # noqa: E402

LONGEST = 64 * 1024
ROOT = "1.2.840.10008.1.2."
# In the order of FuzzCodecs.swift.
SUFFIXES = [
    "1.98", "5", "8.1", "4.50", "4.51", "4.57", "4.70", "4.80", "4.81", "4.90", "4.91", "4.110", "4.111", "4.112",
    "4.201", "4.202", "4.203"]
KERNELS = {"4.57": 0, "4.70": 0, "5": 1}


def images():
    for entry in corpus.entries():
        if entry["path"] and entry.get("pixel") and entry["size"] <= LONGEST:
            yield entry


def first_frame(entry):
    """The data set and its first compressed frame; none where it is not compressed or cannot be read."""
    try:
        file = pydicom.dcmread(entry["path"], force=True)
        if not pydicom.uid.UID(entry["transfer_syntax"]).is_compressed:
            return None
        return file, next(generate_frames(file.PixelData, number_of_frames=int(file.get("NumberOfFrames", 1) or 1)))
    except Exception:  # Damaged files of the corpus are no seeds.
        return None


def frames(target):
    """Name and bytes of a seed for each small compressed image."""
    for entry in images():
        suffix = entry.get("transfer_syntax", "").removeprefix(ROOT)
        if suffix not in SUFFIXES or (found := first_frame(entry)) is None:
            continue
        file, frame = found
        name = entry["id"].replace("/", "_")
        if target == "FuzzCodecs" and file.Rows <= 255 and file.Columns <= 255:
            colour = file.SamplesPerPixel == 3
            flags = {8: 0, 16: 1, 32: 2, 1: 3}.get(file.BitsAllocated, 0) | 4 * colour | 8 * file.PixelRepresentation
            flags |= 16 * (colour and "YBR" in file.get("PhotometricInterpretation", ""))
            yield name, bytes([SUFFIXES.index(suffix), file.Rows, file.Columns, file.BitsStored, flags]) + frame
        if target == "FuzzKernels" and suffix in KERNELS and file.Rows <= 64 and file.Columns <= 64:
            width = max(file.BitsAllocated // 8, 1)
            yield name, bytes([KERNELS[suffix], file.Rows - 1, file.Columns - 1, file.SamplesPerPixel - 1,
                               width - 1]) + frame


def profiles():
    """ICC profiles of the corpus and of Little CMS."""
    for entry in corpus.entries():
        if entry["path"] and entry["size"] <= LONGEST and b"acsp" in Path(entry["path"]).read_bytes():
            found = pydicom.dcmread(entry["path"], force=True).get("ICCProfile")
            if found:
                yield entry["id"].replace("/", "_"), bytes([1]) + found
    for name in ("sRGB", "LAB", "XYZ"):
        yield name, bytes([2]) + ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


def main():
    folder, target = Path(sys.argv[1]), sys.argv[2]
    if target in ("FuzzCodecs", "FuzzKernels"):
        for name, seed in frames(target):
            (folder / name).write_bytes(seed)
    elif target == "FuzzColourProfile":
        for name, seed in profiles():
            (folder / name).write_bytes(seed)
    elif target in ("FuzzImage", "FuzzTranscoding"):
        for entry in images():
            shutil.copyfile(entry["path"], folder / entry["id"].replace("/", "_"))
    else:
        for entry in corpus.entries():
            if entry["path"] and entry["size"] <= LONGEST // 8:
                shutil.copyfile(entry["path"], folder / entry["id"].replace("/", "_"))


if __name__ == "__main__":
    main()
