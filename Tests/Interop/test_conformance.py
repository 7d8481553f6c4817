# SPDX-License-Identifier: Apache-2.0
"""Every line of the conformance data is negotiated with the server that runs."""
import io
import json
import zlib

import numpy as np
import pydicom
import pytest
from martlet_server import ROOT, prepared_server
from peers import wait_for
from pynetdicom import (
    ALL_TRANSFER_SYNTAXES, AE, BasicWorklistManagementPresentationContexts, QueryRetrievePresentationContexts,
    VerificationPresentationContexts, build_role, evt,
)
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.dsutils import encode
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (
    BasicAnnotationBox, BasicColorPrintManagementMeta, BasicFilmBox, BasicGrayscaleImageBox,
    BasicGrayscalePrintManagementMeta, CTImageStorage, InstanceAvailabilityNotification,
    ModalityPerformedProcedureStep, PresentationLUT, register_uid, uid_to_service_class,
)
from pynetdicom.service_class import StorageServiceClass
from test_mpps import creation
from test_print import COLOUR, COLOUR_IMAGE_BOX, GREY, action, data, film_box, grey_image, reference, requestor, session

WIDTH = 128


@pytest.fixture(scope="module")
def statement(server):
    return json.loads(server.command("conformance", "--json", "--data", server.data).stdout)


def negotiate(server, pairs, roles=()):
    """Proposes each pair of SOP class and transfer syntax as a context; gives those that were accepted."""
    accepted = []
    for start in range(0, len(pairs), WIDTH):
        ae = AE(ae_title="CONFORM")
        part = pairs[start:start + WIDTH]
        contexts = [build_context(sop_class, [syntax]) for sop_class, syntax in part]
        association = ae.associate(
            "127.0.0.1", server.dicom_port, contexts=contexts,
            ext_neg=[build_role(each, scu_role=True, scp_role=True) for each in roles])
        assert association.is_established
        accepted += [(each.abstract_syntax, each.transfer_syntax[0]) for each in association.accepted_contexts]
        association.release()
    return accepted


def provided(statement):
    return [service for service in statement["services"] if service["role"] == "SCP"]


def test_every_context_is_accepted(server, statement):
    pairs = []
    for service in provided(statement):
        for sop_class in service["sopClasses"]:
            # Every SOP class in one transfer syntax, and the first ones in all.
            syntaxes = service["transferSyntaxes"]
            chosen = syntaxes if sop_class in service["sopClasses"][:3] else syntaxes[:1]
            pairs += [(sop_class["uid"], syntax["uid"]) for syntax in chosen]
    assert len(pairs) > 300
    missing = set(pairs) - set(negotiate(server, pairs))
    assert not missing


def test_what_is_not_stated_is_not_accepted(server, statement):
    stated = {each["uid"] for service in provided(statement) for each in service["sopClasses"]}
    others = [
        "1.2.840.10008.5.1.4.37.1",  # General Relevant Patient Information Query
        "1.2.840.10008.5.1.1.33",  # Media Creation Management
        "1.2.840.10008.5.1.4.38.2",  # Hanging Protocol FIND
        "1.2.840.10008.1.20.2",  # Storage Commitment Pull Model
        "1.2.3.4.5",
    ]
    assert not stated & set(others)
    pairs = [(each, "1.2.840.10008.1.2") for each in others] + [("1.2.840.10008.1.1", "1.2.840.10008.1.2")]
    assert negotiate(server, pairs) == [("1.2.840.10008.1.1", "1.2.840.10008.1.2")]


def test_roles_are_as_stated(server, statement):
    for service in provided(statement):
        sop_class, syntax = service["sopClasses"][0]["uid"], service["transferSyntaxes"][0]["uid"]
        ae = AE(ae_title="CONFORM")
        ae.add_requested_context(sop_class, syntax)
        association = ae.associate(
            "127.0.0.1", server.dicom_port, ext_neg=[build_role(sop_class, scu_role=True, scp_role=True)])
        context, = association.accepted_contexts
        assert context.as_scu
        assert context.as_scp == service["requestorMayBeSCP"], service["serviceClass"]
        association.release()


def test_extended_negotiation_is_as_stated(server, statement):
    stated = [service for service in provided(statement) if service.get("extendedNegotiation")]
    assert {operation for service in stated for operation in service["operations"]} == {"C-FIND", "C-MOVE", "C-GET"}
    for service in stated:
        converts = int(service["annex"] == "C")
        wanted = [1] * 7 if service["operations"] == ["C-FIND"] else [1, converts]
        assert ("timezone" in service["extendedNegotiation"]) == (len(wanted) == 7)
        refuses = "enhanced multi-frame image conversion is not supported" in service["extendedNegotiation"]
        assert "enhanced multi-frame image conversion" in service["extendedNegotiation"] and refuses != bool(converts)
        for sop_class in service["sopClasses"]:
            ae = AE(ae_title="CONFORM")
            ae.add_requested_context(sop_class["uid"], "1.2.840.10008.1.2")
            item = SOPClassExtendedNegotiation()
            item.sop_class_uid = sop_class["uid"]
            item.service_class_application_information = bytes([1] * len(wanted))
            association = ae.associate("127.0.0.1", server.dicom_port, ext_neg=[item])
            assert association.acceptor.sop_class_extended[sop_class["uid"]] == bytes(wanted), sop_class
            association.release()


class Recorder:
    """A node that accepts what it is asked for, and keeps what was proposed by which SOP class."""

    def __init__(self, stored=()):
        self.proposed, self.operations = {}, {}
        entity = AE("RECORDER")
        for number, sop_class in enumerate(stored):
            # Those that pynetdicom does not know as storage.
            if uid_to_service_class(sop_class) is not StorageServiceClass:
                register_uid(sop_class, f"OtherStorage{number}", StorageServiceClass)
            entity.add_supported_context(sop_class, ALL_TRANSFER_SYNTAXES)
        for sop_class in (BasicGrayscalePrintManagementMeta, BasicColorPrintManagementMeta, PresentationLUT,
                          BasicAnnotationBox, ModalityPerformedProcedureStep, InstanceAvailabilityNotification):
            entity.add_supported_context(sop_class)
        for context in [*QueryRetrievePresentationContexts, *BasicWorklistManagementPresentationContexts,
                        *VerificationPresentationContexts]:
            entity.add_supported_context(context.abstract_syntax)
        self.server = entity.start_server(
            ("127.0.0.1", 0), block=False, evt_handlers=[
                (evt.EVT_REQUESTED, self.keep), (evt.EVT_C_FIND, self.none),
                (evt.EVT_C_STORE, lambda event: self.done(event, "C-STORE")), (evt.EVT_N_CREATE, self.create),
                (evt.EVT_N_SET, lambda event: (self.done(event, "N-SET"), event.modification_list)),
                (evt.EVT_N_ACTION, lambda event: (self.done(event, "N-ACTION"), None)),
                (evt.EVT_N_DELETE, lambda event: self.done(event, "N-DELETE"))])
        self.port = self.server.socket.getsockname()[1]

    def keep(self, event):
        for context in event.assoc.requestor.requested_contexts:
            self.proposed.setdefault(str(context.abstract_syntax), set()).update(map(str, context.transfer_syntax))

    def none(self, event):
        yield 0x0000, None

    def done(self, event, operation):
        self.operations.setdefault(str(event.context.abstract_syntax), set()).add(operation)
        return 0x0000

    def create(self, event):
        made = event.attribute_list
        if event.request.AffectedSOPClassUID == BasicFilmBox:
            made.ReferencedImageBoxSequence = reference(BasicGrayscaleImageBox, pydicom.uid.generate_uid())
            made.ReferencedBasicAnnotationBoxSequence = reference(BasicAnnotationBox, pydicom.uid.generate_uid())
        return self.done(event, "N-CREATE"), made


def test_what_is_used_of_others_is_as_stated(statement, tmp_path):
    """The lines of the user, by a node that sees what the server proposes to it."""
    used = {}
    for service in statement["services"]:
        if service["role"] == "SCU" and service["serviceClass"] in ("Verification", "Query/Retrieve"):
            for each in service["sopClasses"]:
                used[each["uid"]] = {syntax["uid"] for syntax in service["transferSyntaxes"]}
    node = Recorder()
    own = prepared_server(tmp_path / "data", extra=["--set", "federatedNodes=RECORDER"])
    try:
        own.add_node("RECORDER", "127.0.0.1", node.port)
        status, _, body = own.request("/api/v1/nodes/RECORDER/echo", method="POST")
        assert status == 200, body
        for model in ("patient", "study"):
            own.command(
                "find", "127.0.0.1", own.dicom_port, "--level", "study", "--model", model, "-k", "PatientID=NOBODY")
        study = pydicom.uid.generate_uid()
        assert own.request(f"/dicom-web/studies/{study}/metadata")[0] == 404
        wait_for(lambda: set(node.proposed) >= set(used), what="every line of the user to be proposed")
        for sop_class, syntaxes in used.items():
            assert node.proposed[sop_class] == syntaxes, sop_class
        stated = {each["uid"] for service in statement["services"] for each in service["sopClasses"]
                  if service["role"] == "SCU" or service["requestorMayBeSCP"]}
        assert set(node.proposed) <= stated
    finally:
        own.stop()
        node.server.shutdown()


# Transfer syntaxes with deflated data sets that pydicom does not deflate.
DEFLATED_BY_REFERENCE = ("1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205")
USED_BY_JOBS = ("Storage", "Print Management", "Procedure Step", "Instance Availability Notification")


def small_objects(folder, sop_classes, syntaxes):
    """One object of each SOP class, and of the CT image one in each transfer syntax; none has pixels."""
    study = pydicom.uid.generate_uid()
    wanted = [(each, pydicom.uid.ExplicitVRLittleEndian) for each in sop_classes]
    wanted += [(CTImageStorage, pydicom.uid.UID(each)) for each in syntaxes]
    parts = []
    for sop_class, syntax in wanted:
        item = data(SOPClassUID=sop_class, SOPInstanceUID=pydicom.uid.generate_uid(), StudyInstanceUID=study,
                    SeriesInstanceUID=pydicom.uid.generate_uid(), PatientID="CONFORM", PatientName="Conform",
                    Modality="OT")
        item.file_meta = pydicom.dataset.FileMetaDataset()
        item.file_meta.TransferSyntaxUID = syntax
        buffer = io.BytesIO()
        if syntax in DEFLATED_BY_REFERENCE:
            item.file_meta.MediaStorageSOPClassUID = item.SOPClassUID
            item.file_meta.MediaStorageSOPInstanceUID = item.SOPInstanceUID
            buffer.write(bytes(128) + b"DICM")
            pydicom.filewriter.write_file_meta_info(buffer, item.file_meta)
            deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
            buffer.write(deflate.compress(encode(item, False, True)) + deflate.flush())
        else:
            item.save_as(buffer, enforce_file_format=True)
        parts.append(buffer.getvalue())
    return study, parts


def store(server, parts):
    body = b"".join(b"--x\r\nContent-Type: application/dicom\r\n\r\n" + part + b"\r\n" for part in parts)
    status, _, answer = server.request(
        "/dicom-web/studies", "POST", body + b"--x--\r\n",
        {"Content-Type": 'multipart/related; type="application/dicom"; boundary=x', "Accept": "application/dicom+json"})
    # Stored, some with a warning.
    assert status in (200, 202) and not {"00081198", "0008119A"} & set(json.loads(answer))


def prints(server):
    """A grey film with a presentation LUT and an annotation, and one in colour."""
    association = requestor(server, GREY, PresentationLUT, BasicAnnotationBox)
    lut = pydicom.uid.generate_uid()
    assert association.send_n_create(data(PresentationLUTShape="LIN OD"), PresentationLUT, lut)[0].Status == 0
    _, box, film = film_box(
        association, session(association), ImageDisplayFormat="STANDARD\\1,1", AnnotationDisplayFormatID="LABEL",
        ReferencedPresentationLUTSequence=reference(PresentationLUT, lut))
    pixels = grey_image(np.zeros((8, 8), np.uint8), ImageBoxPosition=1)
    assert association.send_n_set(
        pixels, BasicGrayscaleImageBox, box.ReferencedImageBoxSequence[0].ReferencedSOPInstanceUID,
        meta_uid=GREY)[0].Status == 0
    assert association.send_n_set(
        data(AnnotationPosition=1, TextString="Conform"), BasicAnnotationBox,
        box.ReferencedBasicAnnotationBoxSequence[0].ReferencedSOPInstanceUID)[0].Status == 0
    assert action(association, BasicFilmBox, film)[0].Status == 0
    association.release()
    association = requestor(server, COLOUR)
    _, box, film = film_box(association, session(association, COLOUR), COLOUR, ImageDisplayFormat="STANDARD\\1,1")
    item = data(SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=0, Rows=4, Columns=4,
                BitsAllocated=8, BitsStored=8, HighBit=7, PixelRepresentation=0)
    item.PixelData = bytes(48)
    item["PixelData"].VR = "OB"
    assert association.send_n_set(
        data(BasicColorImageSequence=[item], ImageBoxPosition=1), COLOUR_IMAGE_BOX,
        box.ReferencedImageBoxSequence[0].ReferencedSOPInstanceUID, meta_uid=COLOUR)[0].Status == 0
    assert action(association, BasicFilmBox, film, COLOUR)[0].Status == 0
    association.release()


def test_what_jobs_send_is_as_stated(statement, tmp_path):
    """Storage, print, MPPS and availability as user: a node records every context that is proposed to it."""
    used = {}
    for service in statement["services"]:
        if service["role"] == "SCU" and service["serviceClass"] in USED_BY_JOBS:
            for each in service["sopClasses"]:
                used[each["uid"]] = {syntax["uid"] for syntax in service["transferSyntaxes"]}
    storage = next(each for each in statement["services"] if each["role"] == "SCU" and each["annex"] == "B")
    stored = [each["uid"] for each in storage["sopClasses"]]
    node = Recorder(stored)
    own = prepared_server(tmp_path / "data", extra=[
        "--set", "performedStepNodes=RECORDER", "--set", "availabilityNodes=RECORDER", "--set",
        "availabilitySeconds=0", "--set", "printNode=RECORDER"])
    try:
        own.add_node("RECORDER", "127.0.0.1", node.port)
        own.command("route", "add", "all", "--to", "RECORDER", "--data", own.data)
        study, parts = small_objects(tmp_path, stored, used[CTImageStorage])
        store(own, parts)
        step = requestor(own, ModalityPerformedProcedureStep)
        assert step.send_n_create(
            creation(study), ModalityPerformedProcedureStep, pydicom.uid.generate_uid())[0].Status == 0
        step.release()
        prints(own)
        wait_for(lambda: set(node.proposed) >= set(used), what="every line to be proposed")
        wait_for(lambda: node.proposed[CTImageStorage] >= used[CTImageStorage], what="every transfer syntax")
        # Nothing else is proposed than what is stated, by SOP class and by transfer syntax.
        assert set(node.proposed) <= set(used)
        for sop_class, syntaxes in node.proposed.items():
            assert syntaxes <= used[sop_class], sop_class
            if sop_class not in stored:
                assert syntaxes == used[sop_class], sop_class
        # And invoked.
        wanted = {each: {"C-STORE"} for each in stored} | {
            InstanceAvailabilityNotification: {"N-CREATE"}, ModalityPerformedProcedureStep: {"N-CREATE"},
            GREY: {"N-CREATE", "N-SET", "N-ACTION", "N-DELETE"}, COLOUR: {"N-CREATE", "N-SET", "N-ACTION", "N-DELETE"},
            PresentationLUT: {"N-CREATE"}, BasicAnnotationBox: {"N-SET"}}
        wait_for(lambda: all(node.operations.get(each, set()) >= what for each, what in wanted.items()),
                 what="every operation")
    finally:
        own.stop()
        node.server.shutdown()


def test_annexes_are_supported_or_not(statement):
    offered = {service["annex"] for service in statement["services"]}
    refused = {each.split("Annex ")[1].rstrip(")") for each in statement["notSupported"]}
    assert {"Y", "Z", "C", "H", "CC"} <= offered and not offered & refused
    assert any("Query/Retrieve View" in each for each in statement["limits"])


def test_names_are_given(statement):
    for service in statement["services"]:
        assert service["operations"]
        for each in service["sopClasses"] + service["transferSyntaxes"]:
            assert each["name"], each["uid"]


def test_the_document_is_that_of_the_program(server):
    text = server.command("conformance", "--defaults").stdout
    assert (ROOT / "Documentation" / "conformance" / "dicom.md").read_text() == text
