# SPDX-License-Identifier: Apache-2.0
"""Modality performed procedure steps (PS3.4 Annex F) with pynetdicom as modality."""
import json

import pydicom
import pytest
from peers import wait_for
from pydicom.uid import generate_uid
from pynetdicom import AE
from pynetdicom.sop_class import (
    ModalityPerformedProcedureStep, ModalityPerformedProcedureStepRetrieve, ModalityWorklistInformationFind)


@pytest.fixture(scope="module")
def scheduled(server):
    done = server.command(
        "order", "add", "--json", "--data", server.data, "--patient-id", "P1", "--name", "DOE^JANE", "--modality", "CT",
        "--description", "CT thorax", "--station", "CT1", "--start", "202601051015", "--accession", "A1")
    return json.loads(done.stdout)


def associate(server, caller="CT1"):
    ae = AE(ae_title=caller)
    ae.add_requested_context(ModalityPerformedProcedureStep)
    ae.add_requested_context(ModalityPerformedProcedureStepRetrieve)
    ae.add_requested_context(ModalityWorklistInformationFind)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    assert association.is_established
    return association


def entry_of(association, accession):
    asked = pydicom.Dataset()
    asked.AccessionNumber = accession
    asked.StudyInstanceUID = ""
    asked.RequestedProcedureID = ""
    item = pydicom.Dataset()
    item.ScheduledProcedureStepID = ""
    item.ScheduledProcedureStepStatus = ""
    asked.ScheduledProcedureStepSequence = [item]
    answers = [each for status, each in association.send_c_find(asked, ModalityWorklistInformationFind) if each]
    return answers[0] if answers else None


def creation(study, accession="", step_id="", procedure="", patient="P1", modality="CT"):
    item = pydicom.Dataset()
    item.StudyInstanceUID = study
    item.ReferencedStudySequence = []
    item.AccessionNumber = accession
    item.RequestedProcedureID = procedure
    item.RequestedProcedureDescription = ""
    item.ScheduledProcedureStepID = step_id
    item.ScheduledProcedureStepDescription = ""
    item.ScheduledProtocolCodeSequence = []
    data_set = pydicom.Dataset()
    data_set.ScheduledStepAttributesSequence = [item]
    data_set.PatientName = "DOE^JANE"
    data_set.PatientID = patient
    data_set.PatientBirthDate = ""
    data_set.PatientSex = ""
    data_set.PerformedProcedureStepID = "PPS1"
    data_set.PerformedStationAETitle = "CT1"
    data_set.PerformedProcedureStepStartDate = "20260105"
    data_set.PerformedProcedureStepStartTime = "101700"
    data_set.PerformedProcedureStepStatus = "IN PROGRESS"
    data_set.Modality = modality
    return data_set


def completion(status="COMPLETED", images=2):
    series = pydicom.Dataset()
    series.PerformingPhysicianName = ""
    series.ProtocolName = "THORAX"
    series.OperatorsName = ""
    series.SeriesInstanceUID = generate_uid()
    series.SeriesDescription = ""
    series.RetrieveAETitle = ""
    series.ReferencedImageSequence = []
    for _ in range(images):
        image = pydicom.Dataset()
        image.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        image.ReferencedSOPInstanceUID = generate_uid()
        series.ReferencedImageSequence.append(image)
    series.ReferencedNonImageCompositeSOPInstanceSequence = []
    data_set = pydicom.Dataset()
    data_set.PerformedProcedureStepStatus = status
    data_set.PerformedProcedureStepEndDate = "20260105"
    data_set.PerformedProcedureStepEndTime = "103000"
    data_set.PerformedSeriesSequence = [series]
    return data_set


def create(association, data_set, uid=None):
    uid = uid or generate_uid()
    return uid, association.send_n_create(data_set, ModalityPerformedProcedureStep, uid)[0]


def change(association, uid, data_set):
    return association.send_n_set(data_set, ModalityPerformedProcedureStep, uid)[0]


def shown(server, uid):
    return server.json(f"/api/v1/performed-steps/{uid}")


def kinds(step):
    return sorted(each["kind"] for each in step["discrepancies"])


def test_a_scheduled_step_takes_its_order_along(server, scheduled):
    association = associate(server)
    entry = entry_of(association, "A1")
    step_id = entry.ScheduledProcedureStepSequence[0].ScheduledProcedureStepID
    uid, status = create(association, creation(
        entry.StudyInstanceUID, "A1", step_id, entry.RequestedProcedureID))
    assert status.Status == 0x0000
    assert entry_of(association, "A1").ScheduledProcedureStepSequence[0].ScheduledProcedureStepStatus == "STARTED"
    assert change(association, uid, completion()).Status == 0x0000
    assert entry_of(association, "A1") is None, "what is done is not on the worklist"
    association.release()
    step = shown(server, uid)
    assert step["state"] == "COMPLETED"
    assert step["study"] == entry.StudyInstanceUID
    assert step["order"] > 0
    assert step["objects"] == 2
    assert kinds(step) == ["missingObjects"]


def test_a_step_that_has_ended_is_not_changed(server):
    association = associate(server)
    uid, status = create(association, creation(generate_uid()))
    assert status.Status == 0x0000
    assert change(association, uid, completion("DISCONTINUED")).Status == 0x0000
    status = change(association, uid, completion())
    assert (status.Status, status.ErrorID) == (0x0110, 0xA710)
    assert "no longer be updated" in status.ErrorComment
    association.release()
    assert kinds(shown(server, uid)) == ["missingObjects", "unscheduled"]


def test_retrieval(server):
    association = associate(server)
    uid, _ = create(association, creation(generate_uid()))
    status, found = association.send_n_get([], ModalityPerformedProcedureStepRetrieve, uid)
    assert status.Status == 0x0000
    assert found.PerformedProcedureStepStatus == "IN PROGRESS" and found.PatientID == "P1"
    status, found = association.send_n_get(
        [0x00400252, 0x00100020], ModalityPerformedProcedureStepRetrieve, uid)
    assert status.Status == 0x0000 and [each.keyword for each in found] == [
        "PatientID", "PerformedProcedureStepStatus"]
    status, found = association.send_n_get([0x00280010], ModalityPerformedProcedureStepRetrieve, uid)
    assert status.Status == 0x0001
    status, _ = association.send_n_get([], ModalityPerformedProcedureStepRetrieve, "1.2.3.4.5")
    assert status.Status == 0x0112
    association.release()


def test_bad_requests(server):
    association = associate(server)
    uid, status = create(association, creation(generate_uid()))
    assert create(association, creation(generate_uid()), uid)[1].Status == 0x0111
    assert change(association, "1.2.3.4.5", completion()).Status == 0x0112
    for tag, expected in (("PerformedStationAETitle", 0x0120), ("Modality", 0x0120)):
        incomplete = creation(generate_uid())
        delattr(incomplete, tag)
        _, status = create(association, incomplete)
        assert status.Status == expected
        assert status.ErrorComment
    empty = creation(generate_uid())
    empty.PerformedProcedureStepID = ""
    assert create(association, empty)[1].Status == 0x0121
    wrong = creation(generate_uid())
    wrong.PerformedProcedureStepStatus = "COMPLETED"
    assert create(association, wrong)[1].Status == 0x0106
    without = completion()
    del without.PerformedSeriesSequence
    assert change(association, uid, without).Status == 0x0121
    status, _ = association.send_n_action(None, 1, ModalityPerformedProcedureStep, uid)
    assert status.Status == 0x0211
    assert association.is_established
    assert change(association, uid, completion()).Status == 0x0000
    association.release()


def test_what_must_not_change_is_kept_and_told(server):
    association = associate(server)
    uid, _ = create(association, creation(generate_uid()))
    data_set = pydicom.Dataset()
    data_set.PatientID = "OTHER"
    data_set.PerformedProcedureStepDescription = "Thorax"
    assert change(association, uid, data_set).Status == 0x0107
    _, found = association.send_n_get([], ModalityPerformedProcedureStepRetrieve, uid)
    assert found.PatientID == "P1" and found.PerformedProcedureStepDescription == "Thorax"
    association.release()


def test_discrepancies_are_listed(server):
    done = server.command(
        "order", "add", "--json", "--data", server.data, "--patient-id", "P9", "--name", "ROE^RICHARD", "--modality",
        "MR", "--description", "MR head", "--station", "MR1", "--start", "202601051015", "--accession", "A9")
    assert done.returncode == 0
    association = associate(server, "MR1")
    entry = entry_of(association, "A9")
    step_id = entry.ScheduledProcedureStepSequence[0].ScheduledProcedureStepID
    uid, status = create(association, creation(
        generate_uid(), "A9", step_id, entry.RequestedProcedureID, patient="P1", modality="CT"))
    assert status.Status == 0x0000, "nothing is refused or lost"
    assert kinds(shown(server, uid)) == ["modality", "patient", "study"]
    unknown, _ = create(association, creation(generate_uid(), "NOSUCH", "S1"))
    assert kinds(shown(server, unknown)) == ["noOrder"]
    association.release()
    listed = server.json("/api/v1/performed-steps?discrepant=true")["performedSteps"]
    assert {uid, unknown} <= {each["sopInstanceUID"] for each in listed}
    assert all(each["discrepancies"] for each in listed)


def test_objects_that_have_not_arrived_are_told_until_they_are_here(server, ct_files):
    images = [pydicom.dcmread(path) for path in ct_files[:2]]
    study, series = generate_uid(), generate_uid()
    done = completion(images=0)
    for image in images:
        image.StudyInstanceUID, image.SeriesInstanceUID = study, series
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        item = pydicom.Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
        done.PerformedSeriesSequence[0].ReferencedImageSequence.append(item)
    association = associate(server)
    uid, status = create(association, creation(study))
    assert status.Status == 0x0000
    assert change(association, uid, done).Status == 0x0000
    association.release()

    def missing():
        # What was kept when objects arrived, as the list of discrepancies has it.
        listed = server.json("/api/v1/performed-steps?discrepant=true")["performedSteps"]
        return [each["text"] for step in listed if step["sopInstanceUID"] == uid for each in step["discrepancies"]
                if each["kind"] == "missingObjects"]

    def store(image):
        ae = AE(ae_title="CT1")
        ae.add_requested_context(image.SOPClassUID, image.file_meta.TransferSyntaxUID)
        sending = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
        assert sending.send_c_store(image).Status == 0x0000
        sending.release()

    wait_for(lambda: missing() and missing()[0].startswith("2 of 2 objects"), what="both to be missed")
    store(images[0])
    wait_for(lambda: missing() and missing()[0].startswith("1 of 2 objects"), what="the first to be noticed")
    assert images[1].SOPInstanceUID in missing()[0]
    store(images[1])
    wait_for(lambda: not missing(), what="the second to be noticed")


def test_steps_survive_a_crash(server):
    association = associate(server)
    uid, status = create(association, creation(generate_uid()))
    assert status.Status == 0x0000
    association.abort()
    server.kill()
    server.start()
    association = associate(server)
    assert change(association, uid, completion()).Status == 0x0000
    association.release()
    assert shown(server, uid)["state"] == "COMPLETED"
