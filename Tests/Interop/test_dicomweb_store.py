# SPDX-License-Identifier: Apache-2.0
"""STOW-RS of metadata with bulk data, made by other programs: what is stored is what was meant."""
import io
import json
from xml.etree import ElementTree

import corpus
import imagecodecs
import numpy
import pydicom
import pytest
from martlet_server import prepared_server
from PIL import Image
from pydicom.uid import generate_uid

SYNTHETIC = corpus.FOLDER / "synthetic"
PIXEL_KEYWORDS = ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
                  "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "PlanarConfiguration")


def fresh(name):
    """A data set of the corpus as another instance of another study."""
    data_set = pydicom.dcmread(SYNTHETIC / name)
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID, data_set.SOPInstanceUID = (generate_uid() for _ in "123")
    return data_set


def model(data_set, threshold=64):
    """The DICOM JSON model that pydicom makes, and the parts behind its URIs."""
    parts = {}

    def keep(element):
        uri = f"bulk/{len(parts)}"
        value = element.value
        parts[uri] = value if isinstance(value, bytes) else b"".join(value)
        return uri

    return data_set.to_json_dict(bulk_data_threshold=threshold, bulk_data_element_handler=keep), parts


def send(server, models, parts, kind="application/dicom+json", accept="application/dicom+json"):
    """One message; `parts` are (location, media type, bytes)."""
    text = models if isinstance(models, bytes) else json.dumps(models).encode()
    body = b"--XX\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + text
    for location, media, content in parts:
        body += (f"\r\n--XX\r\nContent-Type: {media}\r\nContent-Location: {location}\r\n\r\n").encode() + content
    return server.request(
        "/dicom-web/studies", "POST", body + b"\r\n--XX--\r\n",
        {"Content-Type": f'multipart/related; type="{kind}"; boundary=XX', "Accept": accept})


def read_back(server, data_set):
    path = (f"/dicom-web/studies/{data_set.StudyInstanceUID}/series/{data_set.SeriesInstanceUID}"
            f"/instances/{data_set.SOPInstanceUID}")
    status, _, body = server.request(path, headers={"Accept": "application/dicom; transfer-syntax=*"})
    assert status == 200, body
    return pydicom.dcmread(io.BytesIO(body))


@pytest.mark.parametrize("name", ["ts/evle_u16.dcm", "ts/evle_rgb.dcm", "ts/evle_mf16.dcm", "volume/sr_tid1500.dcm",
                                  "volume/seg_binary.dcm", "sop/EncapsulatedPDFStorage.dcm", "volume/rtdose.dcm"])
def test_json_of_pydicom(server, name):
    wanted = fresh(name)
    models, parts = model(wanted)
    status, _, body = send(server, [models], [(uri, "application/octet-stream", each) for uri, each in parts.items()])
    assert status == 200, body
    found = read_back(server, wanted)
    for element in wanted:
        if element.tag != 0x00080005:
            assert found[element.tag].value == element.value, element


def test_several_instances_in_one_array(server):
    several = [fresh("ts/evle_u16.dcm"), fresh("ts/evle_g8.dcm"), fresh("volume/sr_tid1500.dcm")]
    models, parts = [], []
    for number, each in enumerate(several):
        made, bulk = model(each)
        text = json.dumps(made).replace('"bulk/', f'"{number}/bulk/')
        models.append(json.loads(text))
        parts += [(f"{number}/{uri}", "application/octet-stream", content) for uri, content in bulk.items()]
    status, _, body = send(server, models, parts)
    assert status == 200, body
    assert len(json.loads(body)["00081199"]["Value"]) == 3
    for each in several:
        read_back(server, each)


def without_pixels(name):
    """The metadata of an image that says nothing of its pixels but where they are."""
    data_set = fresh(name)
    for keyword in (*PIXEL_KEYWORDS, "PixelData"):
        if keyword in data_set:
            delattr(data_set, keyword)
    models = data_set.to_json_dict()
    models["7FE00010"] = {"vr": "OB", "BulkDataURI": "frames"}
    return data_set, models


RAMP = (numpy.add.outer(numpy.arange(48), numpy.arange(64)) * 2).astype(numpy.uint8)
COLOUR = numpy.stack([RAMP, RAMP[::-1], 255 - RAMP], axis=-1)


def boxed(pixels):
    """A JP2 file, boxes and all."""
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG2000", irreversible=False)
    return written.getvalue()


@pytest.mark.parametrize("media,encode,pixels,syntax,lossless", [
    ("image/jpeg", lambda each: imagecodecs.jpeg8_encode(each, level=95), RAMP, "1.2.840.10008.1.2.4.50", False),
    ("image/jpeg", lambda each: imagecodecs.jpeg8_encode(each, level=95), COLOUR, "1.2.840.10008.1.2.4.50", False),
    # Its predictor is another than the first, which is a transfer syntax of its own.
    ("image/jpeg", lambda each: imagecodecs.ljpeg_encode(each), RAMP, "1.2.840.10008.1.2.4.57", True),
    ("image/jls", lambda each: imagecodecs.jpegls_encode(each), RAMP, "1.2.840.10008.1.2.4.80", True),
    ("image/jp2", boxed, RAMP, "1.2.840.10008.1.2.4.90", True),
    ("image/jp2", boxed, COLOUR, "1.2.840.10008.1.2.4.90", True),
])
def test_compressed_images(server, media, encode, pixels, syntax, lossless):
    data_set, models = without_pixels("ts/evle_g8.dcm")
    frames = [encode(pixels), encode(pixels)]
    status, _, body = send(server, [models], [("frames", media, each) for each in frames])
    assert status == 200, body
    found = read_back(server, data_set)
    assert found.file_meta.TransferSyntaxUID == syntax
    assert (found.Rows, found.Columns, int(found.NumberOfFrames)) == (48, 64, 2)
    assert found.SamplesPerPixel == (3 if pixels.ndim == 3 else 1)
    path = (f"/dicom-web/studies/{data_set.StudyInstanceUID}/series/{data_set.SeriesInstanceUID}"
            f"/instances/{data_set.SOPInstanceUID}/frames/2/rendered?window=127.5,256,linear")
    status, _, body = server.request(path, headers={"Accept": "image/png"})
    assert status == 200, body
    shown = numpy.asarray(Image.open(io.BytesIO(body))).astype(int)
    assert abs(shown - pixels.astype(int)).max() <= (1 if lossless else 24)


def test_video(server):
    source = pydicom.dcmread(SYNTHETIC / "video" / "h264_41.dcm")
    content = list(pydicom.encaps.generate_fragments(source.PixelData))[-1]
    data_set = fresh("video/h264_41.dcm")
    del data_set.PixelData
    models = data_set.to_json_dict()
    models["7FE00010"] = {"vr": "OB", "BulkDataURI": "film"}
    status, _, body = send(server, models, [("film", "video/mp4", content)])
    assert status == 200, body
    found = read_back(server, data_set)
    assert found.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.102"
    assert list(pydicom.encaps.generate_fragments(found.PixelData))[-1].startswith(content.rstrip(b"\0"))


def test_xml_goes_round(server):
    """What the server gives as XML with its bulk data it takes again."""
    wanted = fresh("ts/evle_u16.dcm")
    models, parts = model(wanted)
    assert send(server, [models], [(uri, "application/octet-stream", each) for uri, each in parts.items()])[0] == 200
    path = (f"/dicom-web/studies/{wanted.StudyInstanceUID}/series/{wanted.SeriesInstanceUID}"
            f"/instances/{wanted.SOPInstanceUID}")
    status, _, text = server.request(path + "/metadata", headers={"Accept": "application/dicom+xml"})
    assert status == 200
    uid = generate_uid()
    document = ElementTree.fromstring(text.replace(wanted.SOPInstanceUID.encode() + b"<", uid.encode() + b"<"))
    uri = next(each.get("uri") for each in document.iter() if each.tag.endswith("BulkData"))
    status, _, body = send(
        server, ElementTree.tostring(document), [(uri, "application/octet-stream", wanted.PixelData)],
        "application/dicom+xml", "application/dicom+xml")
    assert status == 200, body
    assert ElementTree.fromstring(body).tag.endswith("NativeDicomModel")
    wanted.SOPInstanceUID = uid
    assert read_back(server, wanted).PixelData == wanted.PixelData


def test_missing_bulk_data_is_told(server):
    data_set, models = without_pixels("ts/evle_g8.dcm")
    status, _, body = send(server, [models], [])
    assert status == 409
    failed, = json.loads(body)["00081198"]["Value"]
    assert failed["00081155"]["Value"] == [data_set.SOPInstanceUID]


@pytest.mark.parametrize("name", ["ts/evle_u16.dcm", "ts/ivle_u16.dcm", "ts/evbe_u16.dcm", "ts/defl_u16.dcm",
                                  "ts/j2k90_g12.dcm", "ts/j2k90_mf16.dcm", "encaps/j2k_mf8_frag3.dcm"])
def test_metadata_holds_what_stands_behind_the_pixels(server, name):
    data_set = fresh(name)
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    signature = pydicom.Dataset()
    signature.DigitalSignatureUID, signature.DigitalSignatureDateTime = "1.2.3", "20240101120000"
    data_set.DigitalSignaturesSequence = [signature]
    block = data_set.private_block(0x7FE1, "BEHIND", create=True)
    block.add_new(0x01, "LO", "tail")
    data_set.DataSetTrailingPadding = b"\0" * 30
    written = io.BytesIO()
    data_set.save_as(written)
    status, _, body = server.request(
        "/dicom-web/studies", "POST", written.getvalue(), {"Content-Type": "application/dicom"})
    assert status == 200, body
    path = (f"/dicom-web/studies/{data_set.StudyInstanceUID}/series/{data_set.SeriesInstanceUID}"
            f"/instances/{data_set.SOPInstanceUID}/metadata")
    found, = json.loads(server.request(path)[2])
    assert found["FFFAFFFA"]["Value"][0]["04000100"]["Value"] == ["1.2.3"]
    assert found["7FE11001"].get("Value") == ["tail"] or found["7FE11001"]["vr"] == "UN"
    assert "FFFCFFFC" in found and found["7FE00010"]["BulkDataURI"].startswith(server.url)
    _, _, text = server.request(path, headers={"Accept": "application/dicom+xml"})
    assert b"DigitalSignaturesSequence" in text


def test_pages_of_other_origins(tmp_path):
    server = prepared_server(tmp_path / "data", extra=["--set", "allowedOrigins=https://viewer.example"])
    try:
        asked = {"Origin": "https://viewer.example", "Access-Control-Request-Method": "GET",
                 "Access-Control-Request-Headers": "authorization"}
        status, headers, _ = server.request("/dicom-web/studies", "OPTIONS", headers=asked, token=False)
        assert status == 204 and headers["Access-Control-Allow-Origin"] == "https://viewer.example"
        assert "Authorization" in headers["Access-Control-Allow-Headers"]
        _, headers, _ = server.request("/dicom-web/studies", headers={"Origin": "https://viewer.example"})
        assert headers["Access-Control-Allow-Origin"] == "https://viewer.example"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        _, headers, _ = server.request("/dicom-web/studies", headers={"Origin": "https://other.example"})
        assert "Access-Control-Allow-Origin" not in headers
    finally:
        server.stop()
