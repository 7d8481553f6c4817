# SPDX-License-Identifier: Apache-2.0
"""IHE Scheduled Workflow (SWF.b), transaction by transaction."""
import json

import pydicom
import pytest
import test_ups as ups
from ihe import Department, person, study_of
from martlet_server import free_ports
from peers import run, wait_for
from pydicom.uid import generate_uid
from pynetdicom import evt
from pynetdicom.sop_class import ModalityPerformedProcedureStep, StorageCommitmentPushModel
from test_commitment import INSTANCE, action
from test_mpps import completion, creation


@pytest.fixture(scope="module")
def department(tmp_path_factory):
    department = Department(tmp_path_factory.mktemp("swf"))
    yield department
    department.stop()


@pytest.fixture(scope="module")
def watcher():
    made = ups.Watcher()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def exam(department):
    """An order that the transactions below take through the department."""
    department.admit("SWF1", "Novák^Žofie")
    assert department.place("SWFA1", "SWF1", "Novák^Žofie")[0] == "AA"
    return department.worklist("SWFA1")[0]


def test_rad_1_patient_registration(department):
    department.admit("REG1", "Registered^Rena")
    found = department.server.json("/api/v1/patients?search=REG1")["patients"]
    assert [each["name"] for each in found] == ["Registered^Rena"]


def test_rad_2_placer_order_management(department):
    code, answer = department.send(
        "OMG^O19^OMG_O19", person("SWF2", "Placer^Paul"), "ORC|NW|SWFB1^HIS", "OBR|1|SWFB1^HIS||US^Ultrasound^L")
    assert code == "AA" and str(answer.segment("ORC")[1]) == "OK"
    assert department.status("SWFB1") == "requested"
    code, answer = department.send(
        "OMG^O19^OMG_O19", person("SWF2", "Placer^Paul"), "ORC|CA|SWFB1^HIS", "OBR|1|SWFB1^HIS||US^Ultrasound^L")
    assert code == "AA" and str(answer.segment("ORC")[1]) == "CR"
    assert department.status("SWFB1") == "cancelled"


def test_rad_3_filler_order_management(department):
    server = department.server
    server.command("order", "add", "--patient-id", "SWF3", "--name", "Filler^Fay", "--description", "CT", "--modality",
                   "CT", "--placer", "SWFC1", "--start", "202603010900", "--data", server.data)
    number = department.order("SWFC1")["order"]["id"]
    status, _, _ = server.request(f"/api/v1/orders/{number}/cancel", "POST", json.dumps({"reason": "r"}).encode(),
                                  {"Content-Type": "application/json"})
    assert status == 200
    wait_for(lambda: department.told_statuses("SWFC1") == ["CA"], what="the placer to be told")


def test_rad_4_procedure_scheduled(department, exam):
    step = department.order("SWFA1")["order"]["procedures"][0]
    assert step["status"] == "scheduled" and step["studyInstanceUID"] == study_of("SWFA1")


def test_rad_5_query_modality_worklist(exam):
    assert str(exam.PatientName) == "Novák^Žofie" and exam.StudyInstanceUID == study_of("SWFA1")
    assert exam.ScheduledProcedureStepSequence[0].ScheduledProcedureStepID == "SPSWFA1"


@pytest.fixture(scope="module")
def begun(department, exam):
    """RAD-6 as a scanner sends it."""
    return department.begin(exam)


@pytest.fixture(scope="module")
def performed(department, exam, begun, ct_files):
    """RAD-8 and RAD-7 after it."""
    wait_for(lambda: department.status("SWFA1") == "inRoom", what="RAD-6")
    images = department.images(exam, ct_files[:2])
    department.end(begun)
    wait_for(lambda: department.status("SWFA1") == "toRead", what="RAD-7 and the images")
    return begun, images


def test_rad_6_procedure_step_in_progress(department, begun):
    # Who manages performed steps is told too; the order filler tells the placer (RAD-3).
    assert department.told.next("create", begun)
    wait_for(lambda: department.told_statuses("SWFA1")[:1] == ["IP"], what="the placer to be told")


def test_rad_7_procedure_step_completed(department, performed):
    shown = json.dumps(department.server.json(f"/api/v1/performed-steps/{performed[0]}"))
    assert "COMPLETED" in shown
    assert department.told.next("set", performed[0])
    wait_for(lambda: department.told_statuses("SWFA1") == ["IP", "CM"], what="the placer to be told")


def test_rad_8_modality_images_stored(department, performed):
    found = department.server.json(f"/dicom-web/studies/{study_of('SWFA1')}/instances")
    assert {each["00080018"]["Value"][0] for each in found} == {uid for _, uid in performed[1]}


def test_rad_10_storage_commitment(department, performed):
    reports = []

    def reported(event):
        reports.append(event.event_information)
        return 0x0000, None

    association = department.associate(handlers=[(evt.EVT_N_EVENT_REPORT, reported)])
    asked = action(performed[1], generate_uid())
    assert association.send_n_action(asked, 1, StorageCommitmentPushModel, INSTANCE)[0].Status == 0
    wait_for(lambda: reports, what="the answer about commitment")
    assert len(reports[0].ReferencedSOPSequence) == 2
    association.release()


def test_rad_12_patient_update(department):
    department.admit("SWF6", "Before^Bo")
    assert department.place("SWFF1", "SWF6", "Before^Bo")[0] == "AA"
    assert str(department.worklist("SWFF1")[0].PatientName) == "Before^Bo"
    code, _ = department.send("ADT^A08^ADT_A01", "EVN||20260101", person("SWF6", "After^Bo"), "PV1|1|O")
    assert code == "AA"
    assert str(department.worklist("SWFF1")[0].PatientName) == "After^Bo"


def test_rad_13_procedure_update(department):
    department.admit("SWF4", "Update^Una")
    assert department.place("SWFD1", "SWF4", "Update^Una")[0] == "AA"
    code, answer = department.place("SWFD1", "SWF4", "Update^Una", "XO", "202603021100")
    assert code == "AA" and str(answer.segment("ORC")[1]) == "XR"
    steps = department.order("SWFD1")["order"]["procedures"][0]["steps"]
    assert [each["start"]["date"] for each in steps] == ["20260302"]
    assert department.place("SWFD1", "SWF4", "Update^Una", "CA")[0] == "AA"
    assert department.worklist("SWFD1") == []


def test_rad_14_query_images(department, performed):
    answer = run("findscu", "-S", "-aec", "MARTLET", "127.0.0.1", department.server.dicom_port, "-k",
                 "QueryRetrieveLevel=STUDY", "-k", "AccessionNumber=SWFA1", "-k", "StudyInstanceUID")
    assert study_of("SWFA1") in answer


def test_rad_16_retrieve_images(department, performed, tmp_path):
    run("getscu", "-S", "-aec", "MARTLET", "-od", tmp_path, "127.0.0.1", department.server.dicom_port, "-k",
        "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study_of('SWFA1')}")
    assert {pydicom.dcmread(each).SOPInstanceUID for each in tmp_path.iterdir()} >= {uid for _, uid in performed[1]}


@pytest.fixture(scope="module")
def created(department, exam, performed, ct_files):
    """RAD-20, RAD-18, RAD-21 as a workstation sends them, which works on an exam that is done."""
    association = department.associate("WORK1")
    begun = creation(exam.StudyInstanceUID, "SWFA1", "", "", str(exam.PatientID))
    begun.PatientName, begun.PerformedStationAETitle = exam.PatientName, "WORK1"
    uid = generate_uid()
    statuses = [association.send_n_create(begun, ModalityPerformedProcedureStep, uid)[0].Status]
    images = department.images(exam, ct_files[2:3], "WORK1")
    statuses.append(association.send_n_set(completion(images=0), ModalityPerformedProcedureStep, uid)[0].Status)
    association.release()
    return uid, statuses, images


def test_rad_18_creator_images_stored(department, created):
    found = department.server.json(
        f"/dicom-web/studies/{study_of('SWFA1')}/instances?SOPInstanceUID={created[2][0][1]}")
    assert len(found) == 1


def test_rad_20_creator_step_in_progress(department, created):
    assert created[1][0] == 0x0000
    assert department.told.next("create", created[0])


def test_rad_21_creator_step_completed(department, created):
    assert created[1][1] == 0x0000
    assert department.told.next("set", created[0])
    assert "COMPLETED" in json.dumps(department.server.json(f"/api/v1/performed-steps/{created[0]}"))
    # Work on an exam that is done does not take it back.
    assert department.status("SWFA1") == "toRead"


def test_rad_42_performed_work_status_update(department, exam, watcher):
    """By unified procedure steps: the General Purpose SOP classes that the transaction named are retired."""
    department.server.add_node("WATCHER", "127.0.0.1", watcher.port)
    request = pydicom.Dataset()
    for key in ("StudyInstanceUID", "AccessionNumber", "RequestedProcedureID"):
        setattr(request, key, exam.get(key))
    request.ReferencedStudySequence, request.RequestingService = [], ""
    request.PlacerOrderNumberImagingServiceRequest = request.FillerOrderNumberImagingServiceRequest = ""
    request.RequestedProcedureDescription, request.RequestedProcedureCodeSequence = "", []
    work = ups.associate(department.server, "WORK1")
    uid, status = ups.create(work, PatientName=exam.PatientName, PatientID=exam.PatientID,
                             ProcedureStepLabel="3D", ReferencedRequestSequence=[request])
    assert status.Status == 0x0000 and ups.subscribe(work, uid) == 0x0000
    transaction = generate_uid()
    assert ups.move(work, uid, "IN PROGRESS", transaction) == 0x0000
    assert ups.change(work, uid, ups.performed(transaction)).Status == 0x0000
    assert ups.move(work, uid, "COMPLETED", transaction) == 0x0000
    told = []
    while told[-1:] != ["COMPLETED"]:
        kind, information = watcher.next(uid)
        if kind == 1:
            told.append(information.ProcedureStepState)
    assert told == ["SCHEDULED", "IN PROGRESS", "COMPLETED"]
    step = ups.get(work, uid)[1]
    assert step.ReferencedRequestSequence[0].AccessionNumber == exam.AccessionNumber
    work.release()


def test_rad_48_appointment_notification(department):
    server = department.server
    server.command("order", "add", "--patient-id", "SWF5", "--name", "Booked^Bea", "--description", "CT", "--modality",
                   "CT", "--placer", "SWFE1", "--start", "202603010900", "--data", server.data)

    def told():
        return [each for each in department.his.messages
                if str(each.segment("MSH")[9]).startswith("SIU^S12") and "SWFE1" in str(each.segment("SCH")[1])]

    wait_for(told, what="the appointment to be told")
    assert str(told()[0].segment("AIS")[4]) == "20260301090000"


def test_rad_49_instance_availability(department, performed):
    def announced():
        return {instance.ReferencedSOPInstanceUID for notice in list(department.told.created.values())
                for series in notice.get("ReferencedSeriesSequence", []) for instance in series.ReferencedSOPSequence}

    wait_for(lambda: announced() >= {uid for _, uid in performed[1]}, what="the notices of what is there")
