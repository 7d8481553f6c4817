# SPDX-License-Identifier: Apache-2.0
"""pynetdicom as requestor and acceptor: negotiation in detail, cancel, several associations at once."""
import threading

import pydicom
import pytest
from dicom_wire import Wire, command_set
from pynetdicom import AE, build_role, evt
from pynetdicom.dsutils import encode
from pynetdicom.pdu_primitives import AsynchronousOperationsWindowNegotiation, UserIdentityNegotiation
from pynetdicom.sop_class import (
    CTImageStorage, PatientRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet, StudyRootQueryRetrieveInformationModelMove, Verification)

PENDING = (0xFF00, 0xFF01)


def associate(server, contexts, **options):
    ae = AE(ae_title="PYNETDICOM")
    for context in contexts:
        ae.add_requested_context(*context) if isinstance(context, tuple) else ae.add_requested_context(context)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET", **options)
    assert association.is_established
    return association


@pytest.fixture(scope="module")
def stored(server, ct_files):
    association = associate(server, [CTImageStorage])
    for path in ct_files:
        assert association.send_c_store(pydicom.dcmread(path)).Status == 0x0000
    association.release()


def identifier(level, **keys):
    data_set = pydicom.Dataset()
    data_set.QueryRetrieveLevel = level
    for key, value in keys.items():
        setattr(data_set, key, value)
    return data_set


def query(server, model, data_set):
    association = associate(server, [model])
    answers = list(association.send_c_find(data_set, model))
    association.release()
    assert answers[-1][0].Status == 0x0000
    return [found for status, found in answers if status.Status in PENDING]


def test_echo_with_window_and_identity(server):
    window = AsynchronousOperationsWindowNegotiation()
    window.maximum_number_operations_invoked = 5
    window.maximum_number_operations_performed = 5
    association = associate(server, [Verification], ext_neg=[window])
    assert association.send_c_echo().Status == 0x0000
    association.release()


def test_user_identity_answer(server):
    identity = UserIdentityNegotiation()
    identity.user_identity_type = 1
    identity.primary_field = b"somebody"
    identity.positive_response_requested = True
    association = associate(server, [Verification], ext_neg=[identity])
    association.release()


def test_unknown_abstract_syntax_is_refused_alone(server):
    association = associate(server, [Verification, "1.2.840.999.1.2.3"])
    assert [each.abstract_syntax for each in association.accepted_contexts] == [Verification]
    rejected, = association.rejected_contexts
    assert rejected.result == 0x03  # abstract syntax not supported
    association.release()


@pytest.mark.parametrize("limit", [4096, 16382, 0])
def test_max_pdu_length(server, ct_files, limit):
    association = associate(server, [CTImageStorage], max_pdu=limit)
    assert association.send_c_store(pydicom.dcmread(ct_files[0])).Status == 0x0000
    association.release()


def test_abort_leaves_the_others_alone(server, ct_files):
    first, second = associate(server, [CTImageStorage]), associate(server, [CTImageStorage])
    first.abort()
    assert second.send_c_store(pydicom.dcmread(ct_files[0])).Status == 0x0000
    second.release()


def test_sixteen_associations_at_once(server, ct_files):
    failures = []

    def send(files):
        association = associate(server, [CTImageStorage])
        for path in files:
            status = association.send_c_store(pydicom.dcmread(path))
            if status.get("Status") != 0:
                failures.append((path.name, status))
        association.release()

    threads = [threading.Thread(target=send, args=(ct_files[index::16],)) for index in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert query(server, StudyRootQueryRetrieveInformationModelFind, identifier("STUDY", PatientName="*"))


def test_find_matching_kinds(stored, server, ct_study):
    study = ct_study.StudyInstanceUID
    model = StudyRootQueryRetrieveInformationModelFind
    by_uid = query(server, model, identifier("STUDY", StudyInstanceUID=study, PatientName="", StudyDate=""))
    assert len(by_uid) == 1 and str(by_uid[0].PatientName) == str(ct_study.PatientName)
    prefix = str(ct_study.PatientName)[:3] + "*"
    assert len(query(server, model, identifier("STUDY", StudyInstanceUID=study, PatientName=prefix))) == 1
    assert query(server, model, identifier("STUDY", StudyInstanceUID=study, PatientName="NOBODY*")) == []
    lower = str(ct_study.PatientName).lower()
    assert len(query(server, model, identifier("STUDY", StudyInstanceUID=study, PatientName=lower))) == 1
    day = ct_study.StudyDate
    for window in (f"{day}-{day}", f"-{day}", f"{day}-"):
        assert len(query(server, model, identifier("STUDY", StudyInstanceUID=study, StudyDate=window))) == 1
    assert query(server, model, identifier("STUDY", StudyInstanceUID=study, StudyDate="-19000101")) == []


def test_find_computed_keys(stored, server, ct_study):
    found, = query(server, StudyRootQueryRetrieveInformationModelFind, identifier(
        "STUDY", StudyInstanceUID=ct_study.StudyInstanceUID, ModalitiesInStudy="CT", NumberOfStudyRelatedSeries="",
        NumberOfStudyRelatedInstances="", SOPClassesInStudy=""))
    assert found.NumberOfStudyRelatedInstances == 40
    assert found.NumberOfStudyRelatedSeries == 1
    assert "CT" in found.ModalitiesInStudy
    patient, = query(server, PatientRootQueryRetrieveInformationModelFind, identifier(
        "PATIENT", PatientID=ct_study.PatientID, NumberOfPatientRelatedStudies="", NumberOfPatientRelatedInstances=""))
    assert patient.NumberOfPatientRelatedInstances >= 40


def test_find_cancel(stored, server, ct_study):
    """The request and its C-CANCEL in one piece, so that the cancel is there before the first answer."""
    model = StudyRootQueryRetrieveInformationModelFind
    asked = encode(identifier(
        "IMAGE", StudyInstanceUID=ct_study.StudyInstanceUID, SeriesInstanceUID=ct_study.SeriesInstanceUID,
        SOPInstanceUID=""), True, True)
    with Wire("127.0.0.1", server.dicom_port) as wire:
        wire.associate([(1, model, ["1.2.840.10008.1.2"])])
        pieces, send = [], wire.send
        wire.send = pieces.append
        wire.send_fragments(
            1, command_set({0x0002: model, 0x0100: 0x0020, 0x0110: 7, 0x0700: 0, 0x0800: 0x0001}), True)
        wire.send_fragments(1, asked, False)
        wire.send_fragments(1, command_set({0x0100: 0x0FFF, 0x0120: 7, 0x0800: 0x0101}), True)
        wire.send = send
        wire.send(b"".join(pieces))
        statuses = [wire.receive_message()[1][0x0900]]
        while statuses[-1] in PENDING:
            statuses.append(wire.receive_message()[1][0x0900])
        assert statuses[-1] == 0xFE00 and len(statuses) < 40
        # The association is as good as before.
        pieces.pop()
        wire.send(b"".join(pieces))
        statuses = [wire.receive_message()[1][0x0900]]
        while statuses[-1] in PENDING:
            statuses.append(wire.receive_message()[1][0x0900])
        assert statuses == [0xFF00] * 40 + [0x0000]
        wire.release()


def test_get_counts_sub_operations(stored, server, ct_study):
    received = []

    def keep(event):
        received.append(event.request.AffectedSOPInstanceUID)
        return 0x0000

    association = associate(
        server, [StudyRootQueryRetrieveInformationModelGet, CTImageStorage],
        ext_neg=[build_role(CTImageStorage, scp_role=True)], evt_handlers=[(evt.EVT_C_STORE, keep)])
    answers = [status for status, _ in association.send_c_get(
        identifier("STUDY", StudyInstanceUID=ct_study.StudyInstanceUID), StudyRootQueryRetrieveInformationModelGet)]
    association.release()
    final = answers[-1]
    assert final.Status == 0x0000 and final.NumberOfCompletedSuboperations == 40
    assert len(set(received)) == 40


def test_move_reports_failed_sub_operations(stored, server, ct_study):
    refused = AE(ae_title="REFUSER")
    refused.add_supported_context(CTImageStorage)
    listener = refused.start_server(
        ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda event: 0xA700)])
    server.add_node("REFUSER", "127.0.0.1", listener.socket.getsockname()[1])
    association = associate(server, [StudyRootQueryRetrieveInformationModelMove])
    answers = list(association.send_c_move(
        identifier("STUDY", StudyInstanceUID=ct_study.StudyInstanceUID), "REFUSER",
        StudyRootQueryRetrieveInformationModelMove))
    association.release()
    listener.shutdown()
    final, failed = answers[-1]
    assert final.NumberOfFailedSuboperations == 40
    assert final.Status in (0xA702, 0xB000)
    assert len(failed.FailedSOPInstanceUIDList) == 40
