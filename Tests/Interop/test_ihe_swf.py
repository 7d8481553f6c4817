# SPDX-License-Identifier: Apache-2.0
"""IHE Scheduled Workflow (SWF.b) and Patient Information Reconciliation (PIR), transaction by transaction."""
import json
import sys
from pathlib import Path

import pydicom
import pytest
from martlet_server import free_ports, prepared_server
from peers import run, wait_for
from pydicom.uid import generate_uid
from pynetdicom import AE, evt
from pynetdicom.sop_class import ModalityPerformedProcedureStep, StorageCommitmentPushModel
from test_commitment import INSTANCE, action
from test_hl7_peers import Receiver, send
from test_mpps import completion, creation
from test_mpps_forwarding import Listener

HEAD = "MSH|^~\\&|{sender}|WARD|MARTLET|RAD|20260101120000||{type}|{control}|P|2.5.1||||||UNICODE UTF-8"


class Department:
    """The server with a placer at one side, a scanner at the other, and two who want to be told."""

    def __init__(self, folder):
        self.folder = folder
        self.told_port, self.his_port = free_ports(2)
        self.told = Listener(self.told_port)
        self.told.start()
        self.server = prepared_server(folder / "data", extra=[
            "--set", "performedStepNodes=RIS2", "--set", "availabilityNodes=RIS2", "--set", "availabilitySeconds=0"])
        self.server.add_node("RIS2", "127.0.0.1", self.told_port)
        self.server.command("hl7", "profile", "set", "--application", "HIS", "--answers-orders", "--data",
                            self.server.data)
        self.server.command(
            "hl7", "destination", "add", "HIS", "127.0.0.1", self.his_port, "--data", self.server.data)
        self.his = Receiver(self.his_port)
        self.his.__enter__()
        self.count = 0

    def stop(self):
        self.server.stop()
        self.his.__exit__()
        self.told.stop()

    def send(self, kind, *segments):
        """Sends a message by mllp_send; gives MSA-1 and the answer."""
        self.count += 1
        head = HEAD.format(sender="HIS", type=kind, control=f"C{self.count}")
        answer = send(Path(sys.executable).parent / "mllp_send", self.server, self.folder,
                      "\r".join([head, *segments]) + "\r")
        return str(answer.segment("MSA")[1]), answer

    def admit(self, patient, name, birth="19700102"):
        code, _ = self.send("ADT^A04^ADT_A01", "EVN||20260101", person(patient, name, birth), "PV1|1|O")
        assert code == "AA"

    def merge(self, old, new, name):
        code, _ = self.send("ADT^A40^ADT_A39", "EVN||20260101", person(new, name), f"MRG|{old}^^^HOSP^MR")
        assert code == "AA"

    def place(self, number, patient, name, control="NW", start="202603010900"):
        """OMI^O23 as IHE RAD-4 has it."""
        return self.send(
            "OMI^O23^OMI_O23", person(patient, name), "PV1|1|O", f"ORC|{control}|{number}^HIS",
            f"TQ1|1||||||{start}00||R", f"OBR|1|{number}^HIS||CTCH^CT chest^L||||||||||||||||||||CT",
            f"IPC|{number}|RP{number}|{study_of(number)}|SP{number}|CT|CTCH^CT chest^L||ROOM1|CT1")

    def order(self, number):
        found = self.server.json(f"/api/v1/orders?search={number}")["orders"]
        assert len(found) == 1
        return found[0]

    def status(self, number):
        return self.order(number)["order"]["procedures"][0]["status"]

    def worklist(self, number):
        """What `findscu -W` finds of an order."""
        self.count += 1
        folder = self.folder / f"worklist{self.count}"
        folder.mkdir()
        run("findscu", "-W", "-X", "-od", folder, "-aet", "CT1", "-aec", "MARTLET", "127.0.0.1",
            self.server.dicom_port, "-k", f"AccessionNumber={number}", "-k", "PatientName", "-k", "PatientID",
            "-k", "StudyInstanceUID", "-k", "RequestedProcedureID",
            "-k", "ScheduledProcedureStepSequence[0].ScheduledProcedureStepID",
            "-k", "ScheduledProcedureStepSequence[0].ScheduledStationAETitle=CT1")
        return [pydicom.dcmread(each, force=True) for each in sorted(folder.iterdir())]

    def associate(self, caller="CT1", handlers=()):
        ae = AE(ae_title=caller)
        ae.add_requested_context(ModalityPerformedProcedureStep)
        ae.add_requested_context(StorageCommitmentPushModel)
        association = ae.associate(
            "127.0.0.1", self.server.dicom_port, ae_title="MARTLET", evt_handlers=list(handlers))
        assert association.is_established
        return association

    def begin(self, entry):
        step = entry.ScheduledProcedureStepSequence[0]
        begun = creation(
            entry.StudyInstanceUID, entry.AccessionNumber, step.ScheduledProcedureStepID, entry.RequestedProcedureID,
            str(entry.PatientID))
        begun.PatientName = entry.PatientName
        uid = generate_uid()
        association = self.associate()
        assert association.send_n_create(begun, ModalityPerformedProcedureStep, uid)[0].Status == 0
        association.release()
        return uid

    def end(self, uid):
        association = self.associate()
        done = completion(images=0)
        assert association.send_n_set(done, ModalityPerformedProcedureStep, uid)[0].Status == 0
        association.release()

    def images(self, entry, files, caller="CT1"):
        """Sends images of a worklist's entry by storescu; gives class and instance of each."""
        self.count += 1
        folder = self.folder / f"images{self.count}"
        folder.mkdir()
        sent = []
        for path in files:
            image = pydicom.dcmread(path)
            for name in ("PatientName", "PatientID", "AccessionNumber", "StudyInstanceUID"):
                setattr(image, name, entry.get(name))
            image.SpecificCharacterSet = "ISO_IR 192"
            image.PatientBirthDate = image.PatientSex = ""
            image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            image.save_as(folder / path.name)
            sent.append((image.SOPClassUID, image.SOPInstanceUID))
        run("storescu", "-aet", caller, "-aec", "MARTLET", "+sd", "127.0.0.1", self.server.dicom_port, folder)
        return sent

    def patients_of(self, study):
        found = self.server.json(f"/dicom-web/studies?StudyInstanceUID={study}") or []
        return [each["00100020"]["Value"][0] for each in found]

    def value(self, study, tag):
        """What the images say, as metadata."""
        found = self.server.request(
            f"/dicom-web/studies/{study}/metadata", headers={"Accept": "application/dicom+json"})[2]
        return json.loads(found)[0].get(tag, {}).get("Value", [])

    def undo(self, patient, kind):
        """Takes the newest act of a kind back."""
        acts = self.server.json(f"/api/v1/reconciliations?patient={patient}&standing=true")["reconciliations"]
        act = next(each for each in acts if each["kind"] == kind)
        status, _, answer = self.server.request(f"/api/v1/reconciliations/{act['id']}/undo", "POST")
        assert status == 200, answer

    def told_statuses(self, number):
        return [str(each.segment("ORC")[5]) for each in self.his.messages
                if str(each.segment("MSH")[9]).startswith("OMG") and number in str(each.segment("ORC")[2])]


def person(patient, name, birth="19700102"):
    return f"PID|1||{patient}^^^HOSP^MR||{name}||{birth}|F"


def study_of(number):
    return "1.2.826.0.1.3680043.10.77." + "".join(str(ord(each)) for each in number)


@pytest.fixture(scope="module")
def department(tmp_path_factory):
    department = Department(tmp_path_factory.mktemp("swf"))
    yield department
    department.stop()


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
def performed(department, exam, ct_files):
    """RAD-6, RAD-8, RAD-7 in the order of a scanner."""
    step = department.begin(exam)
    wait_for(lambda: department.status("SWFA1") == "inRoom", what="RAD-6")
    images = department.images(exam, ct_files[:2])
    department.end(step)
    wait_for(lambda: department.status("SWFA1") == "toRead", what="RAD-7 and the images")
    return step, images


def test_rad_6_and_7_performed_step(department, performed):
    shown = json.dumps(department.server.json(f"/api/v1/performed-steps/{performed[0]}"))
    assert "COMPLETED" in shown
    # The order filler is told, and tells the placer (RAD-3).
    assert department.told.next("create", performed[0]) and department.told.next("set", performed[0])
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


def test_rad_13_procedure_update(department):
    department.admit("SWF4", "Update^Una")
    assert department.place("SWFD1", "SWF4", "Update^Una")[0] == "AA"
    code, answer = department.place("SWFD1", "SWF4", "Update^Una", "XO", "202603021100")
    assert code == "AA" and str(answer.segment("ORC")[1]) == "XR"
    steps = department.order("SWFD1")["order"]["procedures"][0]["steps"]
    assert [each["start"]["date"] for each in steps] == ["20260302"]
    assert department.place("SWFD1", "SWF4", "Update^Una", "CA")[0] == "AA"
    assert department.worklist("SWFD1") == []


def test_rad_14_and_16_query_and_retrieve(department, performed, tmp_path):
    answer = run("findscu", "-S", "-aec", "MARTLET", "127.0.0.1", department.server.dicom_port, "-k",
                 "QueryRetrieveLevel=STUDY", "-k", "AccessionNumber=SWFA1", "-k", "StudyInstanceUID")
    assert study_of("SWFA1") in answer
    run("getscu", "-aec", "MARTLET", "-od", tmp_path, "127.0.0.1", department.server.dicom_port, "-k",
        "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study_of('SWFA1')}")
    assert {pydicom.dcmread(each).SOPInstanceUID for each in tmp_path.iterdir()} >= {uid for _, uid in performed[1]}


def test_rad_18_20_and_21_evidence_creator(department, exam, performed, ct_files):
    association = department.associate("WORK1")
    begun = creation(exam.StudyInstanceUID, "SWFA1", "", "", str(exam.PatientID))
    begun.PatientName, begun.PerformedStationAETitle = exam.PatientName, "WORK1"
    uid = generate_uid()
    assert association.send_n_create(begun, ModalityPerformedProcedureStep, uid)[0].Status == 0
    images = department.images(exam, ct_files[2:3], "WORK1")
    assert association.send_n_set(completion(images=0), ModalityPerformedProcedureStep, uid)[0].Status == 0
    association.release()
    found = department.server.json(f"/dicom-web/studies/{study_of('SWFA1')}/instances?SOPInstanceUID={images[0][1]}")
    assert len(found) == 1
    # Work on an exam that is done does not take it back.
    assert department.status("SWFA1") == "toRead"


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
    wanted = {uid for _, uid in performed[1]}
    while wanted:
        notice = department.told.next("create")[3]
        for series in notice.get("ReferencedSeriesSequence", []):
            for instance in series.ReferencedSOPSequence:
                wanted.discard(instance.ReferencedSOPInstanceUID)


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_rad_12_pir_unidentified_patient(department, ct_files, when):
    """PIR's unidentified patient, who is known before, while or after being examined; and the undo of it."""
    number, real, name = f"PIR{when[0].upper()}1", f"REAL{when}", "Known^Kay"
    temporary = f"TEMP{when}"
    department.admit(temporary, "Unknown^Doe", "")
    assert department.place(number, temporary, "Unknown^Doe")[0] == "AA"
    department.admit(real, name)
    if when == "before":
        department.merge(temporary, real, name)
    entry = department.worklist(number)[0]
    assert str(entry.PatientID) == (real if when == "before" else temporary)
    step = department.begin(entry)
    if when == "during":
        department.merge(temporary, real, name)
    images = department.images(entry, ct_files[:1])
    department.end(step)
    wait_for(lambda: department.status(number) == "toRead", what="the exam to be done")
    if when == "after":
        department.merge(temporary, real, name)
    study = study_of(number)
    wait_for(lambda: department.patients_of(study) == [real], what="the images to be the known patient's")
    shown = department.order(number)
    assert shown["patient"]["identifiers"][0]["value"] == real
    # The original's bytes stay: only what goes out is corrected.
    found = department.server.json(f"/dicom-web/studies/{study}/instances?SOPInstanceUID={images[0][1]}")
    assert len(found) == 1
    department.undo(shown["patient"]["id"], "merge")
    # Images that came when it was known who it is say what they came with.
    back = real if when == "before" else temporary
    wait_for(lambda: department.patients_of(study) == [back], what="the images to say what they came with")
    assert department.order(number)["patient"]["identifiers"][0]["value"] == temporary


def test_rad_12_pir_demographics(department, ct_files):
    """A name and birth date that were wrong when the images came; and the undo of it."""
    department.admit("DEMO1", "Wrong^Name", "19700102")
    assert department.place("DEMOA", "DEMO1", "Wrong^Name")[0] == "AA"
    department.images(department.worklist("DEMOA")[0], ct_files[:1])
    wait_for(lambda: department.status("DEMOA") == "inRoom", what="the images")
    code, _ = department.send("ADT^A08^ADT_A01", "EVN||20260101", person("DEMO1", "Right^Name", "19710203"), "PV1|1|O")
    assert code == "AA"
    names = lambda: department.value(study_of("DEMOA"), "00100010")
    wait_for(lambda: names() == [{"Alphabetic": "Right^Name"}], what="the images to have the name")
    found = department.server.json("/api/v1/patients?search=DEMO1")["patients"][0]
    department.undo(found["id"], "demographics")
    wait_for(lambda: names() == [{"Alphabetic": "Wrong^Name"}], what="the images to have their name back")


def test_rad_12_pir_replaced_number(department, ct_files):
    """A47: the images of the old number follow the new one, and go back."""
    department.admit("NUMB1", "Number^Nina")
    assert department.place("NUMBA", "NUMB1", "Number^Nina")[0] == "AA"
    entry = department.worklist("NUMBA")[0]
    code, _ = department.send("ADT^A47^ADT_A30", "EVN||20260101", person("NUMB2", "Number^Nina"), "MRG|NUMB1^^^HOSP^MR")
    assert code == "AA"
    # Images of the entry that the scanner had taken before.
    department.images(entry, ct_files[:1])
    study = study_of("NUMBA")
    wait_for(lambda: department.patients_of(study) == ["NUMB2"], what="the images to have the new number")
    found = department.server.json("/api/v1/patients?search=NUMB2")["patients"][0]
    department.undo(found["id"], "identifiers")
    wait_for(lambda: department.patients_of(study) == ["NUMB1"], what="the images to have the old number")


def test_pir_wrong_order_is_put_right(department, ct_files):
    """The scanner took another patient's entry: the study is attached to the right exam, and the undo of it."""
    department.admit("WRONG1", "Wrong^Wanda")
    department.admit("RIGHT1", "Right^Rosa")
    assert department.place("WRONGA", "WRONG1", "Wrong^Wanda")[0] == "AA"
    assert department.place("RIGHTA", "RIGHT1", "Right^Rosa")[0] == "AA"
    entry = department.worklist("WRONGA")[0]
    department.images(entry, ct_files[:1])
    study = study_of("WRONGA")
    wait_for(lambda: department.status("WRONGA") == "inRoom", what="the images to be attached")

    right = department.order("RIGHTA")["order"]["procedures"][0]["id"]
    status, _, _ = department.server.request(
        f"/api/v1/unlinked-studies/{study}/attach", "POST", json.dumps({"exam": right}).encode(),
        {"Content-Type": "application/json"})
    assert status == 200
    assert department.status("RIGHTA") == "inRoom" and department.status("WRONGA") == "scheduled"
    accession = department.order("RIGHTA")["order"]["accession"]["value"]
    wait_for(lambda: department.patients_of(study) == ["RIGHT1"], what="the images to be the right patient's")
    wait_for(lambda: department.value(study, "00080050") == [accession], what="the images to have the right order")
    acts = department.server.json(f"/api/v1/reconciliations?study={study}&standing=true")["reconciliations"]
    status, _, _ = department.server.request(f"/api/v1/reconciliations/{acts[0]['id']}/undo", "POST")
    assert status == 200
    wait_for(lambda: department.patients_of(study) == ["WRONG1"], what="the images to go back")
    assert department.status("RIGHTA") == "scheduled" and department.status("WRONGA") == "inRoom"
