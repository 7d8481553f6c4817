# SPDX-License-Identifier: Apache-2.0
"""Every resource and media type of PS3.18's tables: asked of the server, and what comes is read by other programs."""
import email
import io
import json
from xml.etree import ElementTree

import corpus
import imagecodecs
import numpy
import pydicom
import pytest
from PIL import Image, ImageCms
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

SYNTHETIC = corpus.FOLDER / "synthetic"
TABLES = json.loads((corpus.FOLDER / "standard" / "dicomweb_tables.json").read_text())["tables"]
FILES = {
    "grey8": "ts/evle_g8.dcm", "grey12": "ts/evle_g12.dcm", "single": "ts/evle_u16.dcm", "colour": "ts/evle_rgb.dcm",
    "multi": "ts/evle_mf16.dcm", "jpeg2000": "ts/j2k90_g12.dcm", "video": "video/h264_41.dcm",
    "mpeg2": "video/mpeg2_mphl.dcm", "hevc": "video/hevc_main.dcm",
    "report": "volume/sr_tid1500.dcm", "state": "volume/gsps.dcm", "document": "sop/EncapsulatedPDFStorage.dcm",
}
LOSSY = {"1.2.840.10008.1.2.4." + suffix for suffix in ("50", "51", "81", "91", "203", "112")}
# No free encoder makes them; they are given as they are stored only.
STORED_ONLY = {"1.2.840.10008.1.2.4." + suffix for suffix in ("92", "93", "111")}


def table(number):
    return next(each["rows"] for each in TABLES if each["title"].startswith(f"Table {number}."))


@pytest.fixture(scope="module")
def stored(server):
    """The instances by name; the study of the volume has all its CT slices, on which state and report are made."""
    paths = [SYNTHETIC / each for each in FILES.values()] + sorted((SYNTHETIC / "volume").glob("ct*.dcm"))
    for path in paths:
        status, _, body = server.request(
            "/dicom-web/studies", "POST", path.read_bytes(), {"Content-Type": "application/dicom"})
        assert status == 200, (path, body)
    return {name: pydicom.dcmread(SYNTHETIC / path) for name, path in FILES.items()}


def place(data_set, template="/studies/{study}/series/{series}/instances/{instance}", frames="1"):
    names = {"study": data_set.StudyInstanceUID, "series": data_set.SeriesInstanceUID,
             "instance": data_set.SOPInstanceUID, "frames": frames}
    return "/dicom-web" + template.format(**names)


def raw_parts(headers, body):
    """The parts of a message: header fields and bytes."""
    boundary = email.message_from_bytes(
        b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n").get_param("boundary").encode()
    found = []
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, content = piece.split(b"\r\n\r\n", 1)
        found.append((email.message_from_bytes(head.lstrip() + b"\r\n\r\n"), content))
    return found


def decoded(frame, syntax, like):
    """The samples of a compressed frame by pydicom's decoders, of JPEG XL by libjxl."""
    if syntax.startswith("1.2.840.10008.1.2.4.11"):
        return imagecodecs.jpegxl_decode(frame)
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = UID(syntax)
    for keyword in ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
                    "SamplesPerPixel", "PhotometricInterpretation"):
        setattr(made, keyword, like[keyword].value)
    made.PixelData = encapsulate([frame])
    made["PixelData"].VR = "OB"
    return made.pixel_array


def frames_of(data_set):
    pixels = data_set.pixel_array
    return pixels if int(data_set.get("NumberOfFrames", 1)) > 1 else pixels[None]


# Retrieve: PS3.18 tables 10.4.1-1 to 10.4.1.6-1 and 10.4.4-1

def resources(*numbers):
    return [(row[0], row[1]) for number in numbers for row in table(number)[1:] if row[1].startswith("/")]


def test_tables_are_read():
    assert len(resources("10.4.1-1")) == 3
    assert len(compressed_rows()) > 40


@pytest.mark.parametrize("name,template", resources("10.4.1-1"))
@pytest.mark.parametrize("media", ['multipart/related; type="application/dicom"',
                                   'multipart/related; type="application/octet-stream"', "application/dicom", "*/*"])
def test_instance_resources(server, stored, name, template, media):
    if media == "application/dicom" and not name.startswith("Instance"):
        pytest.skip("several instances need a message around them")
    wanted = stored["single"]
    status, headers, body = server.request(place(wanted, template), headers={"Accept": media})
    assert status == 200, body
    if media == "application/dicom":
        assert pydicom.dcmread(io.BytesIO(body)) == wanted
        return
    found = raw_parts(headers, body)
    if "octet" in media:
        assert wanted.PixelData in [content for _, content in found]
    else:
        assert wanted in [pydicom.dcmread(io.BytesIO(content)) for _, content in found]


@pytest.mark.parametrize("name,template", resources("10.4.1-2"))
@pytest.mark.parametrize("media", [row[0] for row in table("8.7.3-3")[1:]])
def test_metadata(server, stored, name, template, media):
    wanted = stored["report"]
    accept = f'multipart/related; type="{media}"' if media.endswith("xml") else media
    status, headers, body = server.request(place(wanted, template), headers={"Accept": accept})
    assert status == 200, body
    if media.endswith("json"):
        models = json.loads(body)
        mine = next(each for each in models if each["00080018"]["Value"] == [wanted.SOPInstanceUID])
        assert pydicom.Dataset.from_json(mine).ContentSequence == wanted.ContentSequence
        return
    uids = []
    for part, content in raw_parts(headers, body):
        assert part.get_content_type() == "application/dicom+xml"
        model = ElementTree.fromstring(content)
        uids += [each.findtext(".//{*}Value") for each in model if each.get("keyword") == "SOPInstanceUID"]
    assert wanted.SOPInstanceUID in uids


def compressed_rows():
    """PS3.18 table 8.7.3-5: category, media type, transfer syntax, "D" or "O"."""
    rows, category, media = [], "", ""
    for row in table("8.7.3-5")[1:]:
        if len(row) == 5:
            category = row[0]
        if "/" in row[-4] if len(row) >= 4 else False:
            media = row[-4]
        rows.append((category, media, row[-3], row[-1]))
    return rows


def source(category, syntax):
    if category == "Video":
        return {"1.2.840.10008.1.2.4.101": "mpeg2", "1.2.840.10008.1.2.4.102": "video"}.get(syntax)
    if category.startswith("Multi"):
        return "multi" if not syntax.endswith((".50", ".51")) else None
    return {"1.2.840.10008.1.2.4.50": "grey8", "1.2.840.10008.1.2.4.51": "grey12"}.get(syntax, "single")


@pytest.mark.parametrize("category,media,syntax,usage", compressed_rows())
@pytest.mark.parametrize("multipart", [True, False])
def test_compressed_pixel_data(server, stored, category, media, syntax, usage, multipart):
    name = source(category, syntax)
    if name is None or syntax in STORED_ONLY:
        pytest.skip("given as it is stored only")
    wanted = stored[name]
    if category == "Video":
        path = place(wanted) + "/bulkdata/7FE00010"
    else:
        path = place(wanted, "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}")
    accept = f'{media}; transfer-syntax={syntax}'
    if multipart:
        accept = f'multipart/related; type="{media}"; transfer-syntax={syntax}'
    status, headers, body = server.request(path, headers={"Accept": accept})
    assert status == 200, body
    content = raw_parts(headers, body)[0][1] if multipart else body
    if category == "Video":
        fragments = b"".join(list(pydicom.encaps.generate_fragments(wanted.PixelData))[1:])
        assert fragments.startswith(content) and len(content) > 0
        return
    kind = (raw_parts(headers, body)[0][0] if multipart else headers)["Content-Type"]
    assert media in kind and syntax in kind
    samples = decoded(content, syntax, wanted)
    expected = frames_of(wanted)[0]
    if syntax in LOSSY:
        assert abs(samples.astype(float) - expected).mean() < expected.max() * 0.02 + 2
    else:
        assert (samples == expected).all()
    if usage == "D":
        status, headers, _ = server.request(path, headers={"Accept": accept.split("; transfer-syntax")[0]})
        assert status == 200


@pytest.mark.parametrize("name,template", resources("10.4.1.5-1", "10.4.1.6-1"))
def test_all_bulk_data(server, stored, name, template):
    for which in ("single", "multi", "jpeg2000"):
        wanted = stored[which]
        status, headers, body = server.request(
            place(wanted, template), headers={"Accept": 'multipart/related; type="application/octet-stream"'})
        assert status == 200, body
        found = raw_parts(headers, body)
        mine = [content for part, content in found if wanted.SOPInstanceUID in part["Content-Location"]]
        if which == "multi" and "frames" in template:
            assert mine == [wanted.pixel_array[0].tobytes()]
        else:
            assert mine == [wanted.pixel_array.tobytes()]
        for part, _ in found:
            assert part["Content-Location"].startswith(server.url)


# Rendered: PS3.18 tables 10.4.1-3, 10.4.1-4, 8.7.4-1, 8.3.5-1

def rendered_types():
    rows, category = [], ""
    for row in table("8.7.4-1")[1:]:
        if len(row) == 4:
            category = row[0]
        if not category.startswith("Video"):
            rows.append((category, row[-3], row[-1]))
    return rows


@pytest.mark.parametrize("category,media,usage", rendered_types())
def test_rendered_media_types(server, stored, category, media, usage):
    name = {"Single": "single", "Multi-": "multi", "Text": "report"}[category[:6].strip()]
    path = place(stored[name]) + "/rendered"
    status, headers, body = server.request(path, headers={"Accept": media})
    if media in ("text/rtf", "application/pdf"):
        assert (status, usage) == (406, "O")
        assert "text/html" in json.loads(body)["detail"]
        return
    assert status == 200 and headers["Content-Type"].startswith(media), body
    if category == "Text":
        text = body.decode()
        assert "Measurement" in text or "NativeDicomModel" in text
        return
    if media in ("image/jxl",):
        assert imagecodecs.jpegxl_decode(body).shape[:2] == (stored[name].Rows, stored[name].Columns)
    elif media == "image/jph":
        assert body[4:8] == b"jP  " and b"jph " in body[:40]
    else:
        picture = Image.open(io.BytesIO(body))
        assert picture.size == (stored[name].Columns, stored[name].Rows)
        if category.startswith("Multi") and media == "image/gif":
            assert picture.n_frames == stored[name].NumberOfFrames


@pytest.mark.parametrize("name,template", resources("10.4.1-3", "10.4.1-4"))
def test_rendered_resources(server, stored, name, template):
    template = template.replace("{frame ...", "{frames}/" + ("thumbnail" if "Thumbnail" in name else "rendered"))
    for which in ("single", "colour", "multi"):
        status, headers, body = server.request(place(stored[which], template))
        assert status == 200 and headers["Content-Type"] == "image/jpeg"
        assert numpy.asarray(Image.open(io.BytesIO(body))).std() > 0


def picture(server, path, accept="image/png"):
    status, headers, body = server.request(path, headers={"Accept": accept})
    assert status == 200, body
    return numpy.asarray(Image.open(io.BytesIO(body))).astype(int)


def test_rendering_parameters(server, stored):
    path = place(stored["single"]) + "/rendered"
    whole = picture(server, path)
    pixels = stored["single"].pixel_array.astype(float)
    low, high = numpy.percentile(pixels, [20, 70])
    center, width = (low + high) / 2, high - low
    shown = picture(server, f"{path}?window={center},{width},linear-exact")
    expected = numpy.clip((pixels - (center - width / 2)) / width * 255, 0, 255)
    assert abs(shown - expected).max() <= 1
    assert picture(server, path + "?viewport=64,64").shape[:2] == (64, 64) or whole.shape[0] != whole.shape[1]
    half = whole.shape[1] // 2
    part = picture(server, f"{path}?viewport={half},{whole.shape[0]},0,0,{half},{whole.shape[0]}")
    assert (part == whole[:, :half]).all()
    rows, columns = whole.shape[:2]
    flipped = picture(server, f"{path}?viewport={columns},{rows},0,0,-{columns},{rows}")
    assert (flipped == whole[:, ::-1]).all()
    assert (picture(server, path + "?annotation=patient,technique&viewport=512,512")
            != picture(server, path + "?viewport=512,512")).sum() > 500
    small, large = (server.request(f"{path}?quality={q}&viewport=512,512")[2] for q in (20, 95))
    assert len(small) < len(large)
    for wrong in ("window=1", "window=a,b", "viewport=0,0", "viewport=1", "quality=0", "quality=101", "annotation=x",
                  "iccprofile=maybe", "window=1,2,cubic"):
        status, _, body = server.request(f"{path}?{wrong}")
        assert status == 400 and wrong.split("=")[0] in json.loads(body)["detail"]


def test_colour_profile(server, stored):
    path = place(stored["colour"]) + "/rendered"
    for value, has in (("yes", True), ("srgb", True), ("no", False)):
        status, _, body = server.request(f"{path}?iccprofile={value}")
        assert status == 200
        assert bool(Image.open(io.BytesIO(body)).info.get("icc_profile")) == has
    png = {"Accept": "image/png"}
    own = numpy.asarray(Image.open(io.BytesIO(server.request(path + "?iccprofile=srgb", headers=png)[2])))
    for value in ("adobergb", "rommrgb"):
        status, _, body = server.request(f"{path}?iccprofile={value}", headers=png)
        made = Image.open(io.BytesIO(body))
        assert status == 200
        # Little CMS by Pillow takes the colours back to where they were.
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(made.info["icc_profile"]))
        back = numpy.asarray(ImageCms.profileToProfile(made, theirs, ImageCms.createProfile("sRGB")))
        assert (numpy.asarray(made) != own).any()
        assert numpy.abs(back.astype(int) - own).max() <= 6


def test_presentation_state(server, stored, tmp_path):
    """Rendering a state is rendering its image as `martlet render` does with the state."""
    state = stored["state"]
    series = state.ReferencedSeriesSequence[0]
    uid = series.ReferencedImageSequence[0].ReferencedSOPInstanceUID
    image, = [each for each in (SYNTHETIC / "volume").glob("ct*.dcm")
              if pydicom.dcmread(each, stop_before_pixels=True).SOPInstanceUID == uid]
    server.command("render", image, "--presentation-state", SYNTHETIC / FILES["state"], "--size", "256x256",
                   "--output", tmp_path / "state.png")
    expected = numpy.asarray(Image.open(tmp_path / "state.png")).astype(int)
    shown = picture(server, place(state) + "/rendered?viewport=256,256")
    assert shown.shape == expected.shape and (shown == expected).all()
    query = (f"/wado?requestType=WADO&studyUID={state.StudyInstanceUID}&seriesUID={series.SeriesInstanceUID}"
             f"&objectUID={uid}&contentType=image/png&presentationUID={state.SOPInstanceUID}"
             f"&presentationSeriesUID={state.SeriesInstanceUID}&rows=256&columns=256")
    assert (picture(server, query) == shown).all()


def test_several_frames(server, stored):
    path = place(stored["multi"]) + "/frames/1,2/rendered"
    status, headers, body = server.request(path, headers={"Accept": 'multipart/related; type="image/png"'})
    assert status == 200
    assert len([Image.open(io.BytesIO(content)) for _, content in raw_parts(headers, body)]) == 2
    assert server.request(path, headers={"Accept": "image/png"})[0] == 406
    status, _, body = server.request(path, headers={"Accept": "image/gif"})
    assert Image.open(io.BytesIO(body)).n_frames == 2


@pytest.mark.parametrize("name,media", [("video", "video/mp4"), ("mpeg2", "video/mpeg"), ("hevc", "video/h265"),
                                        ("document", "application/pdf")])
def test_video_and_documents(server, stored, name, media):
    path = place(stored[name]) + "/rendered"
    status, headers, whole = server.request(path, headers={"Accept": media})
    assert status == 200 and headers["Content-Type"].lower().startswith(media)
    if name == "document":
        assert whole == stored[name].EncapsulatedDocument[:len(whole)]
        return
    status, headers, body = server.request(path, headers={"Range": "bytes=100-199"})
    assert status == 206 and body == whole[100:200]
    assert headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert server.request(path, headers={"Range": f"bytes={len(whole)}-"})[0] == 416


# Transfer syntaxes of whole instances: PS3.18 table 8.7.3-2

def instance_rows():
    rows, category = [], ""
    for row in table("8.7.3-2")[1:]:
        if len(row) == 4:
            category = row[0]
        if not category.startswith("Video"):
            rows.append((category, row[-3]))
    return rows


@pytest.mark.parametrize("category,syntax", instance_rows())
def test_transfer_syntaxes(server, stored, category, syntax):
    name = source(category, syntax)
    if name is None or syntax in STORED_ONLY:
        pytest.skip("given as it is stored only")
    wanted = stored[name]
    status, _, body = server.request(
        place(wanted), headers={"Accept": f"application/dicom; transfer-syntax={syntax}"})
    assert status == 200, body
    found = pydicom.dcmread(io.BytesIO(body))
    assert found.file_meta.TransferSyntaxUID == syntax
    assert (found.SOPInstanceUID == wanted.SOPInstanceUID) == (syntax not in LOSSY)
    assert found.get("LossyImageCompression", "00") == ("01" if syntax in LOSSY else "00")
    if not syntax.startswith("1.2.840.10008.1.2.4.11"):
        difference = abs(found.pixel_array.astype(float) - wanted.pixel_array)
        assert difference.max() == 0 if syntax not in LOSSY else difference.mean() < wanted.pixel_array.max() * 0.02 + 2


# Conditional requests, ranges, capabilities, negotiation

@pytest.mark.parametrize("path", ["", "/metadata", "/frames/1", "/rendered", "/thumbnail", "/bulkdata/7FE00010",
                                  "/bulkdata", "/pixeldata"])
def test_conditional_requests(server, stored, path):
    path = place(stored["single"]) + path
    status, headers, body = server.request(path)
    assert status == 200 and headers["ETag"] and body
    status, again, body = server.request(path, headers={"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"") and again["ETag"] == headers["ETag"]
    assert server.request(path, headers={"If-None-Match": '"other"'})[0] == 200


def test_ranges_of_bulk_data(server, stored):
    path = place(stored["single"]) + "/bulkdata/7FE00010"
    pixels = stored["single"].PixelData
    for asked, expected in (("0-9", pixels[:10]), ("100-", pixels[100:]), ("-7", pixels[-7:])):
        status, headers, body = server.request(path, headers={"Range": f"bytes={asked}"})
        assert (status, body) == (206, expected)
    status, headers, _ = server.request(path, headers={"Range": f"bytes={len(pixels)}-"})
    assert status == 416 and headers["Content-Range"] == f"bytes */{len(pixels)}"
    status, _, body = server.request(path, headers={"Range": "bytes=0-9", "If-Range": '"old"',
                                                    "Accept": "application/octet-stream"})
    assert (status, body) == (200, pixels)


def test_capabilities(server, stored):
    status, headers, body = server.request("/dicom-web", "OPTIONS")
    assert status == 200 and headers["Content-Type"] == "application/vnd.sun.wadl+xml"
    model = ElementTree.fromstring(body)
    names = {each.get("path") for each in model.iter("{http://wadl.dev.java.net/2009/02}resource")}
    wanted = {"studies", "series", "instances", "metadata", "rendered", "thumbnail", "bulkdata", "pixeldata", "frames"}
    assert wanted <= names
    status, headers, body = server.request(
        "/dicom-web/studies", "OPTIONS", headers={"Accept": "application/json"})
    assert status == 200 and "POST" in headers["Allow"]
    assert {"GET", "POST"} <= {each["method"] for each in json.loads(body)["resources"]}


@pytest.mark.parametrize("accept", ["text/html", "image/x-unknown", "application/dicom+json;q=0",
                                    'multipart/related; type="text/plain"'])
def test_not_acceptable_names_what_there_is(server, stored, accept):
    status, headers, body = server.request(place(stored["single"]) + "/metadata", headers={"Accept": accept})
    assert status == 406 and headers["Content-Type"] == "application/problem+json"
    assert "application/dicom+json" in json.loads(body)["detail"]


def test_quality_values_and_the_query_parameter(server, stored):
    path = place(stored["single"]) + "/rendered"
    for accept, kind in (("image/png;q=0.3, image/gif;q=0.9, image/jpeg;q=0.1", "image/gif"),
                         ("image/*, image/jpeg;q=0", "image/gif"), ("*/*;q=0.1, image/png", "image/png")):
        assert server.request(path, headers={"Accept": accept})[1]["Content-Type"] == kind
    headers = server.request(path + "?accept=image/png", headers={"Accept": "image/jpeg"})[1]
    assert headers["Content-Type"] == "image/png"


# Search: PS3.18 §8.3.4, §10.6

def test_search_in_xml_and_json(server, stored):
    path = f"/dicom-web/studies?StudyInstanceUID={stored['single'].StudyInstanceUID}"
    status, headers, body = server.request(path, headers={"Accept": 'multipart/related; type="application/dicom+xml"'})
    assert status == 200
    (_, content), = raw_parts(headers, body)
    assert stored["single"].StudyInstanceUID.encode() in content


def test_total_counts_and_warnings(server, stored):
    study = stored["state"].StudyInstanceUID
    base = f"/dicom-web/studies/{study}/instances"
    status, headers, body = server.request(base)
    total = len(json.loads(body))
    assert headers["X-Total-Count"] == str(total) and total > 40
    status, headers, body = server.request(base + "?limit=7&offset=3")
    assert len(json.loads(body)) == 7 and headers["X-Total-Count"] == str(total)
    status, headers, body = server.request(base + f"?offset={total}")
    assert status == 204 and headers["X-Total-Count"] == str(total) and body == b""


def test_included_fields(server, stored):
    wanted = stored["single"]
    base = f"/dicom-web/instances?SOPInstanceUID={wanted.SOPInstanceUID}"
    plain, = json.loads(server.request(base)[2])
    assert "00281050" not in plain and "00080005" in plain
    # One by keyword, one by tag, one that no index keeps.
    named, = json.loads(server.request(base + "&includefield=PhotometricInterpretation,00280101"
                                       "&includefield=InstanceCreatorUID&includefield=LargestImagePixelValue")[2])
    assert {"00280004", "00280101"} <= set(named)
    everything, = json.loads(server.request(base + "&includefield=all")[2])
    assert set(plain) < set(everything)
    assert server.request(base + "&includefield=NoSuchThing")[0] == 400


def test_unindexed_fields_come_from_the_instance(server, stored):
    wanted = stored["report"]
    found, = json.loads(server.request(
        f"/dicom-web/instances?SOPInstanceUID={wanted.SOPInstanceUID}&includefield=ContentSequence")[2])
    assert len(found["0040A730"]["Value"]) == len(wanted.ContentSequence)


def test_empty_and_multiple_values(server, stored):
    made = {}
    for number in ("", "A1", "A2"):
        copy = pydicom.dcmread(SYNTHETIC / FILES["grey8"])
        copy.StudyInstanceUID, copy.SeriesInstanceUID, copy.SOPInstanceUID = (pydicom.uid.generate_uid() for _ in "123")
        copy.file_meta.MediaStorageSOPInstanceUID = copy.SOPInstanceUID
        copy.PatientID, copy.AccessionNumber = "EMPTY", number
        made[number] = copy.StudyInstanceUID
        written = io.BytesIO()
        copy.save_as(written)
        assert server.request("/dicom-web/studies", "POST", written.getvalue(),
                              {"Content-Type": "application/dicom"})[0] == 200
    base = "/dicom-web/studies?PatientID=EMPTY&AccessionNumber="
    for value, numbers in (("%22%22&emptyvaluematching=true", [""]), ("A1,A2&multiplevaluematching=true", ["A1", "A2"]),
                           ("", ["", "A1", "A2"]), ("A1", ["A1"]), ("A3", [])):
        found = json.loads(server.request(base + value)[2] or "[]")
        assert {each["0020000D"]["Value"][0] for each in found} == {made[number] for number in numbers}, value
    two = [stored["single"].Modality, stored["report"].Modality]
    found = json.loads(server.request(f"/dicom-web/series?Modality={','.join(two)}&multiplevaluematching=true")[2])
    assert {each["00080060"]["Value"][0] for each in found} == set(two)
    assert server.request("/dicom-web/studies?emptyvaluematching=perhaps")[0] == 400


# WADO-URI: PS3.18 §9

def address(data_set, more=""):
    return (f"/wado?requestType=WADO&studyUID={data_set.StudyInstanceUID}&seriesUID={data_set.SeriesInstanceUID}"
            f"&objectUID={data_set.SOPInstanceUID}{more}")


@pytest.mark.parametrize("name,more,kind", [
    ("single", "", "image/jpeg"), ("single", "&contentType=image/png", "image/png"),
    ("multi", "", "application/dicom"), ("multi", "&frameNumber=2", "image/jpeg"),
    ("single", "&contentType=application/dicom", "application/dicom"),
    ("single", "&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.80", "application/dicom"),
    ("report", "", "text/html"), ("report", "&contentType=text/plain", "text/plain"),
    ("report", "&contentType=application/dicom", "application/dicom"),
    ("video", "", "video/mp4"), ("document", "&contentType=application/pdf", "application/pdf"),
    ("single", "&contentType=image/gif,image/png;q=0.5", "image/gif"),
])
def test_uri_service(server, stored, name, more, kind):
    status, headers, body = server.request(address(stored[name], more), headers={"Accept": "*/*"})
    assert status == 200, body
    assert headers["Content-Type"].startswith(kind)
    if kind == "application/dicom":
        assert pydicom.dcmread(io.BytesIO(body)).SOPInstanceUID == stored[name].SOPInstanceUID


def test_uri_parameters(server, stored):
    path = address(stored["single"], "&contentType=image/png")
    whole = picture(server, path)
    rows, columns = whole.shape[:2]
    part = picture(server, f"{path}&region=0.5,0,1,1&rows={rows}&columns={columns // 2}")
    assert (part == whole[:, columns // 2:]).all()
    assert picture(server, path + "&columns=32").shape[1] == 32
    assert (picture(server, path + "&windowCenter=40&windowWidth=2") != whole).any()
    assert (picture(server, path + "&imageAnnotation=patient&rows=512&columns=512")
            != picture(server, path + "&rows=512&columns=512")).any()


@pytest.mark.parametrize("more,expected", [
    ("&anonymize=yes", 501), ("&frameNumber=99", 404), ("&contentType=text/html", 406), ("&rows=0", 400),
    ("&region=1,1,0,0", 400), ("&windowCenter=1", 400),
    ("&contentType=image/jpeg&transferSyntax=1.2.840.10008.1.2", 400),
    ("&presentationUID=1.2.3&presentationSeriesUID=1.2", 404), ("&requestType=IID", 200),
])
def test_uri_refusals(server, stored, more, expected):
    status, _, body = server.request(address(stored["single"], more))
    assert status == expected, body
    if expected != 200:
        assert json.loads(body)["detail"]


def test_uri_needs_all_uids(server, stored):
    assert server.request("/wado?requestType=WADO&studyUID=1.2")[0] == 400
    assert server.request("/wado")[0] == 400
    other = address(stored["single"]).replace(stored["single"].SeriesInstanceUID, "1.2.3")
    assert server.request(other)[0] == 404
