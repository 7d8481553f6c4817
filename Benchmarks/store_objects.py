# SPDX-License-Identifier: Apache-2.0
"""Objects of the measurements that do not come from dicom_load.c."""
import functools
import io
import itertools
import time

import numpy
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset

CT = "1.2.840.10008.5.1.4.1.1.2"
BOUNDARY = "measured-with-martlet"
_studies = itertools.count(1)


def uid(prefix, kind, number):
    """As `make_uid` of dicom_load.c."""
    return f"2.25.1{prefix:012d}{kind:02d}{number:020d}"


@functools.cache
def file(pixel_bytes):
    """A CT image as Part 10 file, whose UIDs are to be replaced."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CT, uid(0, 3, 0)
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    image = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    image.SOPClassUID, image.SOPInstanceUID = CT, uid(0, 3, 0)
    image.StudyInstanceUID, image.SeriesInstanceUID = uid(0, 1, 0), uid(0, 2, 0)
    image.PatientName, image.PatientID, image.PatientBirthDate, image.PatientSex = "Stow^Bench", "STOW", "19600101", "O"
    image.StudyDate, image.StudyTime, image.AccessionNumber, image.StudyID = "20200101", "120000", "STOW", "1"
    image.ReferringPhysicianName, image.Modality, image.SeriesNumber, image.InstanceNumber = "", "CT", 1, 1
    image.Rows, image.Columns, image.SamplesPerPixel = pixel_bytes // 1024, 512, 1
    image.PhotometricInterpretation, image.PixelRepresentation = "MONOCHROME2", 0
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, 12, 11
    image.PixelData = numpy.random.default_rng(1).integers(1000, 1064, pixel_bytes // 2, dtype="<u2").tobytes()
    into = io.BytesIO()
    image.save_as(into, enforce_file_format=True)
    return into.getvalue()


def segment_template(pixel_bytes):
    """A stored file as the archive writes it, for `fill.c` to make many of."""
    image = pydicom.dcmread(io.BytesIO(file(pixel_bytes)))
    image.PatientID, image.PatientName, image.AccessionNumber = "P000000000", "N000000000^Bench", "A000000000"
    # From whom and when it came, so that its study is not taken for one that has been quiet for long.
    image.file_meta.PrivateInformationCreatorUID = "2.25.190377404118461027735306402215961843716"
    arrival = f"{time.time_ns() // 1000}\ndimse\nLOADER\nMARTLET\n127.0.0.1".encode()
    image.file_meta.PrivateInformation = arrival + bytes(len(arrival) % 2)
    into = io.BytesIO()
    image.save_as(into, enforce_file_format=True)
    return into.getvalue()


def multipart(images, pixel_bytes):
    """The boundary and the body of a STOW-RS request with a new study."""
    study, template = next(_studies), file(pixel_bytes)
    prefix = 999_000_000 + study
    parts = []
    for number in range(images):
        part = template.replace(uid(0, 3, 0).encode(), uid(prefix, 3, number).encode())
        for kind in (1, 2):
            part = part.replace(uid(0, kind, 0).encode(), uid(prefix, kind, 0).encode())
        parts += [f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode(), part, b"\r\n"]
    return BOUNDARY, b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
