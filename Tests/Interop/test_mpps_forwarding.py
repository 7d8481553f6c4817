# SPDX-License-Identifier: Apache-2.0
"""Performed steps passed on to other departments, their notification, and instance availability (PS3.4 F.9, R)."""
import json
import queue
import time

import pydicom
import pytest
from martlet_server import free_ports, prepared_server
from pydicom.uid import generate_uid
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    CTImageStorage, InstanceAvailabilityNotification, ModalityPerformedProcedureStep,
    ModalityPerformedProcedureStepNotification)
from test_mpps import completion, creation


class Listener:
    """A node that is told of steps and arrivals, and can be away."""

    def __init__(self, port):
        self.port = port
        self.told = queue.Queue()
        self.created = {}
        self.server = None

    def start(self):
        ae = AE(ae_title="RIS2")
        ae.add_supported_context(ModalityPerformedProcedureStep)
        ae.add_supported_context(InstanceAvailabilityNotification)
        ae.add_supported_context(ModalityPerformedProcedureStepNotification, scu_role=False, scp_role=True)
        self.server = ae.start_server(("127.0.0.1", self.port), block=False, evt_handlers=[
            (evt.EVT_N_CREATE, self.create), (evt.EVT_N_SET, self.set), (evt.EVT_N_EVENT_REPORT, self.report)])

    def stop(self):
        self.server.shutdown()

    def create(self, event):
        uid = event.request.AffectedSOPInstanceUID
        if uid in self.created:
            return 0x0111, None
        self.created[uid] = event.attribute_list
        self.told.put(("create", event.request.AffectedSOPClassUID, uid, event.attribute_list))
        return 0x0000, event.attribute_list

    def set(self, event):
        uid = event.request.RequestedSOPInstanceUID
        self.told.put(("set", event.request.RequestedSOPClassUID, uid, event.modification_list))
        return 0x0000, event.modification_list

    def report(self, event):
        self.told.put(("event", event.event_type, event.request.AffectedSOPInstanceUID, event.event_information))
        return 0x0000, None

    def next(self, kind, uid=None, seconds=60):
        end = time.monotonic() + seconds
        while True:
            found = self.told.get(timeout=max(0.1, end - time.monotonic()))
            if found[0] == kind and (uid is None or found[2] == uid):
                return found


@pytest.fixture(scope="module")
def listener():
    port, = free_ports(1)
    listener = Listener(port)
    yield listener
    listener.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory, listener):
    running = prepared_server(tmp_path_factory.mktemp("martlet") / "data", extra=[
        "--set", "performedStepNodes=RIS2", "--set", "performedStepNoticeNodes=RIS2",
        "--set", "availabilityNodes=RIS2", "--set", "availabilitySeconds=1"])
    running.add_node("RIS2", "127.0.0.1", listener.port)
    yield running
    running.stop()


def associate(server, *contexts):
    ae = AE(ae_title="CT1")
    for context in contexts:
        ae.add_requested_context(context)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    assert association.is_established
    return association


def test_a_step_that_ended_while_the_node_was_away_arrives(server, listener):
    association = associate(server, ModalityPerformedProcedureStep)
    away = generate_uid()
    end = completion()
    study = generate_uid()
    assert association.send_n_create(creation(study), ModalityPerformedProcedureStep, away)[0].Status == 0
    assert association.send_n_set(end, ModalityPerformedProcedureStep, away)[0].Status == 0
    association.release()
    time.sleep(1)
    listener.start()
    _, _, uid, created = listener.next("create")
    assert uid == away
    assert created.PerformedProcedureStepStatus == "IN PROGRESS"
    assert created.ScheduledStepAttributesSequence[0].StudyInstanceUID == study
    assert len(created.PerformedSeriesSequence) == 0
    _, _, uid, changed = listener.next("set")
    assert uid == away
    assert changed.PerformedProcedureStepStatus == "COMPLETED"
    images = changed.PerformedSeriesSequence[0].ReferencedImageSequence
    assert [each.ReferencedSOPInstanceUID for each in images] == [
        each.ReferencedSOPInstanceUID for each in end.PerformedSeriesSequence[0].ReferencedImageSequence]
    assert "PatientID" not in changed and "Modality" not in changed


def test_events_of_the_notification(server, listener):
    association = associate(server, ModalityPerformedProcedureStep)
    uid = generate_uid()
    assert association.send_n_create(creation(generate_uid()), ModalityPerformedProcedureStep, uid)[0].Status == 0
    _, event_type, _, information = listener.next("event", uid)
    assert event_type == 1 and information.PerformedProcedureStepStatus == "IN PROGRESS"
    assert association.send_n_set(completion("DISCONTINUED"), ModalityPerformedProcedureStep, uid)[0].Status == 0
    _, event_type, _, information = listener.next("event", uid)
    assert event_type == 3 and information.PerformedProcedureStepStatus == "DISCONTINUED"
    association.release()


def test_arrivals_are_told(server, listener, ct_files):
    headers = [pydicom.dcmread(path) for path in ct_files[:4]]
    association = associate(server, CTImageStorage, ModalityPerformedProcedureStep)
    step = generate_uid()
    end = completion(images=0)
    end.PerformedSeriesSequence[0].ReferencedImageSequence = []
    for header in headers:
        image = pydicom.Dataset()
        image.ReferencedSOPClassUID = header.SOPClassUID
        image.ReferencedSOPInstanceUID = header.SOPInstanceUID
        end.PerformedSeriesSequence[0].ReferencedImageSequence.append(image)
    study = headers[0].StudyInstanceUID
    assert association.send_n_create(creation(study), ModalityPerformedProcedureStep, step)[0].Status == 0
    assert association.send_n_set(end, ModalityPerformedProcedureStep, step)[0].Status == 0
    for header in headers:
        assert association.send_c_store(header).Status == 0x0000
    association.release()
    told = set()
    while len(told) < 4:
        _, sop_class, _, notice = listener.next("create")
        if sop_class != InstanceAvailabilityNotification:
            continue
        assert notice.StudyInstanceUID == study
        assert [each.ReferencedSOPInstanceUID for each in notice.ReferencedPerformedProcedureStepSequence] == [step]
        for series in notice.ReferencedSeriesSequence:
            assert series.SeriesInstanceUID == headers[0].SeriesInstanceUID
            for instance in series.ReferencedSOPSequence:
                assert (instance.InstanceAvailability, instance.RetrieveAETitle) == ("ONLINE", "MARTLET")
                told.add(instance.ReferencedSOPInstanceUID)
    assert told == {header.SOPInstanceUID for header in headers}
    server.log_tail()
    shown = server.json(f"/api/v1/performed-steps/{step}")
    assert shown["missingObjects"] == [] and json.dumps(shown["discrepancies"]).count("missingObjects") == 0
