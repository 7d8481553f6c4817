# SPDX-License-Identifier: Apache-2.0
"""File-sets: DCMTK, GDCM, pydicom and dciodvfy read what we write, we read what they write; exports are corrected."""
import io
import json
import shutil
import subprocess
import unicodedata
import zipfile

import corpus
import numpy as np
import pydicom
import pytest
from martlet_server import MartletServer, binary
from peers import run, wait_for
from PIL import Image
from pydicom.fileset import FileSet
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

LEVEL_KEYS = {
    "PATIENT": ["PatientName", "PatientID"],
    "STUDY": ["StudyDate", "StudyTime", "StudyDescription", "StudyInstanceUID", "StudyID", "AccessionNumber"],
    "SERIES": ["Modality", "SeriesInstanceUID", "SeriesNumber"],
    "IMAGE": ["InstanceNumber"],
}
# MPEG-2, H.264 and H.265.
VIDEO = [f"1.2.840.10008.1.2.4.{number}" for number in range(100, 109)]
RT_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
# Its record type is not known to pydicom yet.
ANNOTATIONS = "1.2.840.10008.5.1.4.1.1.91.1"
# Record types that dciodvfy does not know yet.
NEWER_TYPES = ["PLAN", "SURFACE SCAN", "TRACT", "ASSESSMENT", "ANNOTATION"]


def media(*arguments, expect=0):
    """What `martlet media …` printed."""
    done = subprocess.run(
        [str(binary()), "media", *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False)
    told = arguments, done.returncode, done.stdout[-2000:], done.stderr[-2000:]
    assert expect is None or done.returncode == expect, told
    return done.stdout


def tree(path):
    """Records of a DICOMDIR as pydicom finds them by their offsets: (type, keys, instance) and those below."""
    dataset = pydicom.dcmread(path)
    by_offset = {item.seq_item_tell: item for item in dataset.DirectoryRecordSequence}

    def entity(offset):
        found = []
        while offset:
            item = by_offset[offset]
            keys = {name: str(item.get(name, "")) for name in LEVEL_KEYS.get(item.DirectoryRecordType, [])}
            found.append((item.DirectoryRecordType, tuple(sorted(keys.items())),
                          item.get("ReferencedSOPInstanceUIDInFile", ""),
                          sorted(entity(item.OffsetOfReferencedLowerLevelDirectoryEntity))))
            offset = item.OffsetOfTheNextDirectoryRecord
        return found

    return sorted(entity(dataset.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity))


def instances(folder):
    files = [path for path in (folder / "DICOM").rglob("*") if path.is_file()]
    return {pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID: path for path in files}


@pytest.fixture(scope="module")
def objects(ct_files, mr_files, tmp_path_factory):
    """Images of two studies, and one of each other kind of object that the corpus has."""
    folder = tmp_path_factory.mktemp("objects")
    files = [*ct_files[:5], *mr_files[:4]]
    seen, names = set(), {}
    for entry in corpus.entries():
        # Those of synthetic/sop have no more than identifiers.
        if not entry["path"] or entry.get("valid") is False or entry["size"] > 1 << 20 or (
                entry["id"].startswith("synthetic/sop/")):
            continue
        try:
            header = pydicom.dcmread(entry["path"], stop_before_pixels=True)
        except Exception:  # Damaged files of the corpus are other tests' matter.
            continue
        sop_class = header.get("SOPClassUID", "")
        needed = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "PatientID", "StudyDate", "StudyID",
                  "SeriesNumber", "InstanceNumber", "Modality")
        if sop_class == ANNOTATIONS or sop_class in seen or not all(header.get(name) for name in needed):
            continue
        # A record has one name of a patient; several people are number 123456 in the corpus.
        if names.setdefault(header.PatientID, header.PatientName) != header.PatientName:
            continue
        seen.add(sop_class)
        files.append(entry["path"])
    assert len(seen) > 10
    for number, path in enumerate(files):
        shutil.copy(path, folder / f"{number:04}.dcm")
    return folder


@pytest.fixture(scope="module")
def written(objects, tmp_path_factory):
    folder = tmp_path_factory.mktemp("media") / "set"
    report = json.loads(media("write", "--json", "--id", "INTEROP", objects, folder))
    # A video cannot be converted.
    assert report["failures"] == [] and report["objects"] > 15 and report["exceptions"] <= 2
    return folder


def test_the_written_set_checks_itself(written):
    found = json.loads(media("check", "--json", written))
    assert found["problems"] == [] and found["files"] == len(instances(written))
    found = json.loads(media("check", "--json", "--profile", "STD-GEN-CD", written, expect=None))
    assert {each["text"].split()[-1].rstrip(".") for each in found["problems"]} <= set(VIDEO)


def test_pydicom_reads_every_instance(written):
    files = FileSet(written / "DICOMDIR")
    found = {each.SOPInstanceUID: each for each in files}
    assert set(found) == set(instances(written)) and files.ID == "INTEROP"
    for each in found.values():
        dataset = each.load()
        syntax = dataset.file_meta.TransferSyntaxUID
        assert syntax == each.ReferencedTransferSyntaxUIDInFile and syntax in (ExplicitVRLittleEndian, *VIDEO)
        for name in ("PatientID", "PatientName", "StudyInstanceUID", "SeriesInstanceUID", "Modality"):
            assert each[name].value == dataset[name].value


def test_dcmtk_makes_the_same_tree(written, tmp_path):
    """dcmmkdir knows no more than its own version does; what it lists must be equal."""
    own = tree(written / "DICOMDIR")
    output = tmp_path / "DICOMDIR"
    subprocess.run(
        ["dcmmkdir", "+r", "+id", written / "DICOM", "-W", "+I", "-Nxc", "-Nrc", "+D", output, "--no-backup"],
        cwd=written, check=False, capture_output=True)
    assert output.exists()
    theirs = tree(output)

    def flat(records, above=()):
        found = {}
        for kind, keys, instance, below in records:
            here = (*above, (kind, keys))
            if instance:
                found[instance] = here
            found |= flat(below, here)
        return found

    left, right = flat(own), flat(theirs)
    assert set(right) <= set(left) and len(right) > 15
    different = {uid: (left[uid], right[uid]) for uid in right if left[uid] != right[uid]}
    assert different == {}


def icons(path):
    """The icon of each record of an image that has one, by SOP Instance UID."""
    return {record.ReferencedSOPInstanceUIDInFile: record.IconImageSequence[0]
            for record in pydicom.dcmread(path).DirectoryRecordSequence if "IconImageSequence" in record}


def icon_pixels(icon):
    """Grey, or RGB by the icon's palette, of 8 bits."""
    pixels = np.frombuffer(icon.PixelData, np.uint8).reshape(icon.Rows, icon.Columns)
    if icon.PhotometricInterpretation != "PALETTE COLOR":
        return pixels
    tables = [np.frombuffer(icon[f"{colour}PaletteColorLookupTableData"].value, "<u2") >> 8
              for colour in ("Red", "Green", "Blue")]
    return np.stack([table[pixels] for table in tables], axis=-1).astype(np.uint8)


def alike(left, right):
    """Correlation of the ranks of pixels: that of one picture in two windows is high."""
    return np.corrcoef(*(np.argsort(np.argsort(each.ravel(), kind="stable"), kind="stable") for each in (left, right)))[
        0, 1]


def test_images_have_icons_of_themselves(written, tmp_path):
    """PS3.3 F.7; what they show is what DCMTK makes of each image, in small."""
    found = icons(written / "DICOMDIR")
    files = instances(written)
    pictures = 0
    for uid, icon in found.items():
        assert (icon.Rows, icon.Columns, icon.BitsAllocated, icon.BitsStored, icon.HighBit) == (64, 64, 8, 8, 7)
        assert icon.SamplesPerPixel == 1 and icon.PixelRepresentation == 0 and len(icon.PixelData) == 64 * 64
        assert icon.PhotometricInterpretation in ("MONOCHROME2", "PALETTE COLOR")
        dataset = pydicom.dcmread(files[uid])
        if dataset.get("NumberOfFrames", 1) != 1 or dataset.Modality not in ("CT", "MR"):
            continue
        # Where an image names no window, each program has its own.
        picture, named = tmp_path / "picture.png", "WindowCenter" in dataset
        side, window = "+Sxv" if dataset.Columns >= dataset.Rows else "+Syv", ("+Wi", 1) if named else ("+Wm",)
        run("dcmj2pnm", "+on", side, 64, *window, files[uid], picture)
        small = np.asarray(Image.open(picture).convert("L"), float)
        top, left = ((64 - length) // 2 for length in small.shape)
        theirs = np.pad(small, ((top, 64 - top - small.shape[0]), (left, 64 - left - small.shape[1])))
        assert alike(theirs, icon_pixels(icon)) > (0.93 if named else 0.7), uid
        pictures += 1
    images = [uid for uid, path in files.items() if "PixelData" in (each := pydicom.dcmread(path)) and (
        each.file_meta.TransferSyntaxUID not in VIDEO and each.SOPClassUID != RT_DOSE)]
    assert set(images) <= set(found) and pictures > 5
    bare = tmp_path / "bare"
    media("write", "--no-icons", next(iter(files.values())), bare)
    assert icons(bare / "DICOMDIR") == {}


def test_icons_are_those_of_dcmmkdir(ct_files, tmp_path):
    """Beside dcmmkdir's icons of the same images: same attributes, nearly the same picture."""
    media("write", *ct_files[:3], tmp_path / "own")
    output = tmp_path / "DICOMDIR"
    subprocess.run(["dcmmkdir", "+r", "+X", "+id", tmp_path / "own" / "DICOM", "+D", output, "--no-backup"],
                   cwd=tmp_path / "own", check=False, capture_output=True)
    ours, theirs = icons(tmp_path / "own" / "DICOMDIR"), icons(output)
    assert set(ours) == set(theirs) and len(ours) == 3
    for uid, icon in ours.items():
        for name in ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
                     "SamplesPerPixel", "PhotometricInterpretation"):
            assert icon[name].value == theirs[uid][name].value, name
        assert icon["PixelData"].VR == theirs[uid]["PixelData"].VR == "OB"
        assert alike(icon_pixels(icon), icon_pixels(theirs[uid])) > 0.7


def test_colours_of_an_icon_are_those_of_the_image(tmp_path):
    """Red, green, blue and grey fields, wider than high: the rest is black."""
    image = pydicom.Dataset()
    image.file_meta = pydicom.dataset.FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    image.StudyInstanceUID, image.SeriesInstanceUID = generate_uid(), generate_uid()
    image.PatientID, image.PatientName, image.Modality = "COLOUR", "Colour^Field", "OT"
    image.StudyDate, image.StudyTime, image.StudyID = "20260101", "120000", "1"
    image.SeriesNumber = image.InstanceNumber = 1
    image.Rows, image.Columns, image.SamplesPerPixel, image.PlanarConfiguration = 64, 128, 3, 0
    image.PhotometricInterpretation = "RGB"
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 8, 8, 7, 0
    fields = np.zeros((64, 128, 3), np.uint8)
    for index, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 200, 200)]):
        fields[:, index * 32:index * 32 + 32] = colour
    image.PixelData = fields.tobytes()
    image.save_as(tmp_path / "colour.dcm", enforce_file_format=True)
    media("write", tmp_path / "colour.dcm", tmp_path / "set")
    (icon,) = icons(tmp_path / "set" / "DICOMDIR").values()
    pixels = icon_pixels(icon).astype(int)
    assert icon.PhotometricInterpretation == "PALETTE COLOR"
    assert (pixels[:15] == 0).all() and (pixels[-15:] == 0).all()
    for index, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 200, 200)]):
        assert np.abs(pixels[32, index * 16 + 8] - colour).max() <= 26


def test_dcmdump_and_dciodvfy_find_nothing_wrong(written):
    text = run("dcmdump", written / "DICOMDIR")
    assert "PATIENT" in text and "E:" not in text
    result = subprocess.run(["dciodvfy", "-new", written / "DICOMDIR"], capture_output=True, text=True, check=False)
    wrong = [line for line in (result.stdout + result.stderr).splitlines()
             if line.startswith("Error") and not any(f"<{name}>" in line for name in NEWER_TYPES)]
    assert wrong == []


def test_gdcm_reads_the_directory(written):
    text = run("gdcmdump", written / "DICOMDIR")
    assert text.count("(0004,1500)") == len(instances(written))


def listed(path):
    found = []

    def walk(records):
        for record in records:
            if record.get("file"):
                found.append((record["sopInstance"], record["file"]))
            walk(record["records"])

    listing = json.loads(media("read", "--json", path))
    walk(listing["records"])
    return listing, dict(found)


def test_what_others_write_is_read(ct_files, mr_files, tmp_path):
    files = FileSet()
    for path in [*ct_files[:6], *mr_files[:3]]:
        files.add(path)
    files.write(tmp_path / "pydicom")
    own = tmp_path / "dcmtk"
    (own / "IMG").mkdir(parents=True)
    for number, path in enumerate(ct_files[:6]):
        dataset = pydicom.dcmread(path)
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.save_as(own / "IMG" / f"I{number}")
    subprocess.run(["dcmmkdir", "+r", "+I", "+D", own / "DICOMDIR", "+id", own, "IMG"], cwd=own, check=True,
                   capture_output=True)
    gdcm = tmp_path / "gdcm"
    shutil.copytree(own / "IMG", gdcm / "IMG")
    subprocess.run(["gdcmgendir", "-r", "-i", gdcm, "-o", gdcm / "DICOMDIR"], cwd=gdcm, check=False,
                   capture_output=True)
    expected = {pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID for path in ct_files[:6]}
    for folder, count in ((tmp_path / "pydicom", 9), (own, 6), (gdcm, 6)):
        if folder == gdcm and not (gdcm / "DICOMDIR").exists():
            continue  # gdcmgendir refuses some versions' files; the others stand for it.
        listing, found = listed(folder)
        assert listing["findings"] == [] and len(found) == count and expected <= set(found)
        checked = json.loads(media("check", "--json", folder))
        assert checked["problems"] == []


def test_wrong_sets_are_told(written, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(written, broken)
    victim = sorted(broken.rglob("IM*"))[0]
    victim.unlink()
    other = sorted(broken.rglob("IM*"))[0]
    dataset = pydicom.dcmread(other)
    dataset.PatientName = "SOMEBODY^ELSE"
    dataset.save_as(other)
    shutil.copy(sorted(broken.rglob("IM*"))[1], broken / "EXTRA")
    found = json.loads(media("check", "--json", broken, expect=1))
    assert {"missingFile", "wrongKey", "unlistedFile"} <= {each["kind"] for each in found["problems"]}
    data = bytearray((broken / "DICOMDIR").read_bytes())
    first = data.index(b"\x04\x00\x00\x12UL\x04\x00") + 8
    data[first:first + 4] = (12345).to_bytes(4, "little")
    (broken / "DICOMDIR").write_bytes(data)
    listing, files = listed(broken)
    assert len(files) == len(instances(written)) and any("wrongOffset" in each for each in listing["findings"])


def test_compressed_images_are_converted_as_the_profile_asks(tmp_path):
    chosen = [each for each in corpus.entries() if each["path"] and each.get("valid") is not False
              and each.get("transfer_syntax") in ("1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90")
              and each["size"] < 1 << 20 and "StudyInstanceUID" in pydicom.dcmread(each["path"], force=True)]
    assert len(chosen) > 2
    files = [each["path"] for each in chosen[:6]]
    media("write", *files, tmp_path / "cd")
    media("write", "--profile", "STD-GEN-DVD-JPEG", *files, tmp_path / "dvd.zip")
    plain = {pydicom.dcmread(path).file_meta.TransferSyntaxUID for path in (tmp_path / "cd").rglob("IM*")}
    assert plain == {ExplicitVRLittleEndian}
    with zipfile.ZipFile(tmp_path / "dvd.zip") as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path / "dvd")
    syntaxes = {pydicom.dcmread(path).file_meta.TransferSyntaxUID for path in (tmp_path / "dvd").rglob("IM*")}
    assert syntaxes <= {ExplicitVRLittleEndian, "1.2.840.10008.1.2.4.70"}
    media("check", "--profile", "STD-GEN-DVD-JPEG", tmp_path / "dvd")


@pytest.fixture
def site(tmp_path):
    server = MartletServer(
        tmp_path / "data", environment={"MARTLET_RELEASE_MINUTES": "0", "MARTLET_SETTLE_MINUTES": "60"})
    server.add_user()
    server.create_token()
    server.start()
    yield server
    server.stop()


def post(server, path, value, expect=201):
    status, _, body = server.request(
        path, method="POST", body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})
    assert status == expect, (status, body[:500])
    return json.loads(body)


class Export:
    """A medium as it was exported: its directory and its files agree, or this fails."""

    def __init__(self, server, path, folder):
        status, headers, body = server.request(path)
        assert status == 200 and headers["Content-Type"] == "application/zip", (status, body[:300])
        packed = zipfile.ZipFile(io.BytesIO(body))
        assert packed.testzip() is None
        packed.extractall(folder)
        self.names = set(packed.namelist())
        self.files = {}
        for record in FileSet(folder / "DICOMDIR"):
            dataset = record.load()
            self.files[dataset.SOPInstanceUID] = dataset
            for name in ("PatientID", "PatientName", "StudyInstanceUID", "StudyDescription", "AccessionNumber"):
                if name in dataset:
                    assert str(getattr(record, name)) == str(dataset[name].value), name
        assert set(instances(folder)) == set(self.files)
        assert {"DICOMDIR", "README.TXT", "INDEX.HTM"} <= self.names
        found = json.loads(media("check", "--json", "--profile", "STD-GEN-CD", folder))
        assert found["problems"] == []

    def patients(self):
        return {(each.PatientID, str(each.PatientName)) for each in self.files.values()}


def test_exports_follow_every_correction(site, ct_files, mr_files, tmp_path):
    files = [*ct_files[:4], *mr_files[:3]]
    other = []
    for path in mr_files[:3]:
        dataset = pydicom.dcmread(path)
        dataset.PatientID, dataset.PatientName, dataset.IssuerOfPatientID = "SECOND", "SECOND^PERSON", "WARD"
        dataset.StudyInstanceUID += ".7"
        dataset.SeriesInstanceUID += ".7"
        dataset.SOPInstanceUID = generate_uid()
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        other.append(tmp_path / f"{len(other)}.dcm")
        dataset.save_as(other[-1])
    del files[4:]
    site.command("send", "--called", site.ae_title, site.host, site.dicom_port, *files, *other)
    originals = {each.SOPInstanceUID: each for each in map(pydicom.dcmread, [*files, *other])}
    ct, mr = pydicom.dcmread(files[0]), pydicom.dcmread(other[0])
    query = f"/api/v1/media?study={ct.StudyInstanceUID}&study={mr.StudyInstanceUID}"
    number = iter(range(100))

    def export(path=query):
        return Export(site, path, tmp_path / f"export{next(number)}")

    def undo(made):
        post(site, f"/api/v1/corrections/{made['name']}/undo", {})

    before = export()
    assert set(before.files) == set(originals)
    assert before.patients() == {(ct.PatientID, str(ct.PatientName)), ("SECOND", "SECOND^PERSON")}
    for uid, dataset in before.files.items():
        assert dataset.PixelData == originals[uid].PixelData
        assert dataset.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    issuer = ct.get("IssuerOfPatientID", "")
    first, second = {"id": ct.PatientID, "issuer": issuer}, {"id": "SECOND", "issuer": "WARD"}

    renamed = post(site, "/api/v1/corrections", {
        "kind": "update", "patient": first, "values": {"PatientName": "Ünäme^Čorrected"}, "comment": "ward"})
    assert (ct.PatientID, "Ünäme^Čorrected") in export().patients()
    undo(renamed)
    assert export().patients() == before.patients()

    merged = post(site, "/api/v1/corrections", {
        "kind": "merge", "patient": second, "intoPatient": first, "comment": "one"})
    assert {each[0] for each in export().patients()} == {ct.PatientID}
    together = export(f"/api/v1/media?patient={ct.PatientID}")
    assert set(together.files) == set(originals)
    undo(merged)
    alone = export(f"/api/v1/media?patient={ct.PatientID}")
    assert set(alone.files) == {each.SOPInstanceUID for each in map(pydicom.dcmread, files)}

    moved = post(site, "/api/v1/corrections", {
        "kind": "move", "study": mr.StudyInstanceUID, "intoPatient": first, "comment": "wrong patient"})
    assert {each[0] for each in export().patients()} == {ct.PatientID}
    undo(moved)
    assert export().patients() == before.patients()

    rejected = post(site, "/api/v1/corrections", {
        "kind": "reject", "instances": [ct.SOPInstanceUID], "code": "113037", "comment": "blurred"})
    assert set(export().files) == set(originals) - {ct.SOPInstanceUID}
    undo(rejected)
    last = export()
    assert set(last.files) == set(originals) and last.patients() == before.patients()
    series = export(f"/api/v1/studies/{ct.StudyInstanceUID}/series/{ct.SeriesInstanceUID}/media")
    assert set(series.files) == {each.SOPInstanceUID for each in map(pydicom.dcmread, files)}


def words(pdf):
    """What pdftotext reads, without spaces and ligatures: it sets some between letters."""
    return unicodedata.normalize("NFKC", "".join(run("pdftotext", pdf, "-").split()))


def test_only_validated_reports_are_on_a_medium(site, ct_files, mr_files, tmp_path):
    """Two exams: the report of one is validated and changed afterwards, that of the other is a draft."""
    site.add_user("radiologist", "radiologist")
    site.add_user("technologist", "technologist")
    administrator = site.token
    tokens = {role: site.create_token(role) for role in ("radiologist", "technologist")}
    site.token = administrator

    def ask(role, path, body=None):
        status, _, answer = site.request(
            path, method="GET" if body is None else "POST", body=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {tokens[role]}"}, token=False)
        assert status in (200, 201), (status, path, answer[:300])
        return json.loads(answer)

    def examined(source, accession):
        """An exam to be reported; its study."""
        original = pydicom.dcmread(source)
        site.command("order", "add", "--data", site.data, "--patient-id", original.PatientID, "--name",
                     original.PatientName, "--description", "Thorax", "--modality", original.Modality, "--station",
                     "ROOM1", "--start", "202603041030", "--accession", accession)
        shown = json.loads(site.command("order", "show", accession, "--data", site.data).stdout)
        exam = shown["order"]["procedures"][0]
        original.StudyInstanceUID, original.AccessionNumber = exam["studyInstanceUID"], accession
        if "PatientBirthDate" in original:
            original.PatientBirthDate = ""
        path = tmp_path / f"{accession}.dcm"
        original.save_as(path)
        run("storescu", "-aet", "ROOM1", "-aec", site.ae_title, site.host, site.dicom_port, path)
        wait_for(lambda: [study["state"] for each in ask("technologist", "/api/v1/exams?status=inRoom")["exams"]
                          for study in each["exam"]["studies"]] == ["matched"],
                 what="the images to be attached to their exam")
        ask("technologist", f"/api/v1/exams/{exam['id']}/commands", {"command": "complete"})
        return exam["id"], exam["studyInstanceUID"]

    def report(exam, command, based_on, text=None):
        body = {"command": command, "basedOn": based_on}
        if text:
            body["content"] = {"sections": [{"key": "findings", "title": "Findings", "text": text}]}
        return ask("radiologist", f"/api/v1/exams/{exam}/report", body)

    reported, first = examined(ct_files[0], "ACC1")
    drafted, second = examined(mr_files[0], "ACC2")
    report(reported, "save", 0, "Nodule of five millimetres.")
    report(drafted, "save", 0, "Nobody may see this yet.")
    query = f"/api/v1/media?study={first}&study={second}"

    def documents(path=query):
        status, _, body = site.request(path)
        assert status == 200
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            found = {name: packed.read(name) for name in packed.namelist() if name.startswith("REPORTS/")}
            page = packed.read("INDEX.HTM").decode()
        assert all(name in page for name in found)
        texts = []
        for number, content in enumerate(found.values()):
            pdf = tmp_path / f"report{number}.pdf"
            pdf.write_bytes(content)
            texts.append(words(pdf))
        return texts

    assert documents() == []
    report(reported, "validate", 1)
    texts = documents()
    assert len(texts) == 1 and "Noduleoffivemillimetres." in texts[0] and "Nobody" not in texts[0]
    report(drafted, "validate", 1)
    assert sorted("Nobodymaysee" in text for text in documents()) == [False, True]
    assert len(documents(f"/api/v1/studies/{first}/media")) == 1
    assert documents(query + "&reports=no") == []


def test_wrong_requests_are_refused(site, ct_files):
    site.command("send", "--called", site.ae_title, site.host, site.dicom_port, ct_files[0])
    study = pydicom.dcmread(ct_files[0]).StudyInstanceUID
    for path, status in (
            ("/api/v1/media", 400), ("/api/v1/media?study=abc", 400), ("/api/v1/media?patient=NOBODY", 404),
            ("/api/v1/media?patient=*", 404), ("/api/v1/studies/1.2.3/media", 404),
            (f"/api/v1/studies/{study}/media?profile=STD-NO", 400), (f"/api/v1/studies/{study}/media?id=lower", 400)):
        assert site.request(path)[0] == status, path


def test_import_takes_the_folder_of_a_medium(written, tmp_path):
    data = tmp_path / "data"
    done = subprocess.run(
        [str(binary()), "import", "--json", str(written), "--data", str(data)], capture_output=True, text=True,
        timeout=300, check=True)
    report = json.loads(done.stdout)
    assert report["summary"]["stored"] == len(instances(written))
