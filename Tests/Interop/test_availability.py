# SPDX-License-Identifier: Apache-2.0
"""Instance availability notifications that other archives send (PS3.4 Annex R), with pynetdicom as archive."""
import pydicom
import pytest
from pydicom.uid import generate_uid
from pynetdicom import AE
from pynetdicom.sop_class import InstanceAvailabilityNotification


@pytest.fixture
def association(server):
    ae = AE(ae_title="TAPES")
    ae.add_requested_context(InstanceAvailabilityNotification)
    made = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    assert made.is_established
    yield made
    made.release()


def notice(study, instances, availability="ONLINE", place="TAPES"):
    data_set = pydicom.Dataset()
    data_set.ReferencedPerformedProcedureStepSequence = []
    data_set.StudyInstanceUID = study
    series = pydicom.Dataset()
    series.SeriesInstanceUID = generate_uid()
    series.ReferencedSOPSequence = []
    for uid in instances:
        item = pydicom.Dataset()
        item.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        item.ReferencedSOPInstanceUID = uid
        item.InstanceAvailability = availability
        item.RetrieveAETitle = place
        series.ReferencedSOPSequence.append(item)
    data_set.ReferencedSeriesSequence = [series]
    return data_set


def send(association, data_set, uid=None):
    return association.send_n_create(data_set, InstanceAvailabilityNotification, uid or generate_uid())[0]


def test_what_is_announced_is_listed(server, association):
    study, first, second = generate_uid(), generate_uid(), generate_uid()
    assert send(association, notice(study, [first])).Status == 0x0000
    assert send(association, notice(study, [first, second], "NEARLINE", "ROBOT")).Status == 0x0000
    listed = server.json("/api/v1/announced-studies?source=TAPES&limit=1")["announcedStudies"]
    assert [(each["study"], each["source"], each["instances"]) for each in listed] == [(study, "TAPES", 2)]
    assert listed[0]["retrieveAETitles"] == ["ROBOT"] and listed[0]["availability"] == ["NEARLINE"]
    detail, = server.json(f"/api/v1/announced-studies/{study}")["announcedStudies"]
    assert {each["sopInstanceUID"] for each in detail["objects"]} == {first, second}
    assert server.request("/api/v1/announced-studies/1.2.3.4")[0] == 404


def test_bad_notifications(association):
    uid = generate_uid()
    assert send(association, notice(generate_uid(), [generate_uid()]), uid).Status == 0x0000
    assert send(association, notice(generate_uid(), [generate_uid()]), uid).Status == 0x0111
    without = notice(generate_uid(), [generate_uid()])
    del without.StudyInstanceUID
    status = send(association, without)
    assert status.Status == 0x0120 and status.ErrorComment
    assert send(association, notice(generate_uid(), [])).Status == 0x0121
    assert send(association, notice(generate_uid(), [generate_uid()], "SOMEWHERE")).Status == 0x0106
    assert send(association, notice(generate_uid(), [generate_uid()], place="")).Status == 0x0121
    status, _ = association.send_n_get([0x0020000D], InstanceAvailabilityNotification, uid)
    assert status.Status == 0x0211
    assert association.is_established
