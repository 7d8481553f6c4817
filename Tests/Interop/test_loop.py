# SPDX-License-Identifier: Apache-2.0
"""The whole loop with other people's programs at every door: an order by python-hl7, its worklist by DCMTK, performed
steps and commitment by pynetdicom, images by DCMTK, a report that leaves when it is validated and not before."""
import base64
import json
import queue
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pydicom
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.diagnosticreport import DiagnosticReport
from fhir.resources.R4B.imagingstudy import ImagingStudy
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.servicerequest import ServiceRequest
from martlet_server import free_ports, prepared_server
from peers import run, wait_for
from pydicom.uid import generate_uid
from pynetdicom import AE, evt
from pynetdicom.sop_class import ModalityPerformedProcedureStep, StorageCommitmentPushModel
from test_clinical_documents import CDA, check_cda
from test_commitment import INSTANCE, action
from test_hl7_peers import Receiver, order, send
from test_mpps import completion, creation

JSON = {"Content-Type": "application/json"}
ROLES = ("radiologist", "technologist", "clinician")
TEXT = "Nodule of 5 mm in the left upper lobe."


class Hospital:
    """A server with people, one HIS that gets everything, and one ward that gets preliminary reports too."""

    def __init__(self, folder):
        self.server = prepared_server(folder / "data")
        self.tokens = {}
        for role in ROLES:
            self.server.add_user(role, role)
            self.tokens[role] = self.server.create_token(role)
        self.his_port, self.ward_port = free_ports(2)
        add = ["hl7", "destination", "add", "--data", self.server.data]
        self.server.command(
            *add, "HIS", "127.0.0.1", self.his_port, "--study-link", "https://pacs.example/?study={study}")
        self.server.command(
            *add, "WARD", "127.0.0.1", self.ward_port, "--kinds", "results", "--preliminary", "--no-pdf")

    def call(self, role, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        status, headers, answer = self.server.request(
            path, "GET" if body is None else "POST", data, {**JSON, "Authorization": f"Bearer {self.tokens[role]}"},
            token=False)
        return status, headers.get("Content-Type", ""), answer

    def json(self, role, path, body=None):
        status, _, answer = self.call(role, path, body)
        assert status in (200, 201), (status, answer)
        return json.loads(answer)

    def exam(self):
        found = self.json("technologist", "/api/v1/orders?search=LOOP1")["orders"][0]
        return found["order"]["procedures"][0], found


@pytest.fixture
def hospital(tmp_path_factory):
    running = Hospital(tmp_path_factory.mktemp("loop"))
    yield running
    running.server.stop()


def worklist(server, folder):
    """What `findscu -W` finds for the scanner."""
    folder.mkdir()
    run("findscu", "-W", "-X", "-od", folder, "-aet", "CT1", "-aec", "MARTLET", "127.0.0.1", server.dicom_port,
        "-k", "PatientName", "-k", "PatientID", "-k", "AccessionNumber", "-k", "StudyInstanceUID",
        "-k", "RequestedProcedureID", "-k", "ScheduledProcedureStepSequence[0].Modality=CT",
        "-k", "ScheduledProcedureStepSequence[0].ScheduledProcedureStepID",
        "-k", "ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate=20260301")
    return [pydicom.dcmread(each, force=True) for each in sorted(folder.iterdir())]


def examine(server, entry, files, folder):
    """The scanner's part: step, images, end of the step, commitment."""
    step = entry.ScheduledProcedureStepSequence[0]
    reports = queue.Queue()

    def reported(event):
        reports.put(event.event_information)
        return 0x0000, None

    ae = AE(ae_title="CT1")
    ae.add_requested_context(ModalityPerformedProcedureStep)
    ae.add_requested_context(StorageCommitmentPushModel)
    association = ae.associate(
        "127.0.0.1", server.dicom_port, ae_title="MARTLET", evt_handlers=[(evt.EVT_N_EVENT_REPORT, reported)])
    assert association.is_established
    performed = generate_uid()
    begun = creation(
        entry.StudyInstanceUID, entry.AccessionNumber, step.ScheduledProcedureStepID, entry.RequestedProcedureID,
        str(entry.PatientID))
    begun.SpecificCharacterSet = "ISO_IR 192"
    begun.PatientName = entry.PatientName
    status, _ = association.send_n_create(begun, ModalityPerformedProcedureStep, performed)
    assert status.Status == 0
    folder.mkdir()
    images = []
    for path in files:
        image = pydicom.dcmread(path)
        for name in ("PatientName", "PatientID", "AccessionNumber", "StudyInstanceUID"):
            setattr(image, name, entry.get(name))
        image.SpecificCharacterSet = "ISO_IR 192"
        image.PatientBirthDate, image.PatientSex = "19700102", "F"
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        image.save_as(folder / path.name)
        images.append((image.SOPClassUID, image.SOPInstanceUID))
    run("storescu", "-aet", "CT1", "-aec", "MARTLET", "+sd", "127.0.0.1", server.dicom_port, folder)
    status, _ = association.send_n_set(completion(images=0), ModalityPerformedProcedureStep, performed)
    assert status.Status == 0
    asked = association.send_n_action(action(images, generate_uid()), 1, StorageCommitmentPushModel, INSTANCE)
    assert asked[0].Status == 0
    committed = reports.get(timeout=30)
    assert len(committed.ReferencedSOPSequence) == len(images)
    association.release()


def of(receiver, kind):
    return [each for each in receiver.messages if str(each.segment("MSH")[9]).startswith(kind)]


def closed_to_the_clinician(hospital, exam, patient):
    for path in (f"/api/v1/exams/{exam}/report", f"/api/v1/reports/{exam}/cda", f"/api/v1/reports/{exam}/pdf",
                 f"/fhir/DiagnosticReport/{exam}"):
        for role in ("clinician", "technologist"):
            assert hospital.call(role, path)[0] == 404, path
    # For those who write it there are no documents of it either.
    assert hospital.call("radiologist", f"/api/v1/reports/{exam}/cda")[0] == 404
    assert "entry" not in hospital.json("clinician", f"/fhir/DiagnosticReport?patient={patient}")
    assert hospital.json("clinician", "/api/v1/reports?words=nodule")["reports"] == []


def test_from_the_order_to_the_report_in_the_record(hospital, tmp_path, ct_files):
    server = hospital.server
    mllp_send = Path(sys.executable).parent / "mllp_send"
    with Receiver(hospital.his_port) as his, Receiver(hospital.ward_port) as ward:
        answer = send(mllp_send, server, tmp_path, order("4711", "LOOP1", "LOOPPAT", "Novák^Žofie"))
        assert str(answer.segment("MSA")[1]) == "AA"
        entries = worklist(server, tmp_path / "worklist")
        assert [str(each.PatientName) for each in entries] == ["Novák^Žofie"]
        examine(server, entries[0], ct_files[:3], tmp_path / "images")
        wait_for(lambda: hospital.exam()[0]["status"] == "toRead", what="the exam to be released for reading")
        exam, found = hospital.exam()
        number, patient = exam["id"], found["order"]["patient"]
        study = exam["studyInstanceUID"]
        wait_for(lambda: len(of(his, "ORU")) == 1, what="the notice that images are there")
        assert str(of(his, "ORU")[0].segment("OBX")[5]) == study
        wait_for(lambda: len(of(his, "OMG")) == 2, what="what became of the order")
        assert [str(each.segment("ORC")[5]) for each in of(his, "OMG")] == ["IP", "CM"]

        report = f"/api/v1/exams/{number}/report"
        content = {"sections": [{"key": "findings", "title": "Findings", "text": TEXT},
                                {"key": "impression", "title": "Impression", "text": "No pneumonia."}]}
        hospital.json("radiologist", report, {"command": "save", "basedOn": 0, "content": content})
        closed_to_the_clinician(hospital, number, patient)
        hospital.json("radiologist", report, {"command": "submit", "basedOn": 1})
        wait_for(lambda: of(ward, "ORU"), what="the preliminary report on the ward")
        assert str(of(ward, "ORU")[0].segment("OBR")[25]) == "P"
        closed_to_the_clinician(hospital, number, patient)
        assert len(of(his, "ORU")) == 1 and not of(his, "MDM")

        hospital.json("radiologist", report, {"command": "validate", "basedOn": 2})
        wait_for(lambda: hospital.exam()[0]["status"] == "sent", what="all receivers to acknowledge the report")
        check_messages(his, ward, study)
        check_fhir(hospital, number, patient, study)
        check_documents(hospital, number, study)
        events = hospital.json("technologist", f"/api/v1/orders/{found['order']['id']}")["events"]
        kinds = [each["kind"] for each in events if each["kind"].startswith("exam.")]
        assert kinds[0] == "exam.place" and kinds[-2:] == ["exam.validate", "exam.send"]
        check_later_versions(hospital, his, ward, number, content)


def check_messages(his, ward, study):
    result, document = of(his, "ORU")[1], of(his, "MDM")[0]
    assert str(result.segment("OBR")[25]) == "F" and str(document.segment("TXA")[17]) == "LA"
    for message in (result, document):
        observations = {str(each[2]): each for each in message.segments("OBX")}
        assert set(observations) == {"FT", "ED", "HD", "RP"}
        assert any(TEXT in str(each[5]) for each in message.segments("OBX"))
        encoded = str(observations["ED"][5]).split("^")[4]
        assert base64.b64decode(encoded).startswith(b"%PDF-")
        assert str(observations["HD"][5]) == study and study in str(observations["RP"][5])
    last = of(ward, "ORU")[-1]
    assert str(last.segment("OBR")[25]) == "F" and "ED" not in [str(each[2]) for each in last.segments("OBX")]


def check_later_versions(hospital, his, ward, exam, content):
    """An addendum and a correction, as the reading screen writes them: both change a final result, so both are C."""
    report = f"/api/v1/exams/{exam}/report"
    documents = [str(of(his, "MDM")[0].segment("TXA")[12])]
    later = [
        ("addAddendum", "T06", {"key": "addendum", "title": "Addendum", "text": "Compared with 2025: unchanged."}),
        ("correct", "T10", {"key": "impression", "title": "Impression", "text": "Pneumonia of the left upper lobe."}),
    ]
    for count, (command, trigger, section) in enumerate(later, start=1):
        kept = [each for each in content["sections"] if each["key"] != section["key"]]
        content = {"sections": [*kept, section]}
        hospital.json("radiologist", report, {
            "command": command, "basedOn": 2 + count, "reason": "seen again", "content": content})
        wait_for(lambda: len(of(his, "MDM")) == 1 + count and len(of(his, "ORU")) == 2 + count,
                 what=f"the HIS to be told of {command}")
        wait_for(lambda: hospital.exam()[0]["status"] == "sent", what="the new version to be acknowledged")
        for message in (of(his, "ORU")[-1], of(ward, "ORU")[-1]):
            assert str(message.segment("OBR")[25]) == "C", command
            assert {str(each[11]) for each in message.segments("OBX")} == {"C"}, command
            assert str(message.segment("ORC")[1]) == "RE" and str(message.segment("ORC")[5]) == "CM"
            texts = " ".join(str(each[5]) for each in message.segments("OBX") if str(each[2]) == "FT")
            assert TEXT in texts and section["text"] in texts
            assert ("No pneumonia." in texts) == (command == "addAddendum")
        document = of(his, "MDM")[-1]
        assert f"MDM^{trigger}" in str(document.segment("MSH")[9])
        # Each names the document that it adds to or replaces.
        assert str(document.segment("TXA")[13]) == documents[-1]
        documents.append(str(document.segment("TXA")[12]))
    assert len(set(documents)) == 3
    seen = hospital.json("clinician", f"/api/v1/reports/{exam}")
    assert [each["status"] for each in seen["versions"]] == ["validated", "addendum", "correction"]


def fhir(hospital, path, model, role="clinician", status=200):
    answered, media, body = hospital.call(role, "/fhir/" + path)
    assert answered == status and media == "application/fhir+json", (path, answered, body)
    return model.model_validate_json(body)


def check_fhir(hospital, exam, patient, study):
    report = fhir(hospital, f"DiagnosticReport/{exam}", DiagnosticReport)
    assert report.status == "final" and report.subject.reference == f"Patient/{patient}"
    assert report.conclusion == "No pneumonia." and TEXT in report.text.div
    assert report.imagingStudy[0].reference == f"ImagingStudy/{study}"
    url = report.presentedForm[0].url
    assert hospital.call("clinician", url[url.index("/api/"):])[2].startswith(b"%PDF-")
    for search in (f"patient=Patient/{patient}", f"based-on=ServiceRequest/{exam}", "_content=nodule"):
        bundle = fhir(hospital, f"DiagnosticReport?{search}", Bundle)
        assert [each.resource.id for each in bundle.entry] == [str(exam)]
    person = fhir(hospital, f"Patient/{patient}", Patient)
    assert person.name[0].family == "Novák" and person.identifier[0].value == "LOOPPAT"
    assert fhir(hospital, "Patient?identifier=LOOPPAT", Bundle).entry[0].resource.id == str(patient)
    images = fhir(hospital, f"ImagingStudy/{study}", ImagingStudy)
    assert images.numberOfInstances == 3 and len(images.series[0].instance) == 3
    assert images.basedOn[0].reference == f"ServiceRequest/{exam}"
    bundle = fhir(hospital, f"ImagingStudy?patient={patient}&_count=1", Bundle)
    assert [each.resource.id for each in bundle.entry] == [study]
    request = fhir(hospital, f"ServiceRequest/{exam}", ServiceRequest, "radiologist")
    assert request.status == "completed" and {each.value for each in request.identifier} >= {"LOOP1"}
    fhir(hospital, "ServiceRequest", OperationOutcome, "radiologist", 400)
    statement = fhir(hospital, "metadata", CapabilityStatement)
    assert {each.type for each in statement.rest[0].resource} == {
        "Patient", "DiagnosticReport", "ImagingStudy", "ServiceRequest"}
    fhir(hospital, "DiagnosticReport/99999", OperationOutcome, status=404)
    fhir(hospital, "ServiceRequest/1", OperationOutcome, status=403)
    fhir(hospital, "Observation/1", OperationOutcome, status=404)


def check_documents(hospital, exam, study):
    status, media, body = hospital.call("clinician", f"/api/v1/reports/{exam}/cda")
    assert status == 200 and media.startswith("text/xml")
    document = ElementTree.fromstring(body)
    check_cda(document, "final")
    roots = {each.get("root") for each in document.iter(CDA + "id")}
    assert study in roots and TEXT in body.decode()

    def kept(sop_class):
        found = hospital.server.json(
            f"/dicom-web/studies/{study}/instances?SOPClassUID=1.2.840.10008.5.1.4.1.1.{sop_class}&includefield=all")
        return found[0] if found else None

    # Basic Text SR, Encapsulated PDF, Encapsulated CDA
    for sop_class in ("88.11", "104.1", "104.2"):
        wait_for(lambda: kept(sop_class), what=f"the document of {sop_class} to be in the archive")
    uid = kept("104.2")["00080018"]["Value"][0]
    series = kept("104.2")["0020000E"]["Value"][0]
    status, _, inner = hospital.call(
        "clinician", f"/dicom-web/studies/{study}/series/{series}/instances/{uid}/rendered?accept=text/xml")
    assert status == 200
    check_cda(ElementTree.fromstring(inner), "final")
