# SPDX-License-Identifier: Apache-2.0
"""A department as IHE draws it, for the tests of its profiles: placer and ADT at one side, scanner at the other."""
import json
import sys
from pathlib import Path

import pydicom
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
