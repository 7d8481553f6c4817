# SPDX-License-Identifier: Apache-2.0
"""Load for crashes and losses of power: threads that send until the server is gone, and remember what was answered."""
import json
import random
import socket
import sqlite3
import struct
import threading

import pydicom
import pytest
from dicom_wire import EXPLICIT_LITTLE_ENDIAN, Wire
from pynetdicom import AE
from pynetdicom.sop_class import ModalityPerformedProcedureStep

CT = "1.2.840.10008.5.1.4.1.1.2"
MANY = 100_000


def element(group, number, vr, value):
    value += b"\0" * (len(value) % 2)
    if vr == b"OW":
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


# Rows and columns of what is an image; all else is pixel data of no form.
IMAGES = {8192: (64, 64), 70_000: (175, 200), 525_000: (525, 500)}
# Few values, so that it gets smaller where it is compressed.
CALM = bytes(value & 7 for value in range(256))


def data_set(study, instance, size, patient=b"CRASH"):
    pixels, image = random.Random(instance).randbytes(size), []
    if size in IMAGES:
        rows, columns = IMAGES[size]
        pixels = pixels.translate(CALM)
        image = [element(0x28, 2, b"US", struct.pack("<H", 1)), element(0x28, 4, b"CS", b"MONOCHROME2")] + [
            element(0x28, number, b"US", struct.pack("<H", value)) for number, value in (
                (0x10, rows), (0x11, columns), (0x100, 16), (0x101, 12), (0x102, 11), (0x103, 0))]
    return b"".join([
        element(8, 0x16, b"UI", CT.encode()), element(8, 0x18, b"UI", instance.encode()),
        element(8, 0x60, b"CS", b"CT"), element(0x10, 0x10, b"PN", b"Crash^Test"),
        element(0x10, 0x20, b"LO", patient), element(0x20, 0x0D, b"UI", study.encode()),
        element(0x20, 0x0E, b"UI", (study + ".1").encode()), *image, element(0x7FE0, 0x10, b"OW", pixels)])


def exchange(port, message, timeout=20):
    """Sends an HL7 message over MLLP; returns what answers it."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(b"\x0b" + message + b"\x1c\x0d")
        answer = b""
        while not answer.endswith(b"\x1c\x0d"):
            piece = connection.recv(65536)
            assert piece, f"closed after {answer!r}"
            answer += piece
    assert answer[:1] == b"\x0b"
    return answer[1:-2]


def rows(server, query):
    """Rows of the server's SQLite database."""
    if not (server.data / "index.sqlite").exists():
        pytest.skip("the database is a server's")
    with sqlite3.connect(f"file:{server.data / 'index.sqlite'}?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


class Load(threading.Thread):
    """Does its work until the server is gone."""

    def __init__(self, server, number):
        super().__init__(daemon=True)
        self.server, self.number = server, number

    def run(self):
        try:
            self.work()
        except Exception:  # the server was killed, or the power is gone: that is the point
            pass


class Sender(threading.Thread):
    """Stores objects of mixed sizes until the connection breaks; remembers what was acknowledged."""

    def __init__(self, port, study, prefix):
        super().__init__(daemon=True)
        self.port, self.study, self.prefix = port, study, prefix
        self.acknowledged = {}

    def run(self):
        source = random.Random(self.prefix)
        try:
            with Wire("127.0.0.1", self.port, timeout=20) as wire:
                wire.associate([(1, CT, [EXPLICIT_LITTLE_ENDIAN])])
                for number in range(MANY):
                    instance = f"{self.prefix}.{number}"
                    size = source.choice((2, 512, 8192, 70_000, 525_000))
                    if wire.store(1, CT, instance, data_set(self.study, instance, size)) == 0:
                        self.acknowledged[instance] = size
        except Exception:  # the server was killed: that is the point
            pass


class Corrector(Load):
    """Corrects the name of a patient again and again; `acknowledged` are the names of corrections."""

    def __init__(self, server, number):
        super().__init__(server, number)
        self.patient = f"P{number}"
        self.acknowledged = []

    def work(self):
        study = f"2.25.6{self.number}"
        with Wire("127.0.0.1", self.server.dicom_port, timeout=20) as wire:
            wire.associate([(1, CT, [EXPLICIT_LITTLE_ENDIAN])])
            body = data_set(study, study + ".2", 100, patient=self.patient.encode())
            assert wire.store(1, CT, study + ".2", body) == 0
        for turn in range(MANY):
            status, _, body = self.server.request(
                "/api/v1/corrections", method="POST", headers={"Content-Type": "application/json"},
                body=json.dumps({
                    "kind": "update", "patient": {"id": self.patient, "issuer": ""},
                    "values": {"PatientName": f"NAME^{turn}"}}).encode(), timeout=20)
            assert status == 201, body
            self.acknowledged.append(json.loads(body)["name"])

    def lost(self):
        """What was acknowledged and is not listed; the newest are listed first."""
        missing, offset = set(self.acknowledged), 0
        while missing:
            page = self.server.json(f"/api/v1/corrections?limit=500&offset={offset}")["corrections"]
            if not page:
                break
            missing -= {each["name"] for each in page}
            offset += len(page)
        return missing


class Messenger(Load):
    """Sends HL7 messages; `acknowledged` are those that were answered with AA."""

    def __init__(self, server, number):
        super().__init__(server, number)
        self.acknowledged = []

    def work(self):
        for turn in range(MANY):
            message = (f"MSH|^~\\&|A|B|C|D|20260101||ADT^A08^ADT_A01|L{self.number}-{turn}|P|2.5.1\r"
                       f"PID|||L{self.number}^^^H||LOSS^TEST\r").encode()
            answer = exchange(self.server.hl7_port, message)
            assert b"MSA|AA|" in answer, answer
            self.acknowledged.append(message)

    def lost(self):
        if not self.acknowledged:
            return set()
        return set(self.acknowledged) - {row[0] for row in rows(self.server, "SELECT body FROM hl7_message")}


class Stepper(Load):
    """A modality that begins and completes procedure steps; `acknowledged` says of each in which state it must be at
    least."""

    def __init__(self, server, number):
        super().__init__(server, number)
        self.acknowledged = {}

    def work(self):
        modality = AE(ae_title="CRASHCT")
        modality.network_timeout = modality.dimse_timeout = modality.acse_timeout = 20
        modality.add_requested_context(ModalityPerformedProcedureStep)
        association = modality.associate("127.0.0.1", self.server.dicom_port, ae_title="MARTLET")
        for turn in range(MANY):
            uid = f"2.25.8{self.number}.{turn + 1}"
            status, _ = association.send_n_create(self.begun(uid), ModalityPerformedProcedureStep, uid)
            assert status.Status == 0
            self.acknowledged[uid] = "IN PROGRESS"
            status, _ = association.send_n_set(self.completed(uid), ModalityPerformedProcedureStep, uid)
            assert status.Status == 0
            self.acknowledged[uid] = "COMPLETED"

    def begun(self, uid):
        item = pydicom.Dataset()
        item.StudyInstanceUID = uid + ".1"
        item.ReferencedStudySequence = []
        for name in ("AccessionNumber", "RequestedProcedureID", "RequestedProcedureDescription",
                     "ScheduledProcedureStepID", "ScheduledProcedureStepDescription"):
            setattr(item, name, "")
        item.ScheduledProtocolCodeSequence = []
        step = pydicom.Dataset()
        step.ScheduledStepAttributesSequence = [item]
        step.PatientName, step.PatientID = "CRASH^TEST", f"S{self.number}"
        step.PatientBirthDate = step.PatientSex = ""
        step.PerformedProcedureStepID, step.PerformedStationAETitle = "PPS1", "CRASHCT"
        step.PerformedProcedureStepStartDate, step.PerformedProcedureStepStartTime = "20260105", "101700"
        step.PerformedProcedureStepStatus, step.Modality = "IN PROGRESS", "CT"
        return step

    def completed(self, uid):
        image = pydicom.Dataset()
        image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = CT, uid + ".3"
        series = pydicom.Dataset()
        series.SeriesInstanceUID, series.ProtocolName = uid + ".2", "THORAX"
        series.PerformingPhysicianName = series.OperatorsName = series.SeriesDescription = series.RetrieveAETitle = ""
        series.ReferencedImageSequence = [image]
        series.ReferencedNonImageCompositeSOPInstanceSequence = []
        change = pydicom.Dataset()
        change.PerformedProcedureStepStatus = "COMPLETED"
        change.PerformedProcedureStepEndDate, change.PerformedProcedureStepEndTime = "20260105", "103000"
        change.PerformedSeriesSequence = [series]
        return change

    def lost(self):
        if not self.acknowledged:
            return set()
        states = dict(rows(self.server, "SELECT sop_instance, state FROM performed_step"))
        return {uid for uid, state in self.acknowledged.items()
                if states.get(uid) != state and states.get(uid) != "COMPLETED"}
