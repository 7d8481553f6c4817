# SPDX-License-Identifier: Apache-2.0
"""What a DIMSE-N service answers to what is not for it: operations that a SOP class does not have, instances that
nobody knows or that another service has, commands without what they must have or far too long. Each has the standard's
status with an Error Comment, and spoils nothing."""
import time
from io import BytesIO

import pydicom
import pytest
from pydicom.uid import generate_uid
from pynetdicom import AE
from pynetdicom.dimse_primitives import N_ACTION, N_CREATE, N_DELETE, N_EVENT_REPORT, N_GET, N_SET
from pynetdicom.dsutils import encode
from pynetdicom.sop_class import (
    BasicAnnotationBox, BasicColorPrintManagementMeta, BasicFilmBox, BasicFilmSession, BasicGrayscaleImageBox,
    BasicGrayscalePrintManagementMeta, InstanceAvailabilityNotification, ModalityPerformedProcedureStep,
    ModalityPerformedProcedureStepNotification, ModalityPerformedProcedureStepRetrieve, PresentationLUT, Printer,
    PrinterConfigurationRetrieval, PrintJob, StorageCommitmentPushModel, UnifiedProcedureStepEvent,
    UnifiedProcedureStepPull, UnifiedProcedureStepPush, UnifiedProcedureStepQuery, UnifiedProcedureStepWatch)
from test_mpps import creation as performed_step

GREY, COLOUR, IMPLICIT = BasicGrayscalePrintManagementMeta, BasicColorPrintManagementMeta, "1.2.840.10008.1.2"
COLOUR_IMAGE_BOX = "1.2.840.10008.5.1.1.4.1"
COMMITMENT_INSTANCE, UPS = "1.2.840.10008.1.20.1.1", UnifiedProcedureStepPush
OPERATIONS = ["N-CREATE", "N-SET", "N-GET", "N-ACTION", "N-DELETE", "N-EVENT-REPORT"]

# Typed from PS3.4: presentation context, SOP class of the command, operations of the SCU (tables CC.2-1 to CC.2-5,
# F.7-1, F.8-1, F.9-1, J.3-1, R.3-1, H.4-1 ff.).
CELLS = [
    (StorageCommitmentPushModel, StorageCommitmentPushModel, {"N-ACTION"}),
    (ModalityPerformedProcedureStep, ModalityPerformedProcedureStep, {"N-CREATE", "N-SET"}),
    (ModalityPerformedProcedureStepRetrieve, ModalityPerformedProcedureStepRetrieve, {"N-GET"}),
    (ModalityPerformedProcedureStepNotification, ModalityPerformedProcedureStepNotification, set()),
    (UnifiedProcedureStepPush, UPS, {"N-CREATE", "N-GET", "N-ACTION"}),
    (UnifiedProcedureStepPull, UPS, {"N-GET", "N-SET", "N-ACTION"}),
    (UnifiedProcedureStepWatch, UPS, {"N-GET", "N-ACTION"}),
    (UnifiedProcedureStepQuery, UPS, set()),
    (UnifiedProcedureStepEvent, UPS, set()),
    (InstanceAvailabilityNotification, InstanceAvailabilityNotification, {"N-CREATE"}),
    (PrintJob, PrintJob, {"N-GET"}),
    (PrinterConfigurationRetrieval, PrinterConfigurationRetrieval, {"N-GET"}),
    (PresentationLUT, PresentationLUT, {"N-CREATE", "N-DELETE"}),
    (BasicAnnotationBox, BasicAnnotationBox, {"N-SET"}),
    (GREY, BasicFilmSession, {"N-CREATE", "N-SET", "N-ACTION", "N-DELETE"}),
    (GREY, BasicFilmBox, {"N-CREATE", "N-SET", "N-ACTION", "N-DELETE"}),
    (GREY, BasicGrayscaleImageBox, {"N-SET"}),
    (COLOUR, COLOUR_IMAGE_BOX, {"N-SET"}),
    (GREY, Printer, {"N-GET"}),
]
NAMES = [f"{pydicom.uid.UID(context).name}/{pydicom.uid.UID(command).name}" for context, command, _ in CELLS]


def associate(server):
    ae = AE(ae_title="STRANGER")
    for context in dict.fromkeys(context for context, _, _ in CELLS):
        ae.add_requested_context(context, IMPLICIT)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    assert association.is_established and not association.rejected_contexts
    return association


@pytest.fixture(scope="module")
def shared(server):
    # Whoever subscribes must be known.
    server.add_node("STRANGER", "127.0.0.1", 104)
    association = associate(server)
    yield association
    # It has outlived all of it.
    assert association.is_established
    association.release()


def information(operation, context):
    """A data set as the operation has it."""
    given = pydicom.Dataset()
    if context == StorageCommitmentPushModel:
        item = pydicom.Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3"
        given.TransactionUID, given.ReferencedSOPSequence = generate_uid(), [item]
    elif operation == "N-ACTION" and context == UnifiedProcedureStepPush:
        given.ReasonForCancellation = "not needed"
    elif operation == "N-ACTION" and context == UnifiedProcedureStepPull:
        given.ProcedureStepState, given.TransactionUID = "IN PROGRESS", generate_uid()
    elif operation == "N-ACTION" and context == UnifiedProcedureStepWatch:
        given.ReceivingAE = "STRANGER"
    else:
        given.PatientComments = "a data set"
    return given


# The action of the SOP class, else 1.
ACTIONS = {UnifiedProcedureStepPush: 2, UnifiedProcedureStepWatch: 4}


def invoke(association, operation, context, sop_class, instance, given=None, identifiers=None):
    """Sends the request as it is told, right or wrong; the response."""
    accepted = next(each for each in association.accepted_contexts if each.abstract_syntax == context)
    request = {"N-CREATE": N_CREATE, "N-SET": N_SET, "N-GET": N_GET, "N-ACTION": N_ACTION, "N-DELETE": N_DELETE,
               "N-EVENT-REPORT": N_EVENT_REPORT}[operation]()
    request.MessageID = 7
    side = "Affected" if operation in ("N-CREATE", "N-EVENT-REPORT") else "Requested"
    setattr(request, f"{side}SOPClassUID", sop_class)
    setattr(request, f"{side}SOPInstanceUID", instance)
    given = BytesIO(encode(given or information(operation, context), True, True))
    match operation:
        case "N-CREATE":
            request.AttributeList = given
        case "N-SET":
            request.ModificationList = given
        case "N-GET":
            request.AttributeIdentifierList = identifiers or [0x00100020]
        case "N-ACTION":
            request.ActionTypeID, request.ActionInformation = ACTIONS.get(context, 1), given
        case "N-EVENT-REPORT":
            request.EventTypeID, request.EventInformation = 1, given
    association._reactor_checkpoint.clear()
    while not association._is_paused:
        time.sleep(0.0001)
    association.dimse.send_msg(request, accepted.context_id)
    _, response = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    return response


def refused(response, expected):
    assert response is not None, "no answer"
    assert f"{response.Status:04X}" == f"{expected:04X}", response.ErrorComment
    assert response.ErrorComment and len(response.ErrorComment) <= 64


@pytest.mark.parametrize("context, sop_class, allowed", CELLS, ids=NAMES)
def test_operations_that_a_class_does_not_have(shared, context, sop_class, allowed):
    for operation in OPERATIONS:
        if operation not in allowed:
            refused(invoke(shared, operation, context, sop_class, generate_uid()), 0x0211)


@pytest.mark.parametrize("context, sop_class, allowed", CELLS, ids=NAMES)
def test_instances_that_nobody_knows(shared, context, sop_class, allowed):
    unknown = 0xC307 if sop_class == UPS else 0x0112
    for operation in sorted(allowed - {"N-CREATE"}):
        refused(invoke(shared, operation, context, sop_class, generate_uid()), unknown)


@pytest.mark.parametrize("context, sop_class, allowed", CELLS, ids=NAMES)
def test_classes_of_other_services(shared, context, sop_class, allowed):
    for operation in OPERATIONS:
        refused(invoke(shared, operation, context, "1.2.840.10008.5.1.4.1.1.2", generate_uid()), 0x0118)


def test_instances_of_other_services(shared):
    step = generate_uid()
    created = invoke(shared, "N-CREATE", ModalityPerformedProcedureStep, ModalityPerformedProcedureStep, step,
                     performed_step(generate_uid()))
    assert created.Status == 0
    for context, sop_class, allowed in CELLS:
        if sop_class in (ModalityPerformedProcedureStep, ModalityPerformedProcedureStepRetrieve):
            continue
        unknown = 0xC307 if sop_class == UPS else 0x0112
        for operation in sorted(allowed - {"N-CREATE"}):
            refused(invoke(shared, operation, context, sop_class, step), unknown)
    # And the step does not know what is another's.
    for foreign in (COMMITMENT_INSTANCE, "1.2.840.10008.5.1.1.17", "1.2.840.10008.5.1.4.34.5"):
        answer = invoke(shared, "N-SET", ModalityPerformedProcedureStep, ModalityPerformedProcedureStep, foreign)
        refused(answer, 0x0112)


@pytest.mark.parametrize("context, sop_class, allowed", CELLS, ids=NAMES)
def test_commands_without_what_they_must_have(shared, context, sop_class, allowed):
    for operation in sorted(allowed):
        refused(invoke(shared, operation, context, None, generate_uid()), 0x0212)
        # N-CREATE leaves it to us to name the instance.
        if operation != "N-CREATE":
            refused(invoke(shared, operation, context, sop_class, None), 0x0212)


# PS3.4 table F.7.2-1: N-CREATE, type 1 for the SCU.
@pytest.mark.parametrize("keyword", [
    "ScheduledStepAttributesSequence", "PerformedProcedureStepID", "PerformedStationAETitle",
    "PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime", "PerformedProcedureStepStatus", "Modality"])
def test_type_1_of_a_performed_step(shared, keyword):
    tag = pydicom.tag.Tag(keyword)
    for given, expected in ((None, 0x0120), ("", 0x0121)):
        data_set = performed_step(generate_uid())
        if given is None:
            del data_set[tag]
        else:
            data_set[tag].value = [] if data_set[tag].VR == "SQ" else given
        response = invoke(shared, "N-CREATE", ModalityPerformedProcedureStep, ModalityPerformedProcedureStep,
                          generate_uid(), data_set)
        refused(response, expected)
        assert f"{tag.group:04X},{tag.element:04X}" in response.ErrorComment.upper()


@pytest.mark.parametrize("take", ["TransactionUID", "ReferencedSOPSequence", "item ReferencedSOPClassUID",
                                  "item ReferencedSOPInstanceUID"])
def test_type_1_of_a_commitment(shared, take):
    given = information("N-ACTION", StorageCommitmentPushModel)
    if take.startswith("item "):
        delattr(given.ReferencedSOPSequence[0], take[5:])
    else:
        delattr(given, take)
    refused(invoke(shared, "N-ACTION", StorageCommitmentPushModel, StorageCommitmentPushModel, COMMITMENT_INSTANCE,
                   given), 0x0115)


@pytest.mark.parametrize("context, sop_class, allowed", [each for each in CELLS if "N-GET" in each[2]],
                         ids=lambda each: getattr(each, "name", None))
def test_a_command_that_is_far_too_long(server, context, sop_class, allowed):
    association = associate(server)
    assert invoke(association, "N-GET", context, sop_class, generate_uid(), identifiers=[0x00100020] * 20_000) is None
    end = time.monotonic() + 30
    while association.is_established and time.monotonic() < end:
        time.sleep(0.02)
    assert association.is_aborted
    again = associate(server)
    again.release()
