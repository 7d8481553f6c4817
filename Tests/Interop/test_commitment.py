# SPDX-License-Identifier: Apache-2.0
"""Storage commitment (PS3.4 Annex J) with pynetdicom on the other side, as requester and as provider."""
import json
import queue
import subprocess
import threading
import time

import pydicom
import pytest
from martlet_server import binary, free_ports
from pydicom.uid import generate_uid
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import CTImageStorage, MRImageStorage, StorageCommitmentPushModel

INSTANCE = "1.2.840.10008.1.20.1.1"


class Requester:
    """Storage SCU and storage commitment SCU, which also takes associations of the provider."""

    def __init__(self, title="COMMITSCU", answer=0x0000):
        self.reports = queue.Queue()
        self.answer = answer
        self.title = title
        self.listener = None

    def handler(self, way):
        def handle(event):
            self.reports.put((way, event.event_type, event.event_information))
            return self.answer, None
        return [(evt.EVT_N_EVENT_REPORT, handle)]

    def associate(self, server):
        ae = AE(ae_title=self.title)
        ae.add_requested_context(CTImageStorage)
        ae.add_requested_context(StorageCommitmentPushModel)
        association = ae.associate(
            "127.0.0.1", server.dicom_port, ae_title="MARTLET", evt_handlers=self.handler("same"))
        assert association.is_established
        return association

    def listen(self, port):
        ae = AE(ae_title=self.title)
        ae.add_supported_context(StorageCommitmentPushModel, scu_role=False, scp_role=True)
        self.listener = ae.start_server(
            ("127.0.0.1", port), block=False, evt_handlers=self.handler("new"))

    def stop(self):
        self.listener.shutdown()


def action(references, transaction):
    data_set = pydicom.Dataset()
    data_set.TransactionUID = transaction
    data_set.ReferencedSOPSequence = []
    for sop_class, sop_instance in references:
        item = pydicom.Dataset()
        item.ReferencedSOPClassUID = sop_class
        item.ReferencedSOPInstanceUID = sop_instance
        data_set.ReferencedSOPSequence.append(item)
    return data_set


def ask(association, references, transaction, instance=INSTANCE, action_type=1):
    return association.send_n_action(
        action(references, transaction), action_type, StorageCommitmentPushModel, instance)[0]


@pytest.fixture(scope="module")
def stored(server, ct_files):
    association = Requester().associate(server)
    headers = [pydicom.dcmread(path) for path in ct_files[:5]]
    for header in headers:
        assert association.send_c_store(header).Status == 0x0000
    association.release()
    return [(each.SOPClassUID, each.SOPInstanceUID) for each in headers]


def test_all_are_committed_on_the_same_association(server, stored):
    requester = Requester()
    association = requester.associate(server)
    transaction = generate_uid()
    assert ask(association, stored, transaction).Status == 0x0000
    way, event_type, report = requester.reports.get(timeout=20)
    time.sleep(0.3)  # its answer goes out before the release
    association.release()
    assert (way, event_type) == ("same", 1)
    assert report.TransactionUID == transaction
    assert report.RetrieveAETitle == "MARTLET"
    assert [(each.ReferencedSOPClassUID, each.ReferencedSOPInstanceUID)
            for each in report.ReferencedSOPSequence] == stored
    assert "FailedSOPSequence" not in report


def test_failures_have_their_reasons(server, stored):
    requester = Requester()
    association = requester.associate(server)
    unknown = generate_uid()
    references = [stored[0], (CTImageStorage, unknown), (MRImageStorage, stored[1][1]), ("1.2.3.4.5", unknown)]
    assert ask(association, references, generate_uid()).Status == 0x0000
    _, event_type, report = requester.reports.get(timeout=20)
    time.sleep(0.3)
    association.release()
    assert event_type == 2
    assert [each.ReferencedSOPInstanceUID for each in report.ReferencedSOPSequence] == [stored[0][1]]
    assert [each.FailureReason for each in report.FailedSOPSequence] == [0x0112, 0x0119, 0x0122]


def test_a_requester_that_released_is_called_back(server, stored):
    port, = free_ports(1)
    requester = Requester("CALLBACK")
    server.add_node("CALLBACK", "127.0.0.1", port)
    requester.listen(port)
    association = requester.associate(server)
    transaction = generate_uid()
    assert ask(association, stored, transaction).Status == 0x0000
    association.release()
    way, event_type, report = requester.reports.get(timeout=20)
    requester.stop()
    assert (way, event_type, report.TransactionUID) == ("new", 1, transaction)


def test_the_answer_waits_for_the_requester_across_a_restart(server, stored):
    port, = free_ports(1)
    requester = Requester("LATER")
    server.add_node("LATER", "127.0.0.1", port)
    association = requester.associate(server)
    transaction = generate_uid()
    assert ask(association, stored, transaction).Status == 0x0000
    association.abort()
    time.sleep(1)
    server.kill()
    server.start()
    requester.listen(port)
    way, event_type, report = requester.reports.get(timeout=60)
    assert (way, event_type, report.TransactionUID) == ("new", 1, transaction)
    # It is told once.
    with pytest.raises(queue.Empty):
        requester.reports.get(timeout=2)
    requester.stop()


def test_bad_requests_are_answered_with_the_standards_status(server, stored):
    association = Requester().associate(server)
    assert ask(association, stored, generate_uid(), instance="1.2.3").Status == 0x0112
    assert ask(association, stored, generate_uid(), action_type=2).Status == 0x0123
    assert ask(association, [], generate_uid()).Status == 0x0115
    missing = action(stored, generate_uid())
    del missing.TransactionUID
    status, _ = association.send_n_action(missing, 1, StorageCommitmentPushModel, INSTANCE)
    assert status.Status == 0x0115
    assert "0008,1195" in status.ErrorComment
    status, _ = association.send_n_get([], StorageCommitmentPushModel, INSTANCE)
    assert status.Status == 0x0211
    # The association has outlived all of it.
    assert association.is_established
    association.release()


class Provider:
    """Storage commitment SCP that reports on the same association or on a new one."""

    def __init__(self, port, way, listener_port=None, failing=()):
        self.way = way
        self.failing = failing
        self.listener_port = listener_port
        ae = AE(ae_title="ARCHIVE")
        ae.add_supported_context(StorageCommitmentPushModel)
        self.server = ae.start_server(
            ("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_N_ACTION, self.handle)])

    def handle(self, event):
        information = event.action_information
        threading.Thread(target=self.report, args=(information, event.assoc)).start()
        return 0x0000, None

    def report(self, information, association):
        time.sleep(0.3)
        result = pydicom.Dataset()
        result.TransactionUID = information.TransactionUID
        result.ReferencedSOPSequence = []
        result.FailedSOPSequence = []
        for item in information.ReferencedSOPSequence:
            if item.ReferencedSOPInstanceUID in self.failing:
                item.FailureReason = 0x0112
                result.FailedSOPSequence.append(item)
            else:
                result.ReferencedSOPSequence.append(item)
        if not result.FailedSOPSequence:
            del result.FailedSOPSequence
        event_type = 2 if self.failing else 1
        if self.way == "new":
            ae = AE(ae_title="ARCHIVE")
            ae.add_requested_context(StorageCommitmentPushModel)
            role = build_role(StorageCommitmentPushModel, scu_role=False, scp_role=True)
            association = ae.associate("127.0.0.1", self.listener_port, ext_neg=[role])
            assert association.is_established
        association.send_n_event_report(result, event_type, StorageCommitmentPushModel, INSTANCE)
        if self.way == "new":
            association.release()


def commit(*arguments):
    return subprocess.run(
        [str(binary()), "commit", *map(str, arguments)], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("way", ["same", "new"])
def test_commit_as_user(ct_files, way):
    port, own = free_ports(2)
    provider = Provider(port, way, listener_port=own)
    done = commit(
        "127.0.0.1", port, "--called", "ARCHIVE", "--json", "--wait", 20,
        *(["--listen", own] if way == "new" else []), *ct_files[:3])
    provider.server.shutdown()
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert len(answer["committed"]) == 3
    assert answer["failed"] == []


def test_commit_tells_what_failed(ct_files):
    port, = free_ports(1)
    failing = pydicom.dcmread(ct_files[1], stop_before_pixels=True).SOPInstanceUID
    provider = Provider(port, "same", failing=[failing])
    done = commit("127.0.0.1", port, "--called", "ARCHIVE", "--json", *ct_files[:3])
    provider.server.shutdown()
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert [(each["sopInstanceUID"], each["reason"]) for each in answer["failed"]] == [(failing, "0112")]


def test_commit_against_our_own_server(server, stored, ct_files):
    done = commit("127.0.0.1", server.dicom_port, "--json", *ct_files[:5])
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["committed"]) == 5


def test_commit_gives_up_waiting(ct_files):
    port, = free_ports(1)
    ae = AE(ae_title="ARCHIVE")
    ae.add_supported_context(StorageCommitmentPushModel)
    silent = ae.start_server(
        ("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_N_ACTION, lambda event: (0x0000, None))])
    done = commit("127.0.0.1", port, "--called", "ARCHIVE", "--wait", 1, ct_files[0])
    silent.shutdown()
    assert done.returncode == 1
    assert "no result" in done.stderr
