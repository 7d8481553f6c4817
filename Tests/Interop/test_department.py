# SPDX-License-Identifier: Apache-2.0
"""From the order to the report: the real program, a foreign sender, a report that is seen when it is validated."""
import json
import shutil

import pydicom
import pytest
from martlet_server import PASSWORD, prepared_server
from peers import run, wait_for

JSON = {"Content-Type": "application/json"}
ROLES = ("radiologist", "technologist", "clinician")


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    server = prepared_server(tmp_path_factory.mktemp("hospital") / "data")
    tokens = {}
    for role in ROLES:
        server.add_user(role, role)
        tokens[role] = server.create_token(role)
    yield server, tokens
    server.stop()


def call(hospital, role, path, body=None, method=None):
    server, tokens = hospital
    data = None if body is None else json.dumps(body).encode()
    status, _, answer = server.request(
        path, method or ("GET" if body is None else "POST"), data,
        {**JSON, "Authorization": f"Bearer {tokens[role]}"}, token=False)
    return status, json.loads(answer) if answer else None


def test_order_images_report(hospital, tmp_path, ct_files):
    server, _ = hospital
    original = pydicom.dcmread(ct_files[0])
    placed = server.command(
        "order", "add", "--data", server.data, "--patient-id", str(original.PatientID), "--name",
        str(original.PatientName), "--description", "CT thorax", "--modality", "CT", "--station", "CT1", "--start",
        "202603041030", "--accession", "ACC4711")
    assert placed.stdout.strip() == "ACC4711"
    shown = json.loads(server.command("order", "show", "ACC4711", "--data", server.data).stdout)
    exam = shown["order"]["procedures"][0]
    assert exam["status"] == "scheduled"

    image = tmp_path / "ct.dcm"
    shutil.copy(ct_files[0], image)
    dataset = pydicom.dcmread(image)
    dataset.StudyInstanceUID, dataset.AccessionNumber = exam["studyInstanceUID"], "ACC4711"
    if "PatientBirthDate" in dataset:
        dataset.PatientBirthDate = ""
    dataset.save_as(image)
    run("storescu", "-aet", "CT1", "-aec", "MARTLET", "127.0.0.1", server.dicom_port, image)

    def in_room():
        _, found = call(hospital, "technologist", "/api/v1/exams?status=inRoom")
        return found["exams"] and found["exams"][0]["exam"]["studies"][0]["state"] == "matched"

    wait_for(in_room, what="the images to be attached to their exam")
    commands = f"/api/v1/exams/{exam['id']}/commands"
    status, done = call(hospital, "technologist", commands, {"command": "complete"})
    assert status == 200 and done["order"]["procedures"][0]["status"] == "toRead"

    report = f"/api/v1/exams/{exam['id']}/report"
    content = {"sections": [
        {"key": "findings", "title": "Findings", "text": "Nodule of 5 mm in the left upper lobe."},
        {"key": "impression", "title": "Impression", "text": "No pneumonia."}]}
    assert call(hospital, "radiologist", report, {"command": "save", "basedOn": 0, "content": content})[0] == 201
    assert call(hospital, "clinician", report)[0] == 404
    assert call(hospital, "clinician", "/api/v1/reports?words=nodules")[1]["reports"] == []
    assert call(hospital, "radiologist", report, {"command": "validate", "basedOn": 1})[0] == 201
    status, seen = call(hospital, "clinician", report)
    assert status == 200 and [version["status"] for version in seen["versions"]] == ["validated"]
    assert len(call(hospital, "clinician", "/api/v1/reports?words=nodules")[1]["reports"]) == 1
    assert call(hospital, "clinician", "/api/v1/reports?words=pneumonia&affirmed=true")[1]["reports"] == []

    uid = seen["versions"][0]["sopInstanceUID"]
    path = f"/dicom-web/studies/{exam['studyInstanceUID']}/instances?SOPInstanceUID={uid}&includefield=all"

    def stored():
        status, _, body = server.request(path, headers={"Accept": "application/dicom+json"})
        return status == 200 and json.loads(body)

    wait_for(stored, what="the report to be in the archive as a document")
    assert stored()[0]["00080016"]["Value"] == ["1.2.840.10008.5.1.4.1.1.88.11"]


def test_images_that_say_something_else(hospital, tmp_path, ct_files):
    server, _ = hospital
    server.command(
        "order", "add", "--data", server.data, "--patient-id", "OTHER", "--name", "Other^Person", "--modality", "CT",
        "--description", "CT", "--accession", "ACC4712")
    dataset = pydicom.dcmread(ct_files[0])
    dataset.StudyInstanceUID, dataset.AccessionNumber = pydicom.uid.generate_uid(), "ACC4712"
    dataset.SOPInstanceUID = pydicom.uid.generate_uid()
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    image = tmp_path / "ct.dcm"
    dataset.save_as(image)
    run("storescu", "-aet", "CT1", "-aec", "MARTLET", "127.0.0.1", server.dicom_port, image)

    def listed():
        _, found = call(hospital, "technologist", "/api/v1/unlinked-studies?state=mismatched")
        return found["studies"]

    wait_for(listed, what="the study to be listed")
    study = listed()[0]
    assert {"PatientID", "PatientName"} <= {difference["attribute"] for difference in study["differences"]}
    path = f"/api/v1/unlinked-studies/{dataset.StudyInstanceUID}/attach"
    status, link = call(hospital, "technologist", path, {"exam": study["exam"]})
    assert status == 200 and link["state"] == "matched" and link["by"] == "technologist"
    assert call(hospital, "clinician", "/api/v1/unlinked-studies")[0] == 403


def test_the_command_line_refuses(hospital):
    server, _ = hospital
    assert "patient-id" in server.command("order", "add", "--data", server.data, expect=64).stderr
    assert "no order" in server.command("order", "show", "NONE", "--data", server.data, expect=1).stderr
    cancelled = server.command("order", "cancel", "ACC4711", "--reason", "x", "--data", server.data, expect=1)
    assert "already" in cancelled.stderr
    assert PASSWORD not in server.log_tail()
