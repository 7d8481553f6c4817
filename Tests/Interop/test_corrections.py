# SPDX-License-Identifier: Apache-2.0
"""Corrections, rejections and the bin as peers see them: DCMTK's findscu and getscu, dicomweb-client, and the API."""
import hashlib
import io
import json
import tarfile

import pydicom
import pytest
from dicomweb_client.api import DICOMwebClient
from martlet_server import MartletServer
from peers import run
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

CALLED = ("-aec", "MARTLET")


@pytest.fixture
def site(tmp_path):
    """A running server whose bin is emptied by hand only, and whose released places go at once."""
    server = MartletServer(
        tmp_path / "data", environment={"MARTLET_RELEASE_MINUTES": "0", "MARTLET_SETTLE_MINUTES": "60"})
    server.add_user()
    server.create_token()
    server.start()
    yield server
    server.stop()


def send(server, files):
    server.command("send", "--called", server.ae_title, server.host, server.dicom_port, *files)


def client(server):
    return DICOMwebClient(
        url=f"{server.url}/dicom-web", headers={"Authorization": f"Bearer {server.token}"})


def post(server, path, value, expect=201):
    status, _, body = server.request(
        path, method="POST", body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})
    assert status == expect, (status, body[:500])
    return json.loads(body)


def get_study(server, study, folder):
    """What getscu receives of a study, by SOP Instance UID."""
    folder.mkdir()
    run("getscu", "-v", "-S", "+B", *CALLED, "-od", folder, server.host, server.dicom_port,
        "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}")
    received = [pydicom.dcmread(path) for path in folder.iterdir()]
    return {each.SOPInstanceUID: each for each in received}


def member_bytes(server):
    """SHA-256 of every stored object, read out of the tar files themselves."""
    found = {}
    for path in sorted(server.data.glob("hot/*/*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.endswith(".dcm"):
                    found[member.name] = hashlib.sha256(tar.extractfile(member).read()).hexdigest()
    return found


def test_a_demographic_update_comes_out_everywhere_and_originals_stay(site, ct_files, tmp_path):
    files = ct_files[:6]
    send(site, files)
    original = {each.SOPInstanceUID: each for each in map(pydicom.dcmread, files)}
    first = next(iter(original.values()))
    before = member_bytes(site)
    made = post(site, "/api/v1/corrections", {
        "kind": "update", "patient": {"id": first.PatientID, "issuer": first.get("IssuerOfPatientID", "")},
        "values": {"PatientName": "CORRECTED^NAME", "PatientBirthDate": "19010203"}, "comment": "from the ward"})
    study = first.StudyInstanceUID
    text = run("findscu", "-v", "-S", *CALLED, site.host, site.dicom_port, "-k", "QueryRetrieveLevel=STUDY",
               "-k", "PatientName=CORRECTED*", "-k", "StudyInstanceUID", "-k", "PatientBirthDate")
    assert study in text and "19010203" in text
    for received in (
            get_study(site, study, tmp_path / "get"),
            {each.SOPInstanceUID: each for each in client(site).retrieve_study(study)}):
        assert set(received) == set(original)
        for uid, dataset in received.items():
            assert dataset.PatientName == "CORRECTED^NAME" and dataset.PatientBirthDate == "19010203"
            assert dataset.PixelData == original[uid].PixelData
            modified = dataset.OriginalAttributesSequence[-1]
            assert modified.ModifyingSystem == "MARTLET" and modified.ReasonForTheAttributeModification == "CORRECT"
            assert modified.ModifiedAttributesSequence[0].PatientName == original[uid].PatientName
            for element in original[uid]:
                if element.tag not in (0x00100010, 0x00100030, 0x04000561):
                    assert dataset[element.tag] == element
    metadata = client(site).retrieve_study_metadata(study)
    assert all(each["00100010"]["Value"][0]["Alphabetic"] == "CORRECTED^NAME" for each in metadata)
    assert site.json(f"/api/v1/studies/{study}")["study"]["patientName"] == "CORRECTED^NAME"
    assert member_bytes(site) == before
    listed = site.json(f"/api/v1/corrections?study={study}")["corrections"]
    assert [each["comment"] for each in listed] == ["from the ward"]
    post(site, f"/api/v1/corrections/{made['name']}/undo", {})
    assert get_study(site, study, tmp_path / "undone") == original
    assert member_bytes(site) == before


def test_merged_patients_by_the_command_line_beside_the_server(site, ct_files, mr_files, tmp_path):
    ct, mr = pydicom.dcmread(ct_files[0]), pydicom.dcmread(mr_files[0])
    mr.PatientID, mr.PatientName, mr.IssuerOfPatientID = "SOMEBODY", "SOMEBODY^ELSE", "WARD"
    mr.StudyInstanceUID, mr.SeriesInstanceUID, mr.SOPInstanceUID = generate_uid(), generate_uid(), generate_uid()
    mr.file_meta.MediaStorageSOPInstanceUID = mr.SOPInstanceUID
    other = tmp_path / "other.dcm"
    mr.save_as(other)
    send(site, [ct_files[0], other])
    issuer = ct.get("IssuerOfPatientID", "")
    source = f"{ct.PatientID}:{issuer}" if issuer else ct.PatientID
    target, target_id, name = "SOMEBODY:WARD", "SOMEBODY", "SOMEBODY^ELSE"
    made = site.command("correct", "merge", source, target, "--comment", "one person", "--data", site.data)
    received = get_study(site, ct.StudyInstanceUID, tmp_path / "get")
    assert {(each.PatientID, str(each.PatientName)) for each in received.values()} == {(target_id, name)}
    found = client(site).search_for_studies(search_filters={"PatientID": target_id})
    assert {each["0020000D"]["Value"][0] for each in found} == {ct.StudyInstanceUID, mr.StudyInstanceUID}
    listed = site.command("correct", "list", "--data", site.data).stdout
    assert made.stdout.strip() in listed and "one person" in listed
    site.command("correct", "undo", made.stdout.strip(), "--data", site.data)
    assert {each.PatientID for each in get_study(site, ct.StudyInstanceUID, tmp_path / "undone").values()} == {
        ct.PatientID}
    site.command("correct", "merge", "NOBODY-AT-ALL", target, "--data", site.data, expect=1)
    site.command("correct", "update", "--set", "PatientName=A", "--data", site.data, expect=64)


def rejection_note(dataset, rejected, code="113037"):
    note = Dataset()
    note.file_meta = FileMetaDataset()
    note.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    note.SOPClassUID = note.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.88.59"
    note.SOPInstanceUID = note.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    note.PatientID, note.PatientName, note.Modality = dataset.PatientID, dataset.PatientName, "KO"
    note.StudyInstanceUID, note.SeriesInstanceUID = dataset.StudyInstanceUID, generate_uid()
    title = Dataset()
    title.CodeValue, title.CodingSchemeDesignator, title.CodeMeaning = code, "DCM", "Rejected"
    note.ConceptNameCodeSequence = [title]
    references = []
    for each in rejected:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = each.SOPClassUID, each.SOPInstanceUID
        references.append(item)
    series, study = Dataset(), Dataset()
    series.SeriesInstanceUID, series.ReferencedSOPSequence = dataset.SeriesInstanceUID, references
    study.StudyInstanceUID, study.ReferencedSeriesSequence = dataset.StudyInstanceUID, [series]
    note.CurrentRequestedProcedureEvidenceSequence = [study]
    return note


@pytest.mark.parametrize("way", ["store", "stow"])
def test_a_rejection_note_rejects(site, ct_files, tmp_path, way):
    send(site, ct_files[:4])
    images = [pydicom.dcmread(path) for path in ct_files[:4]]
    note = rejection_note(images[0], images[:2])
    file = tmp_path / "note.dcm"
    note.save_as(file, enforce_file_format=True)
    if way == "store":
        run("storescu", *CALLED, site.host, site.dicom_port, file)
    else:
        client(site).store_instances([pydicom.dcmread(file)])
    study = images[0].StudyInstanceUID
    kept = {images[2].SOPInstanceUID, images[3].SOPInstanceUID, note.SOPInstanceUID}
    assert set(get_study(site, study, tmp_path / "get")) == kept
    assert {each["00080018"]["Value"][0] for each in client(site).search_for_instances(study)} == kept
    status, _, _ = site.request(
        f"/dicom-web/studies/{study}/series/{images[0].SeriesInstanceUID}/instances/{images[0].SOPInstanceUID}")
    assert status == 404
    rejected, = site.json("/api/v1/rejected")["rejected"]
    assert rejected["instanceCount"] == 2 and rejected["correction"]["code"] == "113037"
    post(site, f"/api/v1/corrections/{rejected['correction']['name']}/undo", {})
    assert len(get_study(site, study, tmp_path / "undone")) == 5


def test_the_bin(site, ct_files, tmp_path):
    send(site, ct_files[:5])
    study = pydicom.dcmread(ct_files[0], stop_before_pixels=True).StudyInstanceUID
    made = post(site, "/api/v1/corrections", {"kind": "delete", "study": study})
    assert site.json("/dicom-web/studies") in (None, [])
    entry, = site.json("/api/v1/bin")["bin"]
    assert entry["studyUID"] == study and entry["instanceCount"] == 5
    assert entry["purgeAt"] - entry["correction"]["at"] == 30 * 86_400_000_000
    post(site, f"/api/v1/bin/{made['name']}/restore", {})
    assert len(client(site).search_for_instances(study)) == 5
    site.command("delete", "--study", study, "--data", site.data)
    name = json.loads(site.command("bin", "list", "--json", "--data", site.data).stdout)["correction"]
    status, _, body = site.request(f"/api/v1/bin/{name}", method="DELETE")
    assert status == 200 and json.loads(body) == {"purged": 5}
    status, _, _ = site.request(f"/api/v1/bin/{name}", method="DELETE")
    assert status == 409
    assert site.json("/api/v1/bin")["bin"] == []
    events = [(each["event"], each["object"]) for each in site.json("/api/v1/audit")["events"]]
    assert any(event == "DICOM Study Deleted" for event, _ in events)


def test_who_may_what(site, ct_files):
    send(site, ct_files[:1])
    study = pydicom.dcmread(ct_files[0], stop_before_pixels=True).StudyInstanceUID
    for role, expected in (("clinician", (403, 403, 403)), ("technologist", (403, 201, 200)),
                           ("radiologist", (403, 403, 200))):
        site.add_user(role, role)
        created = site.command("token", "create", "--user", role, "--data", site.data)
        token = {"Authorization": f"Bearer {created.stdout.strip()}"}
        bodies = [{"kind": "delete", "study": study},
                  {"kind": "update", "study": study, "values": {"StudyDescription": role}}]
        found = [site.request("/api/v1/corrections", method="POST", body=json.dumps(body).encode(),
                              headers={"Content-Type": "application/json", **token})[0] for body in bodies]
        found.append(site.request("/api/v1/corrections", headers=token)[0])
        assert tuple(found) == expected, role


def test_a_rebuilt_index_has_the_corrections(site, ct_files):
    send(site, ct_files[:3])
    first = pydicom.dcmread(ct_files[0])
    site.command("correct", "update", "--study", first.StudyInstanceUID, "--set", "StudyDescription=WHOLE BODY",
                 "--data", site.data)
    site.command("correct", "reject", "--instance", first.SOPInstanceUID, "--code", "113001", "--data", site.data)
    before = site.json("/dicom-web/instances?includefield=all")
    site.stop()
    site.lose_index()
    site.command("reindex", "--data", site.data)
    site.add_user()
    site.create_token()
    site.start()
    after = site.json("/dicom-web/instances?includefield=all")
    for each in before + after:
        each.pop("00081190", None)
    assert after == before and len(after) == 2
    assert {each["00081030"]["Value"][0] for each in after} == {"WHOLE BODY"}
    for path in ct_files[:3]:
        dataset = pydicom.dcmread(path)
        if dataset.SOPInstanceUID == first.SOPInstanceUID:
            continue
        status, _, body = site.request(
            f"/dicom-web/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
            f"/instances/{dataset.SOPInstanceUID}", headers={"Accept": "application/dicom; transfer-syntax=*"})
        assert status == 200 and pydicom.dcmread(io.BytesIO(body)).StudyDescription == "WHOLE BODY"


def test_acknowledged_corrections_outlast_a_kill(site, ct_files):
    send(site, ct_files[:2])
    study = pydicom.dcmread(ct_files[0], stop_before_pixels=True).StudyInstanceUID
    for number in range(5):
        post(site, "/api/v1/corrections", {
            "kind": "update", "study": study, "values": {"StudyDescription": f"NUMBER {number}"}})
        site.kill()
        site.start()
        assert len(site.json("/api/v1/corrections")["corrections"]) == number + 1
        found, = client(site).search_for_studies(search_filters={"StudyInstanceUID": study})
        assert found["00081030"]["Value"] == [f"NUMBER {number}"]
    names = []
    for path in sorted(site.data.glob("records/*/*.tar")):
        with tarfile.open(path) as tar:
            names += [member.name for member in tar if member.name.endswith(".json")]
    assert len(names) == 5
    done = site.command("check", "--json", "--data", site.data)
    assert json.loads(done.stdout.splitlines()[-1])["findings"] == 0
