# SPDX-License-Identifier: Apache-2.0
"""DCMTK's programs as peers: echoscu, storescu, dcmsend, findscu, movescu, getscu, storescp, dcmqrscp."""
import re

import corpus
import pydicom
import pytest
from martlet_server import free_ports, prepared_server
from peers import run, running, storescp

CALLED = ("-aec", "MARTLET")


@pytest.fixture(scope="module")
def peer(server):
    return ("127.0.0.1", server.dicom_port)


@pytest.fixture(scope="module")
def stored(peer, ct_files, mr_files):
    run("storescu", *CALLED, *peer, *ct_files)
    run("dcmsend", "-v", *CALLED, *peer, *mr_files)
    return True


def find(peer, *keys, model="-S"):
    """findscu's answers as a list of {tag: value}."""
    options = [part for key in keys for part in ("-k", key)]
    text = run("findscu", "-v", model, *CALLED, *peer, *options)
    answers = re.split(r"Find Response: \d+ \(Pending\)", text)[1:]
    pattern = re.compile(r"\(([0-9a-f]{4},[0-9a-f]{4})\) [A-Z]{2} (?:\[(.*?)\]|(\S+))")
    return [{tag: (quoted or plain).strip("\0 ") for tag, quoted, plain in pattern.findall(each)} for each in answers]


def test_echo(peer):
    assert "Success" in run("echoscu", "-v", *CALLED, *peer)


def test_echo_many_transfer_syntaxes_and_contexts(peer):
    run("echoscu", "-ppc", "20", "-pts", "38", "--repeat", "10", *CALLED, *peer)


def test_called_title_is_checked_when_told(peer, tmp_path):
    run("echoscu", "-aec", "SOMEBODY_ELSE", *peer)
    strict = prepared_server(tmp_path / "data", extra=["--set", "checkCalledAETitle=true"])
    try:
        text = run("echoscu", "-aec", "SOMEBODY_ELSE", "127.0.0.1", strict.dicom_port, expect=1)
        assert "Called AE Title Not Recognized" in text
        run("echoscu", *CALLED, "127.0.0.1", strict.dicom_port)
    finally:
        strict.stop()


def test_store_many_on_one_association(stored, peer, ct_study):
    answer, = find(peer, "QueryRetrieveLevel=STUDY", f"StudyInstanceUID={ct_study.StudyInstanceUID}",
                   "NumberOfStudyRelatedInstances", "ModalitiesInStudy", "NumberOfStudyRelatedSeries")
    assert int(answer["0020,1208"]) >= 40
    assert "CT" in answer["0008,0061"].split("\\")


def test_store_small_pdu_and_implicit(peer, ct_files):
    run("storescu", "-xi", "--max-pdu", "4096", *CALLED, *peer, ct_files[0])
    run("storescu", "--max-send-pdu", "4096", *CALLED, *peer, ct_files[1])


def test_store_every_sop_class(peer):
    files = sorted((corpus.FOLDER / "synthetic" / "sop").glob("*.dcm"))
    run("dcmsend", "-v", "+ma", *CALLED, *peer, *files)


@pytest.mark.parametrize("model, level", [("-P", "STUDY"), ("-S", "STUDY")])
def test_find_study_wildcard_and_range(stored, peer, ct_study, model, level):
    keys = [f"QueryRetrieveLevel={level}", "PatientName=*", "StudyInstanceUID", "StudyDate=19000101-20991231"]
    if model == "-P":
        keys.append(f"PatientID={ct_study.PatientID}")
    found = find(peer, *keys, model=model)
    assert ct_study.StudyInstanceUID in [each.get("0020,000d") for each in found]
    assert all(each["0008,0052"] == level for each in found)


def test_find_levels(stored, peer, ct_study):
    patients = find(peer, "QueryRetrieveLevel=PATIENT", f"PatientID={ct_study.PatientID}", "PatientName", model="-P")
    assert [each["0010,0020"] for each in patients] == [ct_study.PatientID]
    study = f"StudyInstanceUID={ct_study.StudyInstanceUID}"
    series = find(peer, "QueryRetrieveLevel=SERIES", study, "SeriesInstanceUID", "Modality")
    assert ct_study.SeriesInstanceUID in [each["0020,000e"] for each in series]
    images = find(peer, "QueryRetrieveLevel=IMAGE", study, f"SeriesInstanceUID={ct_study.SeriesInstanceUID}",
                  "SOPInstanceUID", "InstanceNumber")
    assert len({each["0008,0018"] for each in images}) == 40


def test_find_nothing(peer):
    assert find(peer, "QueryRetrieveLevel=STUDY", "StudyInstanceUID=1.2.3.4.5.6.7") == []


def test_find_uid_list(stored, peer, ct_study, mr_files):
    mr = pydicom.dcmread(mr_files[0], stop_before_pixels=True)
    uids = sorted({str(ct_study.SeriesInstanceUID), str(mr.SeriesInstanceUID)})
    found = find(peer, "QueryRetrieveLevel=SERIES", f"StudyInstanceUID={ct_study.StudyInstanceUID}",
                 "SeriesInstanceUID=" + "\\".join(uids))
    expected = uids if mr.StudyInstanceUID == ct_study.StudyInstanceUID else [str(ct_study.SeriesInstanceUID)]
    assert sorted(each["0020,000e"] for each in found) == expected


def same_data_sets(originals, folder):
    """Every original's data set bytes stand in the folder."""
    received = {pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID: path for path in folder.iterdir()}
    for original in originals:
        uid = pydicom.dcmread(original, stop_before_pixels=True).SOPInstanceUID
        assert corpus.data_set(received[uid])[1] == corpus.data_set(original)[1], original
    return received


def test_get(stored, peer, ct_files, ct_study, tmp_path):
    run("getscu", "-v", "-S", "+B", *CALLED, "-od", tmp_path, *peer, "-k", "QueryRetrieveLevel=SERIES",
        "-k", f"StudyInstanceUID={ct_study.StudyInstanceUID}", "-k", f"SeriesInstanceUID={ct_study.SeriesInstanceUID}")
    assert len(same_data_sets(ct_files, tmp_path)) == 40


def test_move_to_storescp(stored, server, peer, ct_files, ct_study, tmp_path):
    with storescp(tmp_path / "in", "MOVEDEST") as port:
        server.add_node("MOVEDEST", "127.0.0.1", port)
        run("movescu", "-v", "-S", *CALLED, "-aem", "MOVEDEST", *peer, "-k", "QueryRetrieveLevel=SERIES",
            "-k", f"StudyInstanceUID={ct_study.StudyInstanceUID}",
            "-k", f"SeriesInstanceUID={ct_study.SeriesInstanceUID}")
    assert len(same_data_sets(ct_files, tmp_path / "in")) == 40


def test_move_to_unknown_destination(stored, peer, ct_study):
    text = run("movescu", "-v", "-S", *CALLED, "-aem", "NOBODY", *peer, "-k", "QueryRetrieveLevel=STUDY",
               "-k", f"StudyInstanceUID={ct_study.StudyInstanceUID}", expect=None)
    assert re.search(r"0xa801|MoveDestinationUnknown|Move Destination Unknown", text, re.IGNORECASE), text[-1500:]


def test_move_converts_for_a_receiver_without_compression(server, peer, tmp_path):
    """A receiver that takes uncompressed only gets the converted form (issue 2, item 4)."""
    source = corpus.FOLDER / "synthetic" / "ts"
    compressed = next(path for path in sorted(source.glob("*.dcm")) if corpus.data_set(path)[0].endswith(".4.70"))
    run("storescu", "-xs", *CALLED, *peer, compressed)
    header = pydicom.dcmread(compressed, stop_before_pixels=True)
    with storescp(tmp_path / "in", "PLAINDEST", "+xi") as port:
        server.add_node("PLAINDEST", "127.0.0.1", port)
        run("movescu", "-v", "-S", *CALLED, "-aem", "PLAINDEST", *peer, "-k", "QueryRetrieveLevel=IMAGE",
            "-k", f"StudyInstanceUID={header.StudyInstanceUID}", "-k", f"SeriesInstanceUID={header.SeriesInstanceUID}",
            "-k", f"SOPInstanceUID={header.SOPInstanceUID}")
    path, = (tmp_path / "in").iterdir()
    received = pydicom.dcmread(path)
    assert received.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2"
    expected = header.Rows * header.Columns * header.SamplesPerPixel * header.BitsAllocated // 8
    assert len(received.PixelData) == (expected * int(header.get("NumberOfFrames", 1)) + 1) // 2 * 2


def test_dcmqrscp_both_ways(stored, server, peer, ct_study, tmp_path):
    """dcmqrscp as the archive that a C-MOVE tells to send to Martlet, and as our move destination."""
    port = free_ports(1)[0]
    database = tmp_path / "DATABASE"
    database.mkdir()
    configuration = tmp_path / "dcmqrscp.cfg"
    configuration.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        "HostTable BEGIN\n"
        f"martlet = (MARTLET, 127.0.0.1, {server.dicom_port})\n"
        "HostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nDCMQR {database} RW (200, 1024mb) ANY\nAETable END\n")
    with running("dcmqrscp", "-c", configuration, port=port, log=tmp_path / "dcmqrscp.log"):
        server.add_node("DCMQR", "127.0.0.1", port)
        run("movescu", "-v", "-S", *CALLED, "-aem", "DCMQR", *peer, "-k", "QueryRetrieveLevel=SERIES",
            "-k", f"StudyInstanceUID={ct_study.StudyInstanceUID}",
            "-k", f"SeriesInstanceUID={ct_study.SeriesInstanceUID}")
        run("movescu", "-v", "-S", "-aec", "DCMQR", "-aem", "MARTLET", "127.0.0.1", port,
            "-k", "QueryRetrieveLevel=SERIES", "-k", f"StudyInstanceUID={ct_study.StudyInstanceUID}",
            "-k", f"SeriesInstanceUID={ct_study.SeriesInstanceUID}")
