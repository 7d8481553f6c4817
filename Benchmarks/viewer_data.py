# SPDX-License-Identifier: Apache-2.0
"""Made-up images for the viewers: a CT of ellipses with noise, a mammogram of 20 megapixels. No person is in them."""
import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

NOISES = 16


def head(study, series, number, modality, sop_class):
    data = Dataset()
    data.SOPClassUID = sop_class
    data.SOPInstanceUID = f"2.25.7{study}{series}{number:06d}"
    data.StudyInstanceUID, data.SeriesInstanceUID = f"2.25.7{study}", f"2.25.7{study}{series}"
    data.PatientName, data.PatientID = f"Bench^Study {study}", f"BENCH{study}"
    data.PatientBirthDate, data.PatientSex = "19500101", "O"
    data.StudyDate, data.StudyTime, data.AccessionNumber, data.StudyID = "20260101", "120000", f"B{study}", str(study)
    data.ReferringPhysicianName = ""
    data.Modality, data.SeriesNumber, data.InstanceNumber = modality, 1, number
    data.StudyDescription = data.SeriesDescription = f"Bench {study}"
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = 16
    return data


def save(data, path, pixels):
    if pixels.size > 0:
        data.Rows, data.Columns = pixels.shape
    data.PixelData = pixels.tobytes()
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID, data.file_meta.MediaStorageSOPInstanceUID = (
        data.SOPClassUID, data.SOPInstanceUID)
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.is_little_endian, data.is_implicit_VR = True, False
    data.save_as(path, write_like_original=False)


def series_of_ct(folder, count):
    folder.mkdir(parents=True)
    y, x = numpy.mgrid[-256:256, -256:256]
    random = numpy.random.default_rng(7)
    noises = [random.normal(0, 12, (512, 512)) for _ in range(NOISES)]
    for number in range(1, count + 1):
        level = number / count * 2 - 1
        body = (x / 200) ** 2 + (y / 140) ** 2 < 1
        organ = (x - 60) ** 2 + (y + 20) ** 2 < (70 * max(0.1, 1 - level * level)) ** 2
        bone = x ** 2 + (y - 90) ** 2 < 24 ** 2
        values = numpy.where(bone, 900, numpy.where(organ, 110, numpy.where(body, 40, -1000)))
        pixels = (values + noises[number % NOISES]).astype("<i2")
        data = head(count, 1, number, "CT", "1.2.840.10008.5.1.4.1.1.2")
        data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 15, 1
        data.ImagePositionPatient = [-180, -180, -0.6 * number]
        data.ImageOrientationPatient, data.PixelSpacing, data.SliceThickness = [1, 0, 0, 0, 1, 0], [0.7, 0.7], 0.6
        data.FrameOfReferenceUID = f"2.25.7{count}9"
        data.RescaleSlope, data.RescaleIntercept, data.RescaleType = 1, 0, "HU"
        data.WindowCenter, data.WindowWidth = 40, 400
        save(data, folder / f"{number:05d}.dcm", pixels)


def mammogram(folder):
    folder.mkdir(parents=True)
    y, x = numpy.mgrid[0:5120, 0:4096]
    pixels = numpy.where((x / 3000) ** 2 + ((y - 2560) / 2200) ** 2 < 1, 9000 + (x + y) % 701, 200).astype("<u2")
    data = head(20, 1, 1, "MG", "1.2.840.10008.5.1.4.1.1.1.2")
    data.BitsStored, data.HighBit, data.PixelRepresentation = 14, 13, 0
    data.ImagerPixelSpacing, data.ViewPosition, data.ImageLaterality = [0.05, 0.05], "CC", "L"
    data.WindowCenter, data.WindowWidth = 8000, 9000
    save(data, folder / "00001.dcm", pixels)


def multiframe(folder, frames=2047, side=1024):
    """One object of 4 GB: a loop of 16 bit, whose frames differ by a line that says which one it is."""
    folder.mkdir(parents=True)
    data = head(frames, 1, 1, "OT", "1.2.840.10008.5.1.4.1.1.7.3")
    data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 15, 0
    data.NumberOfFrames, data.ConversionType, data.BurnedInAnnotation = frames, "WSD", "NO"
    data.FrameIncrementPointer, data.FrameTime = 0x00181063, 50
    data.RescaleSlope, data.RescaleIntercept, data.RescaleType = 1, 0, "US"
    data.PresentationLUTShape = "IDENTITY"
    data.WindowCenter, data.WindowWidth = 2000, 4000
    y, x = numpy.mgrid[0:side, 0:side]
    pattern = (500 + (x * y // 97) % 1500).astype("<u2")
    path = folder / "00001.dcm"
    data.Rows, data.Columns = side, side
    save(data, path, pattern[:0])
    length = frames * side * side * 2
    whole = path.read_bytes()
    at = whole.rindex(b"\xe0\x7f\x10\x00")
    with open(path, "wb") as file:
        file.write(whole[:at] + b"\xe0\x7f\x10\x00OW\0\0" + length.to_bytes(4, "little"))
        for number in range(frames):
            frame = pattern.copy()
            frame[number * (side - 8) // frames:][:8] = 4000
            frame[:64, :64] = number
            file.write(frame.tobytes())
