# SPDX-License-Identifier: Apache-2.0
"""Every line of the conformance data is negotiated with the server that runs."""
import json

import pydicom
import pytest
from martlet_server import ROOT, prepared_server
from peers import wait_for
from pynetdicom import (
    AE, BasicWorklistManagementPresentationContexts, QueryRetrievePresentationContexts,
    VerificationPresentationContexts, build_role, evt,
)
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.presentation import build_context

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
        wanted = [1, 1, 1, 1, 0] if service["operations"] == ["C-FIND"] else [1, 0]
        assert ("timezone" in service["extendedNegotiation"]) == (len(wanted) == 5)
        assert "enhanced multi-frame image conversion is not supported" in service["extendedNegotiation"]
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

    def __init__(self):
        self.proposed = {}
        entity = AE("RECORDER")
        for context in [*QueryRetrievePresentationContexts, *BasicWorklistManagementPresentationContexts,
                        *VerificationPresentationContexts]:
            entity.add_supported_context(context.abstract_syntax)
        self.server = entity.start_server(
            ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_REQUESTED, self.keep), (evt.EVT_C_FIND, self.none)])
        self.port = self.server.socket.getsockname()[1]

    def keep(self, event):
        for context in event.assoc.requestor.requested_contexts:
            self.proposed.setdefault(str(context.abstract_syntax), set()).update(map(str, context.transfer_syntax))

    def none(self, event):
        yield 0x0000, None


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
