# SPDX-License-Identifier: Apache-2.0
"""Builds presentation states and overlays for the tests of `martlet render`."""
import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

GRAYSCALE = "1.2.840.10008.5.1.4.1.1.11.1"


def state(image):
    """A grayscale softcopy presentation state that shows the whole image by its own first window."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = GRAYSCALE
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = generate_uid()
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate",
                    "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"):
        setattr(made, keyword, image.get(keyword, ""))
    made.SeriesInstanceUID, made.SeriesNumber, made.InstanceNumber = generate_uid(), 1, 1
    made.Modality, made.Manufacturer = "PR", "test"
    made.ContentLabel, made.ContentDescription, made.ContentCreatorName = "TEST", "", ""
    made.PresentationCreationDate, made.PresentationCreationTime = "20240101", "120000"
    reference = item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)
    series = item(SeriesInstanceUID=image.SeriesInstanceUID, ReferencedImageSequence=Sequence([reference]))
    made.ReferencedSeriesSequence = Sequence([series])
    made.RescaleIntercept, made.RescaleSlope = image.RescaleIntercept, image.RescaleSlope
    made.RescaleType = "HU"
    made.SoftcopyVOILUTSequence = Sequence([item(WindowCenter=image.WindowCenter, WindowWidth=image.WindowWidth)])
    area = item(PixelOriginInterpretation="FRAME", PresentationSizeMode="SCALE TO FIT")
    area.DisplayedAreaTopLeftHandCorner = [1, 1]
    area.DisplayedAreaBottomRightHandCorner = [image.Columns, image.Rows]
    area.PresentationPixelAspectRatio = [1, 1]
    made.DisplayedAreaSelectionSequence = Sequence([area])
    made.PresentationLUTShape = "IDENTITY"
    return made


def item(**values):
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def table(keyword_vr, first, entries, bits):
    """A LUT item; the VR of its descriptor says whether the first value has a sign."""
    made = Dataset()
    made.add_new("LUTDescriptor", keyword_vr, [len(entries), first, bits])
    made.add_new("LUTData", "OW", numpy.asarray(entries, "<u2").tobytes())
    return made


def overlay(data_set, group, mask, kind="G", origin=(1, 1)):
    """Adds an overlay plane with data of its own."""
    data_set.add_new((group, 0x10), "US", mask.shape[0])
    data_set.add_new((group, 0x11), "US", mask.shape[1])
    data_set.add_new((group, 0x40), "CS", kind)
    data_set.add_new((group, 0x50), "SS", list(origin))
    data_set.add_new((group, 0x100), "US", 1)
    data_set.add_new((group, 0x102), "US", 0)
    bits = numpy.packbits(mask.astype(numpy.uint8).ravel(), bitorder="little").tobytes()
    data_set.add_new((group, 0x3000), "OW", bits + bytes(len(bits) % 2))


def graphic(kind, points, units="PIXEL", filled="N"):
    made = item(GraphicAnnotationUnits=units, GraphicDimensions=2, NumberOfGraphicPoints=len(points))
    made.GraphicData = [float(value) for point in points for value in point]
    made.GraphicType, made.GraphicFilled = kind, filled
    return made


def text(value, first, last, units="PIXEL"):
    made = item(BoundingBoxAnnotationUnits=units, UnformattedTextValue=value)
    made.BoundingBoxTopLeftHandCorner, made.BoundingBoxBottomRightHandCorner = list(first), list(last)
    made.BoundingBoxTextHorizontalJustification = "LEFT"
    return made


def layer(name, order, grey):
    return item(GraphicLayer=name, GraphicLayerOrder=order, GraphicLayerRecommendedDisplayGrayscaleValue=grey)


def save(data_set, path):
    pydicom.dcmwrite(path, data_set, enforce_file_format=True)
    return path
