# SPDX-License-Identifier: Apache-2.0
"""Images that disagree with their order, or with the rules for their sender: kept, listed, decided, undone."""
import json

import pydicom
import pytest
from martlet_server import free_ports, prepared_server
from peers import run, running, wait_for
from pynetdicom import AE

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    (port,) = free_ports(1)
    server = prepared_server(
        tmp_path_factory.mktemp("door") / "data",
        extra=["--set", "prefetchTo=STATION", "--set", "prefetchOn=arrival"])
    server.add_node("STATION", "127.0.0.1", port)
    server.station = port
    yield server
    server.stop()


def call(server, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    status, _, answer = server.request(path, "GET" if body is None else "POST", data, JSON)
    return status, json.loads(answer) if answer else None


def order(server, accession, patient, name, *more):
    server.command("order", "add", "--data", server.data, "--patient-id", patient, "--name", name, "--modality", "CT",
                   "--description", "CT", "--accession", accession, *more)
    shown = json.loads(server.command("order", "show", accession, "--data", server.data).stdout)
    return shown["order"]


def study(files, folder, **values):
    """A new study of its own out of some files."""
    folder.mkdir()
    uid, series = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    paths = []
    for number, file in enumerate(files):
        dataset = pydicom.dcmread(file)
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = values.get("StudyInstanceUID", uid), series
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        for keyword, value in values.items():
            setattr(dataset, keyword, value)
        paths.append(folder / f"{number}.dcm")
        dataset.save_as(paths[-1])
    return str(dataset.StudyInstanceUID), paths


def store(server, paths, title="CT1"):
    run("storescu", "-aet", title, "-aec", "MARTLET", "127.0.0.1", server.dicom_port, *paths)


def mismatches(server, uid, **parameters):
    query = "&".join(f"{name}={value}" for name, value in {"study": uid, **parameters}.items())
    status, found = call(server, f"/api/v1/mismatches?{query}")
    assert status == 200 and found["total"] >= len(found["mismatches"])
    return found["mismatches"]


def header(server, uid):
    path = f"/dicom-web/studies/{uid}/metadata"
    return json.loads(server.request(path, headers={"Accept": "application/dicom+json"})[2])[0]


def test_a_study_of_another_patient(door, tmp_path, ct_files):
    placed = order(door, "DOOR1", "RIGHT", "Right^Person")
    uid, paths = study(ct_files[:3], tmp_path / "a", AccessionNumber="DOOR1", PatientID="WRONG",
                       PatientName="Wrong^Person", PatientBirthDate="")
    store(door, paths)
    found = wait_for(lambda: mismatches(door, uid), what="the mismatch")[0]
    assert found["kind"] == "order" and found["source"] == "CT1" and found["order"] == placed["id"]
    said = {each["attribute"]: (each["study"], each["order"]) for each in found["differences"]}
    assert said["PatientID"] == ("WRONG", "RIGHT") and said["PatientName"] == ("Wrong^Person", "Right^Person")
    assert "StudyInstanceUID" in said
    assert [each["id"] for each in mismatches(door, uid, search="wrong", source="CT1", kind="order")] == [found["id"]]
    assert mismatches(door, uid, search="nobody") == [] == mismatches(door, uid, kind="rule")
    # Nothing is lost, and all is found under what it says.
    assert header(door, uid)["00100020"]["Value"] == ["WRONG"]

    path = f"/api/v1/mismatches/{found['id']}"
    assert call(door, f"{path}/resolve", {"action": "dance"})[0] == 422
    assert call(door, "/api/v1/mismatches/99999/resolve", {"action": "accept"})[0] == 404
    status, decided = call(door, f"{path}/resolve", {"action": "correct", "comment": "as the order says"})
    assert status == 200 and decided["state"] == "corrected" and len(decided["corrections"]) == 1
    assert header(door, uid)["00100020"]["Value"] == ["RIGHT"]
    assert header(door, uid)["00100010"]["Value"] == [{"Alphabetic": "Right^Person"}]
    assert mismatches(door, uid) == []
    assert call(door, f"{path}/resolve", {"action": "accept"})[0] == 409
    exams = call(door, "/api/v1/exams?search=DOOR1")[1]["exams"]
    assert exams[0]["exam"]["studies"][0]["state"] == "matched"

    status, opened = call(door, f"{path}/reopen", {"comment": "the order was wrong"})
    assert status == 200 and opened["state"] == "open" and opened["corrections"] == []
    assert header(door, uid)["00100020"]["Value"] == ["WRONG"]
    other = order(door, "DOOR2", "WRONG", "Wrong^Person")
    status, decided = call(door, f"{path}/resolve", {"action": "attach", "order": other["id"]})
    assert status == 200 and decided["state"] == "attached"
    # What a person decided outlasts further images that say the same.
    store(door, study(ct_files[3:5], tmp_path / "b", StudyInstanceUID=uid, AccessionNumber="DOOR1", PatientID="WRONG",
                      PatientName="Wrong^Person", PatientBirthDate="")[1])
    linked = lambda: call(door, "/api/v1/exams?search=DOOR2")[1]["exams"][0]["exam"]["studies"]
    wait_for(lambda: linked() and linked()[0]["facts"]["instances"] == 5, what="the further images")
    assert mismatches(door, uid) == []


def test_an_accession_number_that_no_order_has(door, tmp_path, ct_files):
    order(door, "DOOR3", "ANY", "Any^Body")
    uid, paths = study(ct_files[:1], tmp_path / "a", AccessionNumber="TYPO3", PatientID="ANY2")
    # pynetdicom as the sender.
    dataset = pydicom.dcmread(paths[0])
    entity = AE(ae_title="PYNET")
    entity.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    association = entity.associate("127.0.0.1", door.dicom_port, ae_title="MARTLET")
    assert association.is_established
    assert association.send_c_store(dataset).Status == 0
    association.release()
    found = wait_for(lambda: mismatches(door, uid), what="the mismatch")[0]
    assert found["source"] == "PYNET" and found["exam"] == 0
    assert found["differences"] == [{"attribute": "AccessionNumber", "order": "", "study": "TYPO3"}]
    unlinked = call(door, "/api/v1/unlinked-studies?state=unmatched")[1]["studies"]
    assert uid in [each["facts"]["studyInstanceUID"] for each in unlinked]
    path = f"/api/v1/mismatches/{found['id']}/resolve"
    assert call(door, path, {"action": "correct"})[0] == 422
    assert call(door, path, {"action": "correct", "values": {"NoSuchThing": "1"}})[0] == 422
    order(door, "RIGHT3", "ANY2", str(dataset.PatientName))
    status, decided = call(door, path, {"action": "correct", "values": {"AccessionNumber": "RIGHT3"}})
    assert status == 200 and decided["state"] == "corrected"
    assert header(door, uid)["00080050"]["Value"] == ["RIGHT3"]
    kept = door.command("door", "mismatches", "--state", "corrected", "--json", "--data", door.data)
    listed = json.loads(kept.stdout)
    assert found["id"] in [each["id"] for each in listed]


def test_rules_for_a_sender(door, tmp_path, ct_files):
    door.command("door", "add", "ct2", "--caller", "CT2*", "--expect", "StudyDescription=CT *", "--expect",
                 "StationName", "--map", "BodyPartExamined:THORAX=CHEST", "--fill", "IssuerOfPatientID=HIS", "--data",
                 door.data)
    refused = door.command("door", "add", "x", "--set", "PixelData=1", "--data", door.data, expect=64)
    assert "cannot be" in refused.stderr
    assert json.loads(door.command("door", "--json", "--data", door.data).stdout)[0]["name"] == "ct2"
    uid, paths = study(ct_files[:4], tmp_path / "a", AccessionNumber="", PatientID="RULED", PatientName="Ruled^One",
                       StudyDescription="Thorax", StationName="", BodyPartExamined="THORAX")
    tried = door.command("door", "test", paths[0], "--caller", "CT2", "--data", door.data, expect=1)
    assert "expected" in tried.stdout
    store(door, paths, "CT2B")
    found = wait_for(lambda: mismatches(door, uid), what="what the rule found")[0]
    assert found["kind"] == "rule" and found["rule"] == "ct2" and found["source"] == "CT2B" and found["series"]
    assert {each["attribute"]: each["study"] for each in found["differences"]} == {
        "StudyDescription": "Thorax", "StationName": ""}
    corrected = header(door, uid)
    assert corrected["00180015"]["Value"] == ["CHEST"] and corrected["00100021"]["Value"] == ["HIS"]
    # More of the same series is not measured again.
    more = pydicom.dcmread(paths[0])
    more.SOPInstanceUID = more.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    more.save_as(tmp_path / "more.dcm")
    before = len(call(door, f"/api/v1/corrections?study={uid}")[1]["corrections"])
    store(door, [tmp_path / "more.dcm"], "CT2B")
    path = f"/api/v1/mismatches/{found['id']}/resolve"
    status, decided = call(door, path, {"action": "correct", "values": {
        "StudyDescription": "CT thorax", "StationName": "ROOM2"}})
    assert status == 200 and decided["state"] == "corrected"
    assert header(door, uid)["00081010"]["Value"] == ["ROOM2"]
    assert len(call(door, f"/api/v1/corrections?study={uid}")[1]["corrections"]) == before + 2
    # Others are not meant.
    other, paths = study(ct_files[:1], tmp_path / "b", AccessionNumber="", PatientID="FREE", StudyDescription="Thorax")
    store(door, paths, "CT1")
    wait_for(lambda: other in str(call(door, "/api/v1/unlinked-studies")[1]), what="the other study")
    assert mismatches(door, other) == []
    assert door.request("/api/v1/door/ct2", "DELETE", None, JSON)[0] == 204
    assert json.loads(door.request("/api/v1/door", headers=JSON)[2]) == {"rules": []}


def test_the_arrival_of_a_patient_brings_the_earlier_studies(door, tmp_path, ct_files):
    _, paths = study(ct_files[:2], tmp_path / "a", PatientID="PRIOR", PatientName="Prior^One", AccessionNumber="")
    store(door, paths)
    folder = tmp_path / "in"
    folder.mkdir()
    placed = order(door, "PRIOR1", "PRIOR", "Prior^One")
    with running("storescp", "-od", folder, "-aet", "STATION", door.station, port=door.station, log=tmp_path / "log"):
        status, _ = call(door, f"/api/v1/exams/{placed['procedures'][0]['id']}/commands", {"command": "arrive"})
        assert status == 200
        wait_for(lambda: len(list(folder.iterdir())) == 2, what="the earlier study")
