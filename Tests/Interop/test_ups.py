# SPDX-License-Identifier: Apache-2.0
"""Unified procedure steps (PS3.4 Annex CC) with pynetdicom as pusher, performer and watcher, and `martlet ups`
against pynetdicom as worklist."""
import json
import queue
import subprocess
import time

import pydicom
import pytest
from martlet_server import binary, free_ports, prepared_server
from pydicom.uid import generate_uid
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    UnifiedProcedureStepEvent, UnifiedProcedureStepPull, UnifiedProcedureStepPush, UnifiedProcedureStepQuery,
    UnifiedProcedureStepWatch)

GLOBAL = "1.2.840.10008.5.1.4.34.5"
FILTERED = "1.2.840.10008.5.1.4.34.5.1"


class Watcher:
    """A node that is told of steps, and can be away."""

    def __init__(self):
        self.port, = free_ports(1)
        self.told = queue.Queue()
        self.server = None

    def start(self):
        ae = AE(ae_title="WATCHER")
        ae.add_supported_context(UnifiedProcedureStepEvent, scu_role=False, scp_role=True)
        self.server = ae.start_server(
            ("127.0.0.1", self.port), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, self.report)])

    def stop(self):
        self.server.shutdown()

    def report(self, event):
        assert event.request.AffectedSOPClassUID == UnifiedProcedureStepPush
        self.told.put((event.request.AffectedSOPInstanceUID, event.event_type, event.event_information))
        return 0x0000, None

    def next(self, uid, seconds=60):
        """The next event of a step."""
        end = time.monotonic() + seconds
        while True:
            found = self.told.get(timeout=max(0.1, end - time.monotonic()))
            if found[0] == uid:
                return found[1], found[2]


@pytest.fixture(scope="module")
def watcher():
    made = Watcher()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory, watcher):
    running = prepared_server(tmp_path_factory.mktemp("martlet") / "data")
    running.add_node("WATCHER", "127.0.0.1", watcher.port)
    yield running
    running.stop()


@pytest.fixture
def association(server):
    made = associate(server)
    yield made
    if made.is_established:
        made.release()


def associate(server, caller="CAD"):
    ae = AE(ae_title=caller)
    for each in (UnifiedProcedureStepPush, UnifiedProcedureStepPull, UnifiedProcedureStepWatch,
                 UnifiedProcedureStepQuery):
        ae.add_requested_context(each)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    assert association.is_established
    return association


def code(value, scheme="99T"):
    item = pydicom.Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = value
    return item


def creation(**changes):
    step = pydicom.Dataset()
    step.SpecificCharacterSet = "ISO_IR 192"
    step.ProcedureStepState = "SCHEDULED"
    step.ScheduledProcedureStepPriority = "MEDIUM"
    step.ProcedureStepLabel = "Lung nodules"
    step.WorklistLabel = "CAD"
    step.ScheduledProcedureStepStartDateTime = "20260105101500"
    step.InputReadinessState = "READY"
    step.PatientName = "Müller^Eva"
    step.PatientID = "P1"
    step.TransactionUID = ""
    step.ProcedureStepProgressInformationSequence = []
    step.UnifiedProcedureStepPerformedProcedureSequence = []
    for key, value in changes.items():
        if value is None:
            delattr(step, key)
        else:
            setattr(step, key, value)
    return step


def performed(transaction):
    output = pydicom.Dataset()
    output.TypeOfInstances = "DICOM"
    output.StudyInstanceUID = generate_uid()
    output.SeriesInstanceUID = generate_uid()
    reference = pydicom.Dataset()
    reference.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.88.22"
    reference.ReferencedSOPInstanceUID = generate_uid()
    output.ReferencedSOPSequence = [reference]
    item = pydicom.Dataset()
    item.PerformedStationNameCodeSequence = [code("CAD1")]
    item.PerformedProcedureStepStartDateTime = "20260105101600"
    item.PerformedWorkitemCodeSequence = [code("CAD")]
    item.PerformedProcedureStepEndDateTime = "20260105101700"
    item.OutputInformationSequence = [output]
    changes = pydicom.Dataset()
    changes.TransactionUID = transaction
    changes.UnifiedProcedureStepPerformedProcedureSequence = [item]
    return changes


def create(association, uid=None, **changes):
    uid = uid or generate_uid()
    status, _ = association.send_n_create(creation(**changes), UnifiedProcedureStepPush, uid)
    return uid, status


def get(association, uid, tags=(), meta=UnifiedProcedureStepPull):
    return association.send_n_get(list(tags), UnifiedProcedureStepPush, uid, meta_uid=meta)


def change(association, uid, data_set):
    return association.send_n_set(data_set, UnifiedProcedureStepPush, uid, meta_uid=UnifiedProcedureStepPull)[0]


def act(association, uid, action, meta, **information):
    data_set = pydicom.Dataset()
    for key, value in information.items():
        setattr(data_set, key, value)
    given = data_set if information else None
    return association.send_n_action(given, action, UnifiedProcedureStepPush, uid, meta_uid=meta)[0]


def move(association, uid, state, transaction):
    return act(association, uid, 1, UnifiedProcedureStepPull, ProcedureStepState=state,
               **({"TransactionUID": transaction} if transaction else {})).Status


def subscribe(association, uid, lock="FALSE", **keys):
    return act(association, uid, 3, UnifiedProcedureStepWatch, ReceivingAE="WATCHER", DeletionLock=lock, **keys).Status


def unsubscribe(association, uid, action=4):
    return act(association, uid, action, UnifiedProcedureStepWatch, ReceivingAE="WATCHER").Status


def find(association, sop_class=UnifiedProcedureStepPull, **keys):
    asked = pydicom.Dataset()
    for key, value in keys.items():
        setattr(asked, key, value)
    answers, statuses = [], []
    for status, answer in association.send_c_find(asked, sop_class):
        statuses.append(status.Status)
        if answer is not None:
            answers.append(answer)
    return answers, statuses


def test_a_step_goes_its_way(association):
    uid, status = create(association)
    assert status.Status == 0x0000
    transaction = generate_uid()
    assert move(association, uid, "IN PROGRESS", transaction) == 0x0000
    progress = pydicom.Dataset()
    progress.TransactionUID = transaction
    item = pydicom.Dataset()
    item.ProcedureStepProgress = "50"
    progress.ProcedureStepProgressInformationSequence = [item]
    assert change(association, uid, progress).Status == 0x0000
    assert move(association, uid, "COMPLETED", transaction) == 0xC304, "nothing was performed yet"
    assert change(association, uid, performed(transaction)).Status == 0x0000
    assert move(association, uid, "COMPLETED", transaction) == 0x0000
    assert move(association, uid, "COMPLETED", transaction) == 0xB306
    assert move(association, uid, "CANCELED", transaction) == 0xC300
    assert change(association, uid, performed(transaction)).Status == 0xC300
    status, step = get(association, uid)
    assert status.Status == 0x0000
    assert step.ProcedureStepState == "COMPLETED" and str(step.PatientName) == "Müller^Eva"
    assert "TransactionUID" not in step
    assert step.ScheduledProcedureStepModificationDateTime
    assert step.ProcedureStepProgressInformationSequence[0].ProcedureStepProgress == 50
    assert len(step.UnifiedProcedureStepPerformedProcedureSequence[0].OutputInformationSequence) == 1


def test_retrieval(association):
    uid, _ = create(association)
    for meta in (UnifiedProcedureStepPull, UnifiedProcedureStepWatch, None):
        status, step = get(association, uid, [0x00741000, 0x00100020], meta)
        assert status.Status == 0x0000
        assert [each.keyword for each in step if each.keyword != "SpecificCharacterSet"] == [
            "PatientID", "ProcedureStepState"]
    status, _ = get(association, uid, [0x00280010])
    assert status.Status == 0x0001
    assert get(association, "1.2.3.4.5")[0].Status == 0xC307


def test_who_does_not_hold_the_key_changes_nothing(association):
    uid, _ = create(association)
    transaction = generate_uid()
    assert move(association, uid, "IN PROGRESS", None) == 0xC301
    assert move(association, uid, "COMPLETED", transaction) == 0xC310
    assert move(association, uid, "SCHEDULED", transaction) == 0xC303
    assert change(association, uid, performed(transaction)).Status == 0xC310
    assert move(association, uid, "IN PROGRESS", transaction) == 0x0000
    other = generate_uid()
    assert move(association, uid, "IN PROGRESS", other) == 0xC301
    assert move(association, uid, "IN PROGRESS", transaction) == 0xC302
    assert change(association, uid, performed(other)).Status == 0xC301
    status = act(association, uid, 1, UnifiedProcedureStepPull, ProcedureStepState="COMPLETED", TransactionUID=other)
    assert status.Status == 0xC301 and "Transaction UID" in status.ErrorComment
    assert get(association, uid)[1].ProcedureStepState == "IN PROGRESS"


@pytest.mark.parametrize("changes, expected", [
    ({"ProcedureStepState": "IN PROGRESS"}, 0xC309), ({"ProcedureStepState": None}, 0x0120),
    ({"ProcedureStepLabel": ""}, 0x0121), ({"ScheduledProcedureStepPriority": None}, 0x0120),
    ({"ScheduledProcedureStepStartDateTime": None}, 0x0120), ({"InputReadinessState": ""}, 0x0121),
    ({"InputReadinessState": "PERHAPS"}, 0x0106), ({"TransactionUID": "1.2.3"}, 0x0106),
    ({"ScheduledWorkitemCodeSequence": [pydicom.Dataset()]}, 0x0120),
])
def test_incomplete_steps_are_refused(association, changes, expected):
    _, status = create(association, **changes)
    assert status.Status == expected
    assert status.ErrorComment


def test_bad_requests(association):
    uid, _ = create(association)
    assert create(association, uid)[1].Status == 0x0111
    assert create(association, GLOBAL)[1].Status == 0x0117
    assert move(association, "1.2.3.4.5", "IN PROGRESS", generate_uid()) == 0xC307
    assert change(association, "1.2.3.4.5", performed("1.2.3")).Status == 0xC307
    assert act(association, uid, 1, UnifiedProcedureStepPull, TransactionUID="1.2.3").Status == 0x0120
    assert act(association, uid, 1, UnifiedProcedureStepPull, ProcedureStepState="X").Status == 0x0106
    assert act(association, uid, 2, UnifiedProcedureStepPull, ReasonForCancellation="x").Status == 0x0123
    assert act(association, uid, 9, UnifiedProcedureStepWatch, ReceivingAE="WATCHER").Status == 0x0123
    status = act(association, uid, 3, UnifiedProcedureStepWatch, ReceivingAE="NOBODY", DeletionLock="FALSE")
    assert status.Status == 0xC308
    assert act(association, uid, 3, UnifiedProcedureStepWatch, ReceivingAE="WATCHER").Status == 0x0120
    assert act(association, uid, 3, UnifiedProcedureStepWatch, DeletionLock="TRUE").Status == 0x0120
    assert unsubscribe(association, uid, action=5) == 0xC314
    assert subscribe(association, "1.2.3.4.5") == 0xC307
    assert subscribe(association, FILTERED) == 0x0115
    status, _ = association.send_n_create(creation(), UnifiedProcedureStepPush, generate_uid(),
                                          meta_uid=UnifiedProcedureStepPull)
    assert status.Status == 0x0211
    state = pydicom.Dataset()
    state.ProcedureStepState = "COMPLETED"
    assert change(association, uid, state).Status == 0x0106
    wrong = pydicom.Dataset()
    wrong.PatientID = "OTHER"
    wrong.ProcedureStepLabel = "New"
    status = change(association, uid, wrong)
    assert status.Status == 0x0107
    _, step = get(association, uid)
    assert step.PatientID == "P1" and step.ProcedureStepLabel == "New"


@pytest.mark.parametrize("sop_class", [UnifiedProcedureStepPull, UnifiedProcedureStepWatch, UnifiedProcedureStepQuery])
def test_questions(association, sop_class):
    label = "LIST " + generate_uid()[-8:]
    early, _ = create(association, WorklistLabel=label, ScheduledStationNameCodeSequence=[code("CAD1")])
    late, _ = create(association, WorklistLabel=label, ScheduledProcedureStepStartDateTime="20260301080000",
                     PatientID="P2")

    def uids(**keys):
        answers, statuses = find(association, sop_class, SOPInstanceUID="", WorklistLabel=label, **keys)
        assert statuses[-1] == 0x0000
        return [each.SOPInstanceUID for each in answers]

    assert uids() == [early, late]
    assert uids(PatientID="P2") == [late]
    assert uids(ScheduledProcedureStepStartDateTime="20260101-20260131") == [early]
    assert uids(ProcedureStepState="COMPLETED") == []
    station = pydicom.Dataset()
    station.CodeValue = "CAD1"
    assert uids(ScheduledStationNameCodeSequence=[station]) == [early]
    answers, _ = find(association, sop_class, SOPInstanceUID=early, PatientName="", AdmissionID="",
                      ScheduledStationNameCodeSequence=[])
    answer, = answers
    assert str(answer.PatientName) == "Müller^Eva" and answer.AdmissionID == ""
    assert answer.ScheduledStationNameCodeSequence[0].CodeValue == "CAD1"
    _, statuses = find(association, sop_class, SOPInstanceUID=early, TransactionUID="")
    assert statuses == [0xFF01, 0x0000]


def test_a_step_is_told_to_who_watches(association, watcher):
    uid, _ = create(association)
    assert subscribe(association, uid) == 0x0000
    event_type, information = watcher.next(uid)
    assert (event_type, information.ProcedureStepState) == (1, "SCHEDULED")
    assert information.InputReadinessState == "READY"
    transaction = generate_uid()
    assert move(association, uid, "IN PROGRESS", transaction) == 0x0000
    assert watcher.next(uid)[1].ProcedureStepState == "IN PROGRESS"
    changes = performed(transaction)
    item = pydicom.Dataset()
    item.ProcedureStepProgress = "90"
    changes.ProcedureStepProgressInformationSequence = [item]
    changes.ScheduledStationNameCodeSequence = [code("CAD7")]
    assert change(association, uid, changes).Status == 0x0000
    event_type, information = watcher.next(uid)
    assert event_type == 3
    assert information.ProcedureStepProgressInformationSequence[0].ProcedureStepProgress == 90
    event_type, information = watcher.next(uid)
    assert event_type == 5 and information.ScheduledStationNameCodeSequence[0].CodeValue == "CAD7"
    status = act(association, uid, 2, UnifiedProcedureStepPush, ReasonForCancellation="too late",
                 ContactDisplayName="Desk")
    assert status.Status == 0x0000
    event_type, information = watcher.next(uid)
    assert event_type == 2 and information.RequestingAE == "CAD" and information.ReasonForCancellation == "too late"
    assert move(association, uid, "COMPLETED", transaction) == 0x0000
    assert watcher.next(uid)[1].ProcedureStepState == "COMPLETED"
    assert act(association, uid, 2, UnifiedProcedureStepPush).Status == 0xC311
    assert unsubscribe(association, uid) == 0x0000


def test_cancel_requests(association, watcher):
    waiting, _ = create(association)
    assert subscribe(association, waiting) == 0x0000
    assert watcher.next(waiting)[1].ProcedureStepState == "SCHEDULED"
    assert act(association, waiting, 2, UnifiedProcedureStepWatch, ReasonForCancellation="died").Status == 0x0000
    assert watcher.next(waiting)[1].ProcedureStepState == "IN PROGRESS"
    _, information = watcher.next(waiting)
    assert information.ProcedureStepState == "CANCELED" and information.ReasonForCancellation == "died"
    assert act(association, waiting, 2, UnifiedProcedureStepWatch).Status == 0xB304
    alone, _ = create(association)
    assert move(association, alone, "IN PROGRESS", generate_uid()) == 0x0000
    assert act(association, alone, 2, UnifiedProcedureStepWatch).Status == 0xC312, "nobody would hear of it"


def test_global_subscriptions(association, watcher):
    before, _ = create(association)
    assert subscribe(association, GLOBAL, lock="TRUE") == 0x0000
    assert watcher.next(before)[1].ProcedureStepState == "SCHEDULED"
    after, _ = create(association, ScheduledStationNameCodeSequence=[code("CAD1")])
    assert watcher.next(after)[0] == 1
    assert watcher.next(after)[0] == 5, "it is assigned from the beginning"
    assert unsubscribe(association, GLOBAL, action=5) == 0x0000
    suspended, _ = create(association)
    assert move(association, suspended, "IN PROGRESS", generate_uid()) == 0x0000
    assert move(association, after, "IN PROGRESS", generate_uid()) == 0x0000
    told, event_type, information = watcher.told.get(timeout=60)
    assert (told, information.ProcedureStepState) == (after, "IN PROGRESS")
    assert unsubscribe(association, GLOBAL) == 0x0000
    label = "LIST " + generate_uid()[-8:]
    assert subscribe(association, FILTERED, WorklistLabel=label) == 0x0000
    create(association)
    matching, _ = create(association, WorklistLabel=label)
    told, _, information = watcher.told.get(timeout=60)
    assert (told, information.ProcedureStepState) == (matching, "SCHEDULED")
    assert unsubscribe(association, FILTERED) == 0x0000


def test_who_was_away_is_told_when_back_even_after_a_crash(server, watcher):
    association = associate(server)
    uid, _ = create(association)
    assert subscribe(association, uid) == 0x0000
    assert watcher.next(uid)[1].ProcedureStepState == "SCHEDULED"
    watcher.stop()
    transaction = generate_uid()
    assert move(association, uid, "IN PROGRESS", transaction) == 0x0000
    association.abort()
    server.kill()
    server.start()
    watcher.start()
    assert watcher.next(uid)[1].ProcedureStepState == "IN PROGRESS"
    association = associate(server)
    assert change(association, uid, performed(transaction)).Status == 0x0000
    assert move(association, uid, "COMPLETED", transaction) == 0x0000
    assert watcher.next(uid)[1].ProcedureStepState == "COMPLETED", "subscriptions are still there"
    association.release()


class Worklist:
    """pynetdicom as unified worklist, for `martlet ups`."""

    def __init__(self):
        self.port, = free_ports(1)
        self.steps, self.actions = {}, []
        ae = AE(ae_title="UPSSCP")
        for each in (UnifiedProcedureStepPush, UnifiedProcedureStepPull, UnifiedProcedureStepWatch):
            ae.add_supported_context(each)
        self.server = ae.start_server(("127.0.0.1", self.port), block=False, evt_handlers=[
            (evt.EVT_N_CREATE, self.create), (evt.EVT_N_SET, self.set), (evt.EVT_N_GET, self.get),
            (evt.EVT_N_ACTION, self.act), (evt.EVT_C_FIND, self.find)])

    def create(self, event):
        self.steps[event.request.AffectedSOPInstanceUID] = event.attribute_list
        return 0x0000, event.attribute_list

    def set(self, event):
        self.steps[event.request.RequestedSOPInstanceUID].update(event.modification_list)
        return 0x0000, event.modification_list

    def get(self, event):
        step = self.steps.get(event.request.RequestedSOPInstanceUID)
        return (0x0000, step) if step is not None else (0xC307, None)

    def act(self, event):
        self.actions.append((event.action_type, event.request.RequestedSOPInstanceUID, event.action_information))
        if event.action_type == 1 and event.action_information.ProcedureStepState == "COMPLETED":
            return 0xC304, None
        return 0x0000, None

    def find(self, event):
        for uid, step in self.steps.items():
            answer = pydicom.Dataset()
            answer.SOPInstanceUID = uid
            answer.ProcedureStepState = step.ProcedureStepState
            answer.ProcedureStepLabel = step.ProcedureStepLabel
            yield 0xFF00, answer


@pytest.fixture(scope="module")
def worklist():
    made = Worklist()
    yield made
    made.server.shutdown()


def martlet(worklist, verb, *arguments, expect=0):
    done = subprocess.run(
        [str(binary()), "ups", verb, "127.0.0.1", str(worklist.port), "--called", "UPSSCP", *arguments],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == expect, done.stderr
    return done


def test_the_command_line_against_a_peer(worklist):
    uid = martlet(worklist, "create", "--label", "Lung nodules", "-k", "PatientName=Müller^Eva").stdout.strip()
    step = worklist.steps[uid]
    assert step.ProcedureStepState == "SCHEDULED" and str(step.PatientName) == "Müller^Eva"
    assert step.InputReadinessState == "READY" and "TransactionUID" in step
    assert uid in martlet(worklist, "find").stdout
    found = json.loads(martlet(worklist, "find", "--json", "--state", "SCHEDULED").stdout)
    assert [each["00080018"]["Value"] for each in found] == [[uid]]
    claim = json.loads(martlet(worklist, "claim", uid, "--json").stdout)["transactionUID"]
    action, instance, information = worklist.actions[-1]
    assert (action, instance, information.ProcedureStepState) == (1, uid, "IN PROGRESS")
    assert information.TransactionUID == claim
    martlet(worklist, "set", uid, "--transaction", claim, "--progress", "40")
    assert step.ProcedureStepProgressInformationSequence[0].ProcedureStepProgress == 40
    refused = martlet(worklist, "complete", uid, "--transaction", claim, expect=1)
    assert "C304" in refused.stderr and "final state" in refused.stderr
    martlet(worklist, "cancel", uid, "--transaction", claim, "--reason", "broken")
    item = step.ProcedureStepProgressInformationSequence[0]
    assert item.ReasonForCancellation == "broken" and item.ProcedureStepCancellationDateTime
    assert worklist.actions[-1][2].ProcedureStepState == "CANCELED"
    martlet(worklist, "request-cancel", uid, "--reason", "no need")
    assert worklist.actions[-1][0] == 2 and worklist.actions[-1][2].ReasonForCancellation == "no need"
    martlet(worklist, "watch", "--lock", "--calling", "ME")
    assert worklist.actions[-1][:2] == (3, GLOBAL)
    assert worklist.actions[-1][2].ReceivingAE == "ME" and worklist.actions[-1][2].DeletionLock == "TRUE"
    martlet(worklist, "watch", "-k", "WorklistLabel=CAD")
    assert worklist.actions[-1][1] == FILTERED and worklist.actions[-1][2].WorklistLabel == "CAD"
    martlet(worklist, "unwatch", "--suspend")
    assert worklist.actions[-1][:2] == (5, GLOBAL)
    martlet(worklist, "unwatch", "--step", uid)
    assert worklist.actions[-1][:2] == (4, uid)
    shown = json.loads(martlet(worklist, "get", uid, "--json").stdout)
    assert shown["00741204"]["Value"] == ["Lung nodules"]
    assert "C307" in martlet(worklist, "get", "1.2.3", expect=1).stderr


def test_the_command_line_watches_a_real_worklist(server):
    port, = free_ports(1)
    server.add_node("CLIWATCH", "127.0.0.1", port)
    association = associate(server)
    uid, _ = create(association)
    watching = subprocess.Popen(
        [str(binary()), "ups", "watch", "127.0.0.1", str(server.dicom_port), "--calling", "CLIWATCH", "--step", uid,
         "--listen", str(port), "--events", "2", "--json"], stdout=subprocess.PIPE, text=True)
    first = json.loads(watching.stdout.readline())
    assert first["sopInstanceUID"] == uid and first["information"]["00741000"]["Value"] == ["SCHEDULED"]
    assert move(association, uid, "IN PROGRESS", generate_uid()) == 0x0000
    second = json.loads(watching.stdout.readline())
    assert second["information"]["00741000"]["Value"] == ["IN PROGRESS"]
    assert watching.wait(60) == 0
    association.release()
