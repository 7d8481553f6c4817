# SPDX-License-Identifier: Apache-2.0
"""The modality worklist as provider (PS3.4 Annex K) against DCMTK, pynetdicom and our own user."""
import json
import subprocess

import pydicom
import pytest
from pynetdicom import AE
from pynetdicom.sop_class import ModalityWorklistInformationFind

PENDING = (0xFF00, 0xFF01)


def add(server, *arguments):
    done = server.command("order", "add", "--json", "--data", server.data, *arguments)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def orders(server):
    add(server, "--patient-id", "P1", "--issuer", "HOSP", "--name", "DOE^JANE", "--birth-date", "19700102",
        "--sex", "F",
        "--description", "CT thorax", "--modality", "CT", "--station", "CT1", "--start", "202601051015",
        "--accession", "A1", "--code", "CTTH^99T^CT thorax", "--referring", "HOUSE^GREGORY", "--reason", "cough")
    add(server, "--patient-id", "P2", "--name", "M\u00dcLLER^EVA", "--description", "MR Sch\u00e4del",
        "--modality", "MR", "--station", "MR1", "--start", "202601061130", "--accession", "A2")
    add(server, "--patient-id", "P3", "--name", "ROE^RICHARD", "--description", "CT abdomen", "--modality", "CT",
        "--station", "CT2", "--station", "CT1", "--start", "202601071400", "--accession", "A3")
    add(server, "--patient-id", "P4", "--name", "\u042e\u0440\u0438\u0439", "--description", "CT head",
        "--modality", "CT", "--station", "CT3", "--start", "202601081400", "--accession", "A4")


def question(root=None, **step):
    data_set = pydicom.Dataset()
    item = pydicom.Dataset()
    for key in ("Modality", "ScheduledStationAETitle", "ScheduledProcedureStepStartDate",
                "ScheduledProcedureStepStartTime", "ScheduledPerformingPhysicianName", "ScheduledProcedureStepID",
                "ScheduledProcedureStepDescription"):
        setattr(item, key, step.get(key, ""))
    data_set.ScheduledProcedureStepSequence = [item]
    for key in ("AccessionNumber", "PatientName", "PatientID", "StudyInstanceUID", "RequestedProcedureID",
                "RequestedProcedureDescription", "PatientBirthDate", "PatientSex", "ReferringPhysicianName"):
        setattr(data_set, key, "")
    for key, value in (root or {}).items():
        setattr(data_set, key, value)
    return data_set


def find(server, data_set, caller="CT1", limit=None):
    ae = AE(ae_title=caller)
    ae.add_requested_context(ModalityWorklistInformationFind)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    assert association.is_established
    answers = []
    for status, answer in association.send_c_find(data_set, ModalityWorklistInformationFind):
        if status.Status not in PENDING:
            break
        answers.append((status.Status, answer))
    association.release()
    return status.Status, answers


def accessions(server, data_set):
    status, answers = find(server, data_set)
    assert status == 0x0000
    return [answer.AccessionNumber for _, answer in answers]


def test_an_entry_has_what_was_asked(server, orders):
    status, ((pending, entry),) = find(server, question({"PatientID": "P1"}))
    assert (status, pending) == (0x0000, 0xFF00)
    assert str(entry.PatientName) == "DOE^JANE"
    assert entry.PatientBirthDate == "19700102" and entry.PatientSex == "F"
    assert entry.StudyInstanceUID and entry.RequestedProcedureID
    assert entry.RequestedProcedureDescription == "CT thorax"
    assert str(entry.ReferringPhysicianName) == "HOUSE^GREGORY"
    step, = entry.ScheduledProcedureStepSequence
    assert step.Modality == "CT" and step.ScheduledStationAETitle == "CT1"
    assert step.ScheduledProcedureStepStartDate == "20260105"
    assert step.ScheduledProcedureStepStartTime.startswith("1015")
    assert step.ScheduledProcedureStepID
    assert "RequestedProcedurePriority" not in entry


@pytest.mark.parametrize("root, step, expected", [
    ({}, {}, ["A1", "A2", "A3", "A4"]),
    ({}, {"Modality": "CT"}, ["A1", "A3", "A4"]),
    ({}, {"Modality": "US"}, []),
    ({}, {"ScheduledStationAETitle": "CT1"}, ["A1", "A3"]),
    ({}, {"ScheduledStationAETitle": "CT?"}, ["A1", "A3", "A4"]),
    ({}, {"ScheduledProcedureStepStartDate": "20260106-20260107"}, ["A2", "A3"]),
    ({}, {"ScheduledProcedureStepStartDate": "-20260105"}, ["A1"]),
    ({}, {"ScheduledProcedureStepStartTime": "1100-1200"}, ["A2"]),
    ({}, {"ScheduledProcedureStepStartDate": "20260105-20260107",
          "ScheduledProcedureStepStartTime": "1100-1130"}, ["A2"]),
    ({"PatientName": "R*"}, {}, ["A3"]),
    ({"PatientName": "doe^jane"}, {}, ["A1"]),
    ({"PatientID": "P?"}, {"Modality": "MR"}, ["A2"]),
    ({"AccessionNumber": "A4"}, {}, ["A4"]),
])
def test_matching_keys(server, orders, root, step, expected):
    assert sorted(accessions(server, question(root, **step))) == expected


def test_names_with_umlauts_are_found_and_answered_in_the_set_of_the_request(server, orders):
    asked = question({"SpecificCharacterSet": "ISO_IR 100", "PatientName": "M\u00dcL*"})
    _, ((_, entry),) = find(server, asked)
    assert entry.SpecificCharacterSet == "ISO_IR 100"
    assert str(entry.PatientName) == "M\u00dcLLER^EVA"
    assert entry.RequestedProcedureDescription == "MR Sch\u00e4del"


def test_text_beyond_the_requests_set_comes_in_utf8(server, orders):
    _, ((_, entry),) = find(server, question({"SpecificCharacterSet": "ISO_IR 100", "AccessionNumber": "A4"}))
    assert entry.SpecificCharacterSet == "ISO_IR 192"
    assert str(entry.PatientName) == "\u042e\u0440\u0438\u0439"
    _, ((_, entry),) = find(server, question({"SpecificCharacterSet": "ISO_IR 144", "AccessionNumber": "A4"}))
    assert entry.SpecificCharacterSet == "ISO_IR 144"
    assert str(entry.PatientName) == "\u042e\u0440\u0438\u0439"


def test_optional_keys_that_are_not_supported_are_told(server, orders):
    asked = question({"PatientID": "P1"})
    asked.Rows = None
    _, ((pending, entry),) = find(server, asked)
    assert pending == 0xFF01 and "Rows" not in entry


def test_an_identifier_that_cannot_be_read_is_refused(server, orders):
    ae = AE(ae_title="CT1")
    ae.add_requested_context(ModalityWorklistInformationFind, "1.2.840.10008.1.2.1")
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    broken = pydicom.Dataset()
    broken.add_new(0x00100010, "UN", b"")
    broken[0x00100010].VR = "UN"
    status, _ = next(association.send_c_find(broken, ModalityWorklistInformationFind))
    assert status.Status in (0xFF00, 0xFF01, 0x0000, 0xC000)
    assert association.is_established
    association.release()


def test_dcmtk_finds_it(server, orders):
    done = subprocess.run(
        ["findscu", "-W", "-aet", "MR1", "-aec", "MARTLET", "-k", "0010,0010", "-k", "0008,0050",
         "-k", "0040,0100[0].0008,0060=MR", "127.0.0.1", str(server.dicom_port)],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    text = done.stdout + done.stderr
    assert "[A2]" in text and "[A1]" not in text


def test_our_own_user_finds_it(server, orders):
    done = server.command(
        "worklist", "127.0.0.1", server.dicom_port, "--json", "--name", "m\u00fcller*")
    entry, = json.loads(done.stdout)
    assert entry["00080050"]["Value"] == ["A2"]
    assert entry["00100010"]["Value"][0]["Alphabetic"] == "M\u00dcLLER^EVA"
