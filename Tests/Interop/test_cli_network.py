# SPDX-License-Identifier: Apache-2.0
"""The daily network commands (echo, send, find, move, get, receive) against each other and against DCMTK."""
import contextlib
import json
import subprocess
import time

import corpus
import pydicom
import pytest
from martlet_server import binary, free_ports
from peers import run, running, storescp, wait_for, wait_port

USAGE = 64


def martlet(*arguments, expect=0):
    done = subprocess.run(
        [binary(), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@contextlib.contextmanager
def receiver(folder, *options):
    """`martlet receive` in the background; yields its port."""
    port = free_ports(1)[0]
    process = subprocess.Popen(
        [binary(), "receive", str(port), "--output", folder, "--json", *options],
        stdout=open(folder.parent / "receive.jsonl", "w"), stderr=subprocess.STDOUT)
    try:
        wait_port(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """dcmqrscp with a move destination; yields (its port, the destination's port)."""
    folder = tmp_path_factory.mktemp("archive")
    (folder / "db").mkdir()
    port, destination = free_ports(2)
    (folder / "qr.cfg").write_text(f"""NetworkTCPPort = {port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
destination = (DESTINATION, localhost, {destination})
HostTable END
AETable BEGIN
ARCHIVE {folder}/db RW (200, 1024mb) ANY
AETable END
""")
    with running("dcmqrscp", "-c", folder / "qr.cfg", port=port, log=folder / "dcmqrscp.log"):
        yield port, destination


@pytest.fixture(scope="module")
def peer(archive):
    return ["localhost", archive[0], "--called", "ARCHIVE"]


@pytest.fixture(scope="module")
def filled(peer, ct_files):
    summary = json.loads(martlet("send", *peer, *ct_files, "--json"))
    assert (summary["stored"], summary["failed"]) == (len(ct_files), 0)


def same_data_sets(sent, folder):
    """For each SOP Instance UID and file that was sent, `folder` has a file with the same data set bytes."""
    for uid, path in sent.items():
        assert corpus.data_set(path) == corpus.data_set(folder / f"{uid}.dcm"), path


@pytest.fixture(scope="module")
def sent_ct(ct_files):
    return {str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID): path for path in ct_files}


def test_echo(peer):
    assert "0000" in martlet("echo", *peer)
    answer = json.loads(martlet("echo", *peer, "--json"))
    assert answer["status"] == "0000" and answer["implementationVersionName"].startswith("OFFIS_DCMTK")


def test_exit_codes(peer, tmp_path):
    closed = free_ports(1)[0]
    martlet("echo", "localhost", closed, expect=1)
    martlet("echo", "localhost", 99999, expect=USAGE)
    martlet("echo", "localhost", closed, "--called", "MORE_THAN_SIXTEEN", expect=USAGE)
    martlet("find", *peer, "-k", "NoSuchKeyword=1", expect=USAGE)
    martlet("find", *peer, "--level", "patient", expect=USAGE)
    martlet("send", *peer, tmp_path / "nowhere", expect=1)
    martlet("move", *peer, expect=USAGE)


def test_rejection_is_told(tmp_path):
    with storescp(tmp_path / "in", "OTHER", "--refuse") as port:
        done = subprocess.run([binary(), "echo", "localhost", str(port)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and "rejected" in done.stderr


def test_find_table_and_json(filled, peer, ct_study, ct_files):
    table = martlet("find", *peer, "-k", "PatientID", "-k", "StudyDescription")
    assert str(ct_study.StudyInstanceUID) in table and "PatientID" in table.splitlines()[0]
    found = json.loads(martlet("find", *peer, "-k", f"0010,0020={ct_study.PatientID}", "--json"))
    assert [each["0020000D"]["Value"] for each in found] == [[str(ct_study.StudyInstanceUID)]]
    none = json.loads(martlet("find", *peer, "-k", "PatientID=NOBODY", "--json"))
    assert none == []
    series = ["--study", ct_study.StudyInstanceUID, "--series", ct_study.SeriesInstanceUID]
    images = json.loads(martlet("find", *peer, "--level", "image", *series, "--json"))
    assert len(images) == len(ct_files)
    assert len(json.loads(martlet("find", *peer, "--level", "image", *series, "--limit", 3, "--json"))) == 3


def test_get_writes_what_was_sent(filled, peer, ct_study, sent_ct, tmp_path):
    folder = tmp_path / "got"
    answer = json.loads(martlet("get", *peer, "--study", ct_study.StudyInstanceUID, "-o", folder, "--json"))
    assert (answer["status"], answer["written"]) == ("0000", len(sent_ct))
    same_data_sets(sent_ct, folder)


def test_move_to_receive(filled, peer, archive, ct_study, sent_ct, tmp_path):
    folder = tmp_path / "moved"
    process = subprocess.Popen(
        [binary(), "receive", str(archive[1]), "-o", folder, "--count", str(len(sent_ct))], stdout=subprocess.DEVNULL)
    wait_port(archive[1], process)
    answer = json.loads(
        martlet("move", *peer, "--destination", "DESTINATION", "--study", ct_study.StudyInstanceUID, "--json"))
    assert (answer["status"], answer["completed"]) == ("0000", len(sent_ct))
    assert process.wait(20) == 0
    same_data_sets(sent_ct, folder)
    martlet("move", *peer, "--destination", "NOBODY", "--study", ct_study.StudyInstanceUID, expect=1)


def test_send_to_receive_keeps_every_syntax(tmp_path):
    """All synthetic objects, in whatever syntax they are stored, byte for byte; more contexts than one association."""
    synthetic = [each for each in corpus.entries() if each["id"].startswith("synthetic/")]
    sent = {each["sop_instance"]: each["path"] for each in corpus.rounds(synthetic)[0]}
    folder = tmp_path / "in"
    with receiver(folder) as port:
        summary = json.loads(martlet("send", "localhost", port, *sent.values(), "--json"))
    assert (summary["stored"], summary["failed"], summary["ignored"]) == (len(sent), 0, 0), summary["troubles"]
    same_data_sets(sent, folder)


def test_receive_from_storescu(ct_files, tmp_path):
    folder = tmp_path / "in"
    with receiver(folder, "--ae-title", "TAKER") as port:
        run("storescu", "-aec", "TAKER", "127.0.0.1", port, *ct_files[:5])
        run("storescu", "-aec", "OTHER", "127.0.0.1", port, ct_files[0], expect=1)
        run("echoscu", "-aec", "TAKER", "127.0.0.1", port)
        wait_for(lambda: len(list(folder.glob("[!.]*.dcm"))) == 5, what="five files")


def test_send_counts_what_is_no_dicom(tmp_path, ct_files):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "notes.txt").write_text("not DICOM")
    (folder / "empty").write_bytes(b"")
    (folder / "image").write_bytes(ct_files[0].read_bytes())
    with storescp(tmp_path / "in") as port:
        summary = json.loads(martlet("send", "127.0.0.1", port, folder, "--called", "STORESCP", "--json"))
    assert (summary["files"], summary["stored"], summary["ignored"], summary["failed"]) == (3, 1, 2, 0)


def test_send_tells_of_a_peer_that_dies(tmp_path, ct_files):
    started = time.monotonic()
    with storescp(tmp_path / "in", "STORESCP", "--abort-during") as port:
        answer = martlet("send", "127.0.0.1", port, *ct_files[:2], "--called", "STORESCP", "--json", expect=1)
    summary = json.loads(answer)
    assert (summary["stored"], summary["failed"]) == (0, 2)
    assert time.monotonic() - started < 30
