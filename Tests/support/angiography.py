# SPDX-License-Identifier: Apache-2.0
"""An X-ray angiography run with a presentation state that subtracts a mask, and what numpy makes of both."""
import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    ExplicitVRLittleEndian, GrayscaleSoftcopyPresentationStateStorage, XRayAngiographicImageStorage, generate_uid)

FRAMES, ROWS, COLUMNS = 6, 96, 112
SHIFT = (0.5, -1.25)
CENTER, WIDTH = -40, 700


def _file(sop_class, **values):
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = sop_class
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = generate_uid()
    for keyword in ("PatientBirthDate", "PatientSex", "StudyID", "AccessionNumber", "ReferringPhysicianName"):
        setattr(made, keyword, "")
    made.SeriesInstanceUID, made.SeriesNumber, made.InstanceNumber = generate_uid(), 1, 1
    made.StudyDate, made.StudyTime = "20240102", "101500"
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def _item(**values):
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def masked(name, operation="AVG_SUB", viewing="NAT"):
    """A run with a mask of its own (PS3.3 C.7.6.10)."""
    made = run(name)
    made.MaskSubtractionSequence, made.RecommendedViewingMode = Sequence([_mask(operation)]), viewing
    return made


def difference(image, number):
    """What is left of a frame, counted from 1, when its own mask is subtracted."""
    values = image.pixel_array.astype(float)
    return values[number - 1] - _moved(values[:2].mean(axis=0), *SHIFT) if number >= 3 else values[number - 1]


def _mask(operation):
    mask = _item(MaskOperation=operation)
    if operation == "AVG_SUB":
        mask.MaskFrameNumbers, mask.ApplicableFrameRange = [1, 2], [3, FRAMES]
        mask.MaskSubPixelShift = list(SHIFT)
    return mask


def reversed_intervals(name):
    """A run whose masks go back as its frames go on, from the fourth on: 3 for 4, 2 for 5, 1 for 6."""
    made = masked(name, "REV_TID", "SUB")
    made.MaskSubtractionSequence[0].ApplicableFrameRange, made.MaskSubtractionSequence[0].TIDOffset = [4, FRAMES], 1
    return made


def run(name="Vessel^Test"):
    """Frames 1 and 2 without contrast medium, then more of it in each; bone and noise in all."""
    chance = numpy.random.default_rng(3)
    y, x = numpy.mgrid[:ROWS, :COLUMNS]
    bone = 1500 + 600 * numpy.sin(x / 9) * numpy.cos(y / 7)
    vessel = numpy.exp(-((y - 20 - x / 2) / 4) ** 2)
    frames = [bone - 180 * max(0, number - 2) * vessel + chance.normal(0, 15, bone.shape)
              for number in range(1, FRAMES + 1)]
    made = _file(XRayAngiographicImageStorage, PatientName=name, PatientID="XA-" + name[:8], Modality="XA",
                 StudyInstanceUID=generate_uid(), SeriesDescription="run",
                 ImageType=["ORIGINAL", "PRIMARY", "SINGLE PLANE"])
    made.Rows, made.Columns, made.NumberOfFrames = ROWS, COLUMNS, FRAMES
    made.SamplesPerPixel, made.PhotometricInterpretation, made.PixelRepresentation = 1, "MONOCHROME2", 0
    made.BitsAllocated, made.BitsStored, made.HighBit = 16, 12, 11
    made.PixelIntensityRelationship, made.FrameTime = "LOG", "100"
    made.FrameIncrementPointer = 0x00181063
    made.PixelData = numpy.clip(frames, 0, 4095).astype("<u2").tobytes()
    made["PixelData"].VR = "OW"
    return made


def state(image, operation="AVG_SUB"):
    made = _file(GrayscaleSoftcopyPresentationStateStorage, PatientName=image.PatientName, PatientID=image.PatientID,
                 Modality="PR", StudyInstanceUID=image.StudyInstanceUID, ContentLabel="SUBTRACTED",
                 ContentDescription="", ContentCreatorName="", PresentationCreationDate="20240102",
                 PresentationCreationTime="110000", Manufacturer="test", SeriesNumber=2)
    reference = _item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)
    made.ReferencedSeriesSequence = Sequence([_item(
        SeriesInstanceUID=image.SeriesInstanceUID, ReferencedImageSequence=Sequence([reference]))])
    made.RescaleIntercept, made.RescaleSlope, made.RescaleType = -10, 1.5, "US"
    made.MaskSubtractionSequence, made.RecommendedViewingMode = Sequence([_mask(operation)]), "SUB"
    made.SoftcopyVOILUTSequence = Sequence([_item(WindowCenter=CENTER, WindowWidth=WIDTH)])
    area = _item(PixelOriginInterpretation="FRAME", PresentationSizeMode="SCALE TO FIT")
    area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner = [1, 1], [COLUMNS, ROWS]
    area.PresentationPixelAspectRatio = [1, 1]
    made.DisplayedAreaSelectionSequence, made.PresentationLUTShape = Sequence([area]), "IDENTITY"
    return made


def shown(image, number):
    """Grey levels of a frame, counted from 1, under the state with AVG_SUB."""
    values = image.pixel_array * 1.5 - 10
    seen = values[number - 1]
    if number >= 3:
        seen = seen - _moved(values[:2].mean(axis=0), *SHIFT)
    return numpy.clip(((seen - (CENTER - 0.5)) / (WIDTH - 1) + 0.5) * 255, 0, 255)


def _moved(mask, down, right):
    rows = numpy.clip(numpy.arange(ROWS) - down, 0, ROWS - 1)
    columns = numpy.clip(numpy.arange(COLUMNS) - right, 0, COLUMNS - 1)
    along = numpy.array([numpy.interp(columns, numpy.arange(COLUMNS), row) for row in mask])
    return numpy.array([numpy.interp(rows, numpy.arange(ROWS), column) for column in along.T]).T
