# SPDX-License-Identifier: Apache-2.0
"""The whole corpus in by C-STORE, STOW-RS and import; out by C-GET, C-MOVE and WADO-RS, byte for byte.

Files that have their UIDs and conform must come out as they went in. Files that share a SOP Instance UID go to
different archives, one for each rank in their group. What becomes of the rest stands in `corpus_expected.json`.
"""
import json
import os
import shutil
import threading
from collections import defaultdict
from pathlib import Path

import corpus
import multipart
import pydicom
import pytest
from dicom_wire import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, Wire
from martlet_server import MartletServer, prepared_server
from pynetdicom import AE, build_context, build_role, evt
from pynetdicom.service_class import ServiceClass, StorageServiceClass
from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelGet, StudyRootQueryRetrieveInformationModelMove, register_uid,
    uid_to_service_class)

EXPECTED = json.loads((Path(__file__).parent / "corpus_expected.json").read_text())
CONTEXTS = 120
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
ENTRIES = corpus.entries()
ROUNDS = corpus.rounds(ENTRIES)


# pynetdicom does not know retired storage classes and those of other standards by itself.
for known in sorted({each["sop_class"] for each in ENTRIES if corpus.survives(each)}):
    if uid_to_service_class(known) is ServiceClass:
        register_uid(known, "Storage" + known.replace(".", "x"), StorageServiceClass)


def chunks(items, size):
    return [items[at:at + size] for at in range(0, len(items), size)]


def read(entry):
    """(transfer syntax, data set bytes)."""
    transfer_syntax, data = corpus.data_set(entry["path"])
    return transfer_syntax or entry.get("transfer_syntax"), data


def kinds(entries):
    """Distinct (SOP class, transfer syntax) pairs, in chunks that fit one association."""
    pairs = sorted({(each["sop_class"], each["transfer_syntax"]) for each in entries})
    return chunks(pairs, CONTEXTS)


def store_by_dimse(server, entries):
    """C-STORE of every file's data set bytes; {id: status}."""
    statuses = {}
    for pairs in kinds(entries):
        numbers = {pair: 2 * index + 1 for index, pair in enumerate(pairs)}
        with Wire("127.0.0.1", server.dicom_port) as wire:
            accepted = wire.associate([(number, pair[0], [pair[1]]) for pair, number in numbers.items()])
            for entry in entries:
                number = numbers.get((entry["sop_class"], entry["transfer_syntax"]))
                if number is None:
                    continue
                if accepted[number][0] != 0:
                    statuses[entry["id"]] = f"context refused: {accepted[number][0]}"
                    continue
                status = wire.store(number, entry["sop_class"], entry["sop_instance"], read(entry)[1])
                statuses[entry["id"]] = f"{status:04X}"
            wire.release()
    return statuses


def store_by_web(server, entries):
    """STOW-RS of the files as they are; {id: status}, 0000 for stored."""
    statuses = {}
    for some in chunks(entries, 20):
        kind, body = multipart.encode([each["path"].read_bytes() for each in some])
        status, _, answer = server.request(
            "/dicom-web/studies", "POST", body, {"Content-Type": kind, "Accept": "application/dicom+json"})
        assert status in (200, 202, 409), (status, answer[:300])
        result = json.loads(answer)
        stored = {item["00081155"]["Value"][0] for item in result.get("00081199", {}).get("Value", [])}
        for entry in some:
            statuses[entry["id"]] = "0000" if entry["sop_instance"] in stored else "failed"
    return statuses


def import_files(data, entries, folder):
    """`martlet import` of a folder that holds these files under their corpus paths."""
    for entry in entries:
        target = folder / entry["id"]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(entry["path"], target)
        except OSError:  # Another device, or another mount of the same one.
            shutil.copy(entry["path"], target)
    server = MartletServer(data)
    done = server.command("import", folder, "--data", data, "--json", expect=None, timeout=900)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    return json.loads(done.stdout)


def studies(entries):
    grouped = defaultdict(list)
    for entry in entries:
        grouped[entry["study"]].append(entry)
    return grouped


def identifier(study):
    data_set = pydicom.Dataset()
    data_set.QueryRetrieveLevel = "STUDY"
    data_set.StudyInstanceUID = study
    return data_set


class Receiver:
    """Keeps the transfer syntax and the data set bytes of every instance that arrives."""

    def __init__(self):
        self.lock = threading.Lock()
        self.received = {}

    def __call__(self, event):
        with self.lock:
            self.received[str(event.request.AffectedSOPInstanceUID)] = (
                str(event.context.transfer_syntax), event.request.DataSet.getvalue())
        return 0x0000


def fetch_by_get(server, entries):
    receiver = Receiver()
    for study, members in studies(entries).items():
        for pairs in kinds(members):
            ae = AE(ae_title="CORPUS")
            ae.add_requested_context(StudyRootQueryRetrieveInformationModelGet)
            roles = {pair[0]: build_role(pair[0], scp_role=True) for pair in pairs}
            ae.requested_contexts = ae.requested_contexts + [build_context(*pair) for pair in pairs]
            association = ae.associate(
                "127.0.0.1", server.dicom_port, ae_title="MARTLET", ext_neg=list(roles.values()),
                evt_handlers=[(evt.EVT_C_STORE, receiver)])
            assert association.is_established, study
            answers = [status for status, _ in association.send_c_get(
                identifier(study), StudyRootQueryRetrieveInformationModelGet)]
            association.release()
            assert answers[-1].Status in (0x0000, 0xB000), (study, answers[-1])
    return receiver.received


def fetch_by_move(server, entries):
    receiver = Receiver()
    ae = AE(ae_title="CORPUSDEST")
    by_class = defaultdict(set)
    for entry in entries:
        by_class[entry["sop_class"]].add(entry["transfer_syntax"])
    for sop_class, transfers in by_class.items():
        ae.add_supported_context(sop_class, sorted(transfers | {EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN}))
    ae.maximum_associations = 100
    listener = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, receiver)])
    try:
        server.add_node("CORPUSDEST", "127.0.0.1", listener.socket.getsockname()[1])
        mover = AE(ae_title="CORPUS")
        mover.add_requested_context(StudyRootQueryRetrieveInformationModelMove)
        association = mover.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
        assert association.is_established
        for study in studies(entries):
            answers = [status for status, _ in association.send_c_move(
                identifier(study), "CORPUSDEST", StudyRootQueryRetrieveInformationModelMove)]
            assert answers[-1].Status in (0x0000, 0xB000), (study, answers[-1])
        association.release()
    finally:
        listener.shutdown()
    return receiver.received


def fetch_by_web(server, entries):
    received = {}
    accept = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
    for study in studies(entries):
        status, headers, body = server.request(f"/dicom-web/studies/{study}", headers=accept)
        assert status == 200, (study, status, body[:300])
        for _, part in multipart.decode(headers["Content-Type"], body):
            transfer_syntax, at = corpus.data_set_offset(part)
            received[media_storage_instance(part)] = (transfer_syntax, part[at:])
    return received


def media_storage_instance(part):
    """(0002,0003) of a Part 10 file."""
    at = part.index(b"\x02\x00\x03\x00UI", 132)
    length = int.from_bytes(part[at + 6:at + 8], "little")
    return part[at + 8:at + 8 + length].rstrip(b"\0 ").decode()


def differences(entries, received):
    """Ids of files that did not come back as they went in, with the reason."""
    wrong = []
    for entry in entries:
        transfer_syntax, data = read(entry)
        found = received.get(entry["sop_instance"])
        if found is None:
            wrong.append((entry["id"], "not there"))
        elif found[0] != transfer_syntax:
            wrong.append((entry["id"], f"transfer syntax {found[0]} instead of {transfer_syntax}"))
        elif found[1] != data:
            wrong.append((entry["id"], f"{len(found[1])} bytes, differing from the file's {len(data)}"))
    return wrong


@pytest.fixture(params=range(len(ROUNDS)), ids=lambda index: f"rank{index}")
def entries(request):
    return ROUNDS[request.param]


@pytest.mark.timeout(1200)
def test_in_by_c_store_out_by_every_way(entries, tmp_path):
    server = prepared_server(tmp_path / "data")
    try:
        statuses = store_by_dimse(server, entries)
        assert {key: value for key, value in statuses.items() if value != "0000"} == {}
        assert differences(entries, fetch_by_get(server, entries)) == []
        assert differences(entries, fetch_by_move(server, entries)) == []
        assert differences(entries, fetch_by_web(server, entries)) == []
    finally:
        server.stop()


@pytest.mark.timeout(1200)
def test_in_by_stow(entries, tmp_path):
    server = prepared_server(tmp_path / "data")
    try:
        statuses = store_by_web(server, entries)
        assert {key: value for key, value in statuses.items() if value != "0000"} == {}
        assert differences(entries, fetch_by_web(server, entries)) == []
    finally:
        server.stop()


@pytest.mark.timeout(1200)
def test_in_by_import(entries, tmp_path):
    (tmp_path / "files").mkdir()
    report = import_files(tmp_path / "data", entries, tmp_path / "files")
    assert report["troubles"] == []
    assert report["summary"]["stored"] == len(entries)
    server = prepared_server(tmp_path / "data")
    try:
        assert differences(entries, fetch_by_web(server, entries)) == []
    finally:
        server.stop()


# The rest: what is not conforming or lacks UIDs gets the answer that the table says.

REST = [each for each in ENTRIES if not corpus.survives(each)]


def test_the_table_names_every_other_file():
    assert sorted(EXPECTED) == sorted(each["id"] for each in REST)


def test_the_rest_by_c_store(tmp_path):
    server = prepared_server(tmp_path / "data")
    found = {}
    try:
        for number, entry in enumerate(each for each in REST if each["path"]):
            transfer_syntax, data = read(entry)
            sop_class = entry.get("sop_class") or SECONDARY_CAPTURE
            sop_instance = entry.get("sop_instance") or f"2.25.{1000 + number}"
            with Wire("127.0.0.1", server.dicom_port) as wire:
                result = wire.associate([(1, sop_class, [transfer_syntax or IMPLICIT_LITTLE_ENDIAN])])[1][0]
                if result != 0:
                    found[entry["id"]] = "context refused"
                    continue
                found[entry["id"]] = f"{wire.store(1, sop_class, sop_instance, data):04X}"
                wire.release()
    finally:
        server.stop()
    assert found == {key: EXPECTED[key]["cStore"] for key in found}


def test_the_rest_by_import(tmp_path):
    """Every file is accounted for: stored, refused with a reason, or passed over as no DICOM object."""
    present = [each for each in REST if each["path"]]
    (tmp_path / "files").mkdir()
    report = import_files(tmp_path / "data", present, tmp_path / "files")
    counts = report["summary"]
    kinds_of_end = ("stored", "duplicates", "conflicts", "refused", "ignored", "failed")
    assert sum(counts[kind] for kind in kinds_of_end) == len(present)
    assert counts["failed"] == 0


def test_the_rest_by_stow(tmp_path):
    server = prepared_server(tmp_path / "data")
    found = {}
    try:
        for entry in (each for each in REST if each["path"]):
            kind, body = multipart.encode([entry["path"].read_bytes()])
            found[entry["id"]] = server.request(
                "/dicom-web/studies", "POST", body, {"Content-Type": kind, "Accept": "application/dicom+json"})[0]
        assert server.is_ready()
    finally:
        server.stop()
    assert found == {key: EXPECTED[key]["stow"] for key in found}
