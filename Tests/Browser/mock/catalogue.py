# SPDX-License-Identifier: Apache-2.0
"""A made-up archive: as many studies as asked for, each with the series of the phantom."""

import functools
import time

from . import phantom

FAMILIES = (
    "Almqvist Bauer Costa Dupont Eriksen Fischer García Haddad Ivanova Jensen Kowalski Lefèvre Moreau "
    "Nakamura Okafor Petrov Quispe Rossi Schmidt Tanaka Usman Virtanen Weber Xu Yılmaz Zhang").split()
GIVEN = (
    "Anna Bruno Clara David Elena Farid Grace Hiro Ines Jonas Karin Luca Maya Noor Oscar Paula Rana Sven Tara "
    "Viktor").split()
KINDS = [
    ("CT", "CT head without contrast"), ("CT", "CT thorax and abdomen"), ("MR", "MR brain"), ("MR", "MR knee left"),
    ("DX", "Chest PA and lateral"), ("US", "Ultrasound abdomen"), ("MG", "Mammography both sides"),
    ("CR", "Hand right"),
    ("PT", "FDG whole body"), ("XA", "Coronary angiography"), ("NM", "Bone scan"), ("RF", "Barium swallow"),
]
DAY = 86_400


def study(index, count, now):
    """Study number `index`; the newest has index 0."""
    family, given = FAMILIES[index * 7 % len(FAMILIES)], GIVEN[index * 11 % len(GIVEN)]
    modality, description = KINDS[index * 5 % len(KINDS)]
    when = time.localtime(now - index * 2600)
    received = int((now - index * 2600) * 1_000_000)
    return {
        "studyUID": f"1.2.826.0.1.3680043.10.1462.{index + 1}",
        "patientName": f"{family}^{given}", "patientID": f"P{100_000 + index * 37 % 90_000:06d}", "issuer": "",
        "birthDate": f"{1935 + index * 13 % 80}{1 + index % 12:02d}{1 + index % 28:02d}", "sex": "FMO"[index % 2],
        "accession": f"A{2026_00000 + count - index}", "description": description,
        "date": time.strftime("%Y%m%d", when), "time": time.strftime("%H%M%S", when),
        "modalities": ["PT", "CT"] if modality == "PT" else [modality],
        "referrer": f"{FAMILIES[index * 3 % len(FAMILIES)]}^Dr", "seriesCount": len(SERIES), "instanceCount": TOTAL,
        "firstReceived": received, "lastReceived": received, "conflicts": 1 if index % 41 == 5 else 0,
        "thumbnail": f"/dicom-web/studies/1.2.826.0.1.3680043.10.1462.{index + 1}/series/head/thumbnail",
    }


def instance(sop, number, **given):
    base = dict.fromkeys((
        "windowCenter", "windowWidth", "windowExplanation", "rescaleSlope", "rescaleIntercept", "rescaleType",
        "imagePosition", "imageOrientation", "pixelSpacing", "imagerPixelSpacing", "sliceLocation", "sliceThickness",
        "laterality", "acquisitionDate", "acquisitionTime", "contentDate", "contentTime", "frameTime", "imageComments"))
    base.update(
        sopInstanceUID=sop, sopClassUID="1.2.840.10008.5.1.4.1.1.2", number=number,
        transferSyntaxUID="1.2.840.10008.1.2.1",
        rows=96, columns=112, numberOfFrames=1, samplesPerPixel=1, bitsAllocated=16, bitsStored=16, highBit=15,
        pixelRepresentation=0, photometricInterpretation="MONOCHROME2", planarConfiguration=0,
        isImage=True, lossy=False)
    base.update(given)
    return base


def geometry_series():
    return [instance(
        f"1.9.1.{i}", i + 1, windowCenter=[40], windowWidth=[400], windowExplanation=["Body"], rescaleSlope=1,
        rescaleIntercept=-1024, rescaleType="HU", imagePosition=[-70, -48, -50 + 2.5 * i],
        imageOrientation=[1, 0, 0, 0, 1, 0], pixelSpacing=[1.0, 1.25], sliceThickness=2.5, sliceLocation=-50 + 2.5 * i,
    ) for i in range(40)]


def head_series():
    return [instance(
        f"1.9.2.{i}", i + 1, rows=256, columns=256, pixelRepresentation=1, windowCenter=[40, 600],
        windowWidth=[80, 2500], windowExplanation=["Brain", "Bone"], rescaleSlope=1, rescaleIntercept=0,
        imagePosition=[-110, -110, -70 + 5 * i], imageOrientation=[1, 0, 0, 0, 1, 0], pixelSpacing=[0.86, 0.86],
        sliceThickness=5, sliceLocation=-70 + 5 * i, acquisitionDate="20261120", acquisitionTime="091522.5",
    ) for i in range(30)]


def mr_series():
    return [instance(
        f"1.9.3.{i}", i + 1, sopClassUID="1.2.840.10008.5.1.4.1.1.4", rows=60, columns=80, pixelRepresentation=1,
        windowCenter=[450], windowWidth=[900], imagePosition=[-40, -10 + i * -2, -42 + i * 3.46],
        imageOrientation=[1, 0, 0, 0, 0.866025, 0.5], pixelSpacing=[1, 1], sliceThickness=4,
    ) for i in range(12)]


def other(sop, sop_class):
    return instance(sop, 1, sopClassUID=sop_class, isImage=False, rows=None, columns=None)


def ultrasound():
    return instance(
        "1.9.4.1", 1, sopClassUID="1.2.840.10008.5.1.4.1.1.3.1", rows=240, columns=320, numberOfFrames=24,
        samplesPerPixel=3, bitsAllocated=8, photometricInterpretation="RGB", frameTime=40, lossy=True)


def chest():
    return instance(
        "1.9.5.1", 1, sopClassUID="1.2.840.10008.5.1.4.1.1.1.1", rows=1200, columns=1000,
        photometricInterpretation="MONOCHROME1", imagerPixelSpacing=[0.3, 0.3], laterality="R", bitsStored=14)


SERIES = [
    ("head", 1, "CT", "Head 5 mm", "HEAD", head_series()),
    ("geometry", 2, "CT", "CT phantom", "CHEST", geometry_series()),
    ("oblique", 3, "MR", "MR phantom oblique", "CHEST", mr_series()),
    ("loop", 4, "US", "Apical four chamber", "HEART", [ultrasound()]),
    ("chest", 5, "DX", "Wedge and ring", "HAND", [chest()]),
    ("document", 6, "DOC", "Letter of referral", None, [other("1.9.6.1", "1.2.840.10008.5.1.4.1.1.104.1")]),
    ("report", 7, "SR", "Dose report", None, [other("1.9.7.1", "1.2.840.10008.5.1.4.1.1.88.67")]),
    ("broken", 8, "CT", "Cannot be decoded", None, [instance("1.9.8.1", 1)]),
]
TOTAL = sum(len(series[5]) for series in SERIES)


def detail(summary):
    series = [{
        "seriesUID": uid, "number": number, "modality": modality, "description": description, "bodyPart": part,
        "instanceCount": len(instances), "instances": instances,
    } for uid, number, modality, description, part, instances in SERIES]
    return {"study": summary, "series": series}


@functools.lru_cache(maxsize=400)
def pixels(series, sop, frame):
    """Bytes and headers (rows, columns, samples, bits, signed, photometric); None where there are none."""
    index = int(sop.rsplit(".", 1)[1])
    if series == "geometry":
        return phantom.ct_slice(index), (96, 112, 1, 16, 0, "MONOCHROME2")
    if series == "head":
        return phantom.head_slice(index, 30), (256, 256, 1, 16, 1, "MONOCHROME2")
    if series == "oblique":
        return phantom.mr_slice(index), (60, 80, 1, 16, 1, "MONOCHROME2")
    if series == "loop":
        return phantom.ultrasound_frame(frame), (240, 320, 3, 8, 0, "RGB")
    if series == "chest":
        return phantom.radiograph(), (1200, 1000, 1, 16, 0, "MONOCHROME1")
    return None


@functools.lru_cache(maxsize=20)
def thumbnail(series):
    """A PNG, or None."""
    if series == "geometry":
        return phantom.thumbnail(112, 96, "H", pixels(series, "1.9.1.20", 1)[0], 864, 1264)
    if series == "head":
        return phantom.thumbnail(256, 256, "h", pixels(series, "1.9.2.15", 1)[0], -10, 90)
    if series == "oblique":
        return phantom.thumbnail(80, 60, "h", pixels(series, "1.9.3.6", 1)[0], 0, 900)
    return None
