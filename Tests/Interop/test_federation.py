# SPDX-License-Identifier: Apache-2.0
"""Several archives as one: Orthanc and DCMTK's archive behind ours, and one that is away."""
import json
import socket
import urllib.parse

import pydicom
import pytest
from martlet_server import free_ports, prepared_server
from peers import run, running, wait_for
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    PatientStudyOnlyQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelMove,
)

FIND_MODEL = StudyRootQueryRetrieveInformationModelFind
MOVE_MODEL = StudyRootQueryRetrieveInformationModelMove

RETIRED = PatientStudyOnlyQueryRetrieveInformationModelFind


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    """Our archive, which asks Orthanc, DCMTK's archive, and a node that takes connections and says nothing."""
    folder = tmp_path_factory.mktemp("federation")
    http_port, orthanc_port, dcmtk_port = free_ports(3)
    silent = socket.create_server(("127.0.0.1", 0))
    server = prepared_server(folder / "data", extra=[
        "--set", "federatedNodes=ORTHANC,DCMQR,SILENT", "--set", "federationSeconds=3", "--set",
        "retiredQueryModels=true"])
    server.add_node("ORTHANC", "127.0.0.1", orthanc_port)
    server.add_node("DCMQR", "127.0.0.1", dcmtk_port)
    server.add_node("SILENT", "127.0.0.1", silent.getsockname()[1])
    server.orthanc, server.dcmtk = orthanc_port, dcmtk_port
    (folder / "orthanc.json").write_text(json.dumps({
        "StorageDirectory": str(folder / "db"), "IndexDirectory": str(folder / "db"), "HttpPort": http_port,
        "DicomPort": orthanc_port, "DicomAet": "ORTHANC", "AuthenticationEnabled": False, "Plugins": [],
        "DicomModalities": {"martlet": {
            "AET": "MARTLET", "Host": "127.0.0.1", "Port": server.dicom_port, "AllowFind": True, "AllowGet": True,
            "AllowMove": True}}}))
    (folder / "qr").mkdir()
    (folder / "dcmqrscp.cfg").write_text(
        f"NetworkTCPPort = {dcmtk_port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        f"HostTable BEGIN\nmartlet = (MARTLET, 127.0.0.1, {server.dicom_port})\nHostTable END\n"
        f"AETable BEGIN\nDCMQR {folder / 'qr'} RW (200, 1024mb) ANY\nAETable END\n")
    with running("Orthanc", folder / "orthanc.json", port=http_port, log=folder / "orthanc.log"), \
            running("dcmqrscp", "-c", folder / "dcmqrscp.cfg", port=dcmtk_port, log=folder / "dcmqrscp.log"):
        yield server
    silent.close()
    server.stop()


def study(files, folder, patient):
    """A study of its own out of some files; its UID and their paths."""
    folder.mkdir()
    uid, series, paths = pydicom.uid.generate_uid(), pydicom.uid.generate_uid(), []
    for number, file in enumerate(files):
        dataset = pydicom.dcmread(file)
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.PatientID = uid, series, patient
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        paths.append(folder / f"{number}.dcm")
        dataset.save_as(paths[-1])
    return str(uid), paths


def send(port, title, paths):
    run("storescu", "-aec", title, "127.0.0.1", port, *paths)


def find(server, model=StudyRootQueryRetrieveInformationModelFind, level="STUDY", title="READER", **keys):
    """The answers, and the final response."""
    entity = AE(title)
    entity.add_requested_context(model)
    association = entity.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    assert association.is_established
    asked = Dataset()
    asked.QueryRetrieveLevel = level
    for keyword, value in ({"StudyInstanceUID": "", "PatientID": "", "PatientName": ""} | keys).items():
        setattr(asked, keyword, value)
    answers, last = [], None
    for status, identifier in association.send_c_find(asked, model):
        last = status
        if identifier is not None:
            answers.append(identifier)
    association.release()
    return answers, last


def test_one_answer_of_all(hospital, tmp_path, ct_files, mr_files):
    own, own_paths = study(ct_files[:2], tmp_path / "own", "FED")
    both, both_paths = study(ct_files[:1], tmp_path / "both", "FED")
    orthanc, orthanc_paths = study(mr_files[:3], tmp_path / "orthanc", "FED")
    dcmtk, dcmtk_paths = study(ct_files[:4], tmp_path / "dcmtk", "FED")
    send(hospital.dicom_port, "MARTLET", [*own_paths, *both_paths])
    send(hospital.orthanc, "ORTHANC", [*both_paths, *orthanc_paths])
    send(hospital.dcmtk, "DCMQR", dcmtk_paths)
    answers, last = find(hospital, PatientID="FED")
    places = {str(each.StudyInstanceUID): each for each in answers}
    assert len(answers) == len(places) == 4 and set(places) == {own, both, orthanc, dcmtk}
    assert places[own].RetrieveAETitle == places[both].RetrieveAETitle == "MARTLET"
    assert places[own].InstanceAvailability == "ONLINE"
    assert list(places[orthanc].RetrieveAETitle) == ["MARTLET", "ORTHANC"]
    assert list(places[dcmtk].RetrieveAETitle) == ["MARTLET", "DCMQR"]
    assert places[dcmtk].InstanceAvailability == "NEARLINE"
    # The one that is silent does not spoil the answer.
    assert last.Status == 0 and last.ErrorComment == "not answered by SILENT"
    wait_for(lambda: "SILENT is left out" in hospital.log_tail(20000), what="the warning")
    # One of them is answered from here alone, since it would be asked back.
    answers, last = find(hospital, title="ORTHANC", PatientID="FED")
    assert {str(each.StudyInstanceUID) for each in answers} == {own, both} and "ErrorComment" not in last

    # What is not here is brought from there, and is here then.
    for uid, count in ((orthanc, 3), (dcmtk, 4)):
        folder = tmp_path / f"got{count}"
        folder.mkdir()
        run("getscu", "-S", "-od", folder, "-aec", "MARTLET", "127.0.0.1", hospital.dicom_port,
            "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={uid}")
        assert len(list(folder.iterdir())) == count
        assert len(hospital.json(f"/dicom-web/studies/{uid}/instances")) == count
    answers, _ = find(hospital, PatientID="FED")
    assert {each.InstanceAvailability for each in answers} == {"ONLINE"}


def test_one_answer_over_the_web(hospital, tmp_path, ct_files, mr_files):
    own, own_paths = study(ct_files[:2], tmp_path / "own", "WEB")
    theirs, their_paths = study(mr_files[:3], tmp_path / "theirs", "WEB")
    send(hospital.dicom_port, "MARTLET", own_paths)
    send(hospital.orthanc, "ORTHANC", [*own_paths, *their_paths])
    status, headers, body = hospital.request("/dicom-web/studies?PatientID=WEB")
    found = {each["0020000D"]["Value"][0]: each for each in json.loads(body)}
    assert status == 200 and set(found) == {own, theirs}
    assert headers["x-total-count"] == "2" and "SILENT" in headers["warning"]
    assert found[own]["00080056"]["Value"] == ["ONLINE"]
    assert found[theirs]["00080056"]["Value"] == ["NEARLINE"]
    assert found[theirs]["00080054"]["Value"] == ["ORTHANC"]
    # By pages: what is elsewhere comes after what is here.
    pages = [hospital.json(f"/dicom-web/studies?PatientID=WEB&limit=1&offset={offset}") for offset in (0, 1)]
    assert [page[0]["0020000D"]["Value"][0] for page in pages] == [own, theirs]
    series = hospital.json(f"/dicom-web/studies/{theirs}/series")
    assert len(series) == 1 and series[0]["00080056"]["Value"] == ["NEARLINE"]
    # Whoever opens it gets it, and has it here then.
    assert len(hospital.json(f"/dicom-web/studies/{theirs}/metadata")) == 3
    found = {each["0020000D"]["Value"][0]: each for each in hospital.json("/dicom-web/studies?PatientID=WEB")}
    assert found[theirs]["00080056"]["Value"] == ["ONLINE"]
    assert hospital.request("/dicom-web/studies/1.2.3.4.5.6/metadata")[0] == 404


class MoveOnly:
    """An archive of one study that knows C-FIND and C-MOVE, and no C-GET; pynetdicom's."""

    def __init__(self, paths, receiver_port):
        self.images = [pydicom.dcmread(path) for path in paths]
        self.port, self.asked = free_ports(1)[0], []
        self.receiver = ("127.0.0.1", receiver_port)
        entity = AE("MOVEONLY")
        for context in (FIND_MODEL, MOVE_MODEL):
            entity.add_supported_context(context)
        for uid in {image.SOPClassUID for image in self.images}:
            entity.add_requested_context(uid, ExplicitVRLittleEndian)
        self.server = entity.start_server(("127.0.0.1", self.port), block=False, evt_handlers=[
            (evt.EVT_C_FIND, self.find), (evt.EVT_C_MOVE, self.move)])

    def find(self, event):
        if event.identifier.get("PatientID") in ("", self.images[0].PatientID):
            answer = Dataset()
            answer.QueryRetrieveLevel = "STUDY"
            for keyword in ("StudyInstanceUID", "PatientID", "PatientName"):
                setattr(answer, keyword, self.images[0][keyword].value)
            yield 0xFF00, answer
        yield 0x0000, None

    def move(self, event):
        self.asked.append((event.move_destination, event.identifier.get("StudyInstanceUID")))
        yield self.receiver
        yield len(self.images)
        for image in self.images:
            yield 0xFF00, image


def fetched(server, uid, archives=None, until=("done",)):
    """Has a study brought here as the browser does; the last state, and all that were seen."""
    path, seen = f"/api/v1/other-archives/studies/{uid}/fetch", []
    if archives:
        status, _, body = server.request(path, "POST", json.dumps({"archives": archives}).encode(),
                                         {"Content-Type": "application/json"})
        assert status == 202, body

    def look():
        seen.append(server.json(path))
        return seen[-1]["state"] in until or (seen[-1]["reason"] and "reason" in until)

    wait_for(look, what=f"the fetch to be {until}")
    return seen[-1], seen


def elsewhere(server, **query):
    answer = server.json("/api/v1/other-archives/studies?" + urllib.parse.urlencode(query))
    return {each["studyUID"]: each for each in answer["studies"]}, answer


def test_the_study_list_asks_other_archives(hospital, tmp_path, ct_files, mr_files):
    own, own_paths = study(ct_files[:2], tmp_path / "own", "LISTED7")
    theirs, their_paths = study(mr_files[:3], tmp_path / "theirs", "LISTED7")
    twice, twice_paths = study(ct_files[:2], tmp_path / "twice", "LISTED8")
    send(hospital.dicom_port, "MARTLET", own_paths)
    send(hospital.orthanc, "ORTHANC", [*own_paths, *their_paths, *twice_paths])
    send(hospital.dcmtk, "DCMQR", twice_paths)
    assert hospital.json("/api/v1/other-archives") == {"archives": ["ORTHANC", "DCMQR", "SILENT"]}
    assert hospital.json("/api/v1/session")["otherArchives"] == ["ORTHANC", "DCMQR", "SILENT"]
    # By a part of the patient ID, in any case: what is here is not listed, what two have is listed once.
    found, answer = elsewhere(hospital, search="listed")
    assert set(found) == {theirs, twice} and not answer["hasMore"]
    assert found[theirs]["archives"] == ["ORTHANC"] and sorted(found[twice]["archives"]) == ["DCMQR", "ORTHANC"]
    assert found[theirs]["patientID"] == "LISTED7" and found[theirs]["modalities"] in ([], ["MR"])
    assert [each["archive"] for each in answer["absent"]] == ["SILENT"] and answer["absent"][0]["reason"]
    # By name and modality; words that the archives were not asked for are compared here.
    name = str(pydicom.dcmread(their_paths[0]).PatientName).split("^")[0]
    assert set(elsewhere(hospital, search=f"{name.lower()} listed7", modality="MR")[0]) >= {theirs}
    assert theirs not in elsewhere(hospital, search="listed7 nobody")[0]
    assert theirs not in elsewhere(hospital, search="listed7", modality="US")[0]
    assert hospital.request("/api/v1/other-archives/studies")[0] == 422
    # Brought here by C-GET, from Orthanc and from DCMTK's archive.
    for uid, archives, count in ((theirs, ["ORTHANC"], 3), (twice, ["DCMQR", "ORTHANC"], 2)):
        state, _ = fetched(hospital, uid, archives)
        assert (state["total"], state["completed"], state["failed"]) == (count, count, 0)
        assert len(hospital.json(f"/dicom-web/studies/{uid}/instances")) == count
    assert not elsewhere(hospital, search="listed")[0]
    # Not there any more, and nobody who is asked.
    gone = pydicom.uid.generate_uid()
    state, _ = fetched(hospital, gone, ["ORTHANC"], until=("failed", "reason"))
    assert state["reason"].startswith("ORTHANC: ")
    assert hospital.request(f"/api/v1/other-archives/studies/{gone}/fetch", "POST", b'{"archives": ["NOBODY"]}',
                            {"Content-Type": "application/json"})[0] == 422


def test_an_archive_that_moves_and_does_not_know_us(tmp_path, ct_files):
    uid, paths = study(ct_files[:3], tmp_path / "theirs", "MOVED")
    server = prepared_server(tmp_path / "data", extra=["--set", "federatedNodes=NOGET"])
    port = free_ports(1)[0]
    (tmp_path / "qr").mkdir()

    def archive(known):
        table = f"martlet = ({known}, 127.0.0.1, {server.dicom_port})"
        (tmp_path / "qr.cfg").write_text(
            f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\nHostTable BEGIN\n{table}\n"
            f"HostTable END\nAETable BEGIN\nNOGET {tmp_path / 'qr'} RW (200, 1024mb) ANY\nAETable END\n")
        return running("dcmqrscp", "--disable-get", "-c", tmp_path / "qr.cfg", port=port, log=tmp_path / "qr.log")

    try:
        server.add_node("NOGET", "127.0.0.1", port)
        with archive("SOMEBODY"):
            send(port, "NOGET", paths)
            assert set(elsewhere(server, search="moved")[0]) == {uid}
            state, _ = fetched(server, uid, ["NOGET"], until=("reason",))
            assert "NOGET: it does not know where MARTLET is" in state["reason"]
        # It was told our address; the job that waits is tried at once.
        with archive("MARTLET"):
            status, _, body = server.request(
                "/api/v1/queues/from%20NOGET", "POST", b'{"action": "retry"}', {"Content-Type": "application/json"})
            assert status == 200, body
            state, _ = fetched(server, uid)
            assert (state["total"], state["completed"]) == (3, 3)
        assert len(server.json(f"/dicom-web/studies/{uid}/instances")) == 3
    finally:
        server.stop()


def test_a_node_without_c_get_moves_to_us(tmp_path, ct_files):
    uid, paths = study(ct_files[:3], tmp_path / "theirs", "MOVED")
    server = prepared_server(tmp_path / "data", extra=["--set", "federatedNodes=MOVEONLY"])
    archive = MoveOnly(paths, server.dicom_port)
    try:
        server.add_node("MOVEONLY", "127.0.0.1", archive.port)
        answers, last = find(server, PatientID="MOVED")
        assert [str(each.StudyInstanceUID) for each in answers] == [uid] and last.Status == 0
        folder = tmp_path / "got"
        folder.mkdir()
        run("getscu", "-S", "-od", folder, "-aec", "MARTLET", "127.0.0.1", server.dicom_port,
            "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={uid}")
        assert archive.asked == [("MARTLET", uid)]
        assert len(list(folder.iterdir())) == 3
        assert len(server.json(f"/dicom-web/studies/{uid}/instances")) == 3
    finally:
        archive.server.shutdown()
        server.stop()


def test_the_retired_model_on_demand(hospital, tmp_path, ct_files):
    uid, paths = study(ct_files[:1], tmp_path / "own", "OLD")
    send(hospital.dicom_port, "MARTLET", paths)
    answers, last = find(hospital, RETIRED, PatientID="OLD")
    assert last.Status == 0 and [str(each.StudyInstanceUID) for each in answers] == [uid]
    answers, last = find(hospital, RETIRED, level="PATIENT", PatientID="OLD")
    assert last.Status == 0 and len(answers) == 1
    assert find(hospital, RETIRED, level="SERIES", PatientID="OLD")[1].Status == 0xA900


def test_the_retired_model_is_not_offered_unasked(server):
    entity = AE("READER")
    entity.add_requested_context(RETIRED)
    association = entity.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    assert not association.is_established
