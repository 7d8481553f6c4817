# SPDX-License-Identifier: Apache-2.0
"""Every line of the conformance data is negotiated with the server that runs."""
import json

import pytest
from martlet_server import ROOT
from pynetdicom import AE, build_role
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


def test_names_are_given(statement):
    for service in statement["services"]:
        assert service["operations"]
        for each in service["sopClasses"] + service["transferSyntaxes"]:
            assert each["name"], each["uid"]


def test_the_document_is_that_of_the_program(server):
    text = server.command("conformance", "--defaults").stdout
    assert (ROOT / "Documentation" / "conformance" / "dicom.md").read_text() == text
