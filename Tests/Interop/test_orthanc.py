# SPDX-License-Identifier: Apache-2.0
"""Orthanc (Debian's package, own configuration and ports) as a remote modality, both ways."""
import json
import urllib.request

import corpus
import pydicom
import pytest
from martlet_server import free_ports
from peers import run, running, wait_for


class Orthanc:
    def __init__(self, http_port, dicom_port):
        self.http_port, self.dicom_port = http_port, dicom_port

    def call(self, path, body=None, raw=None, timeout=60):
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}{path}", data=data)
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="module")
def orthanc(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("orthanc")
    http_port, dicom_port = free_ports(2)
    configuration = folder / "orthanc.json"
    configuration.write_text(json.dumps({
        "Name": "Peer", "StorageDirectory": str(folder / "db"), "IndexDirectory": str(folder / "db"),
        "HttpPort": http_port, "DicomPort": dicom_port, "DicomAet": "ORTHANC", "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False, "Plugins": [], "UnknownSopClassAccepted": True,
        "DicomModalities": {
            "martlet": {"AET": "MARTLET", "Host": "127.0.0.1", "Port": server.dicom_port, "AllowMove": True,
                        "AllowStore": True, "AllowFind": True, "AllowGet": True, "AllowEcho": True}},
    }))
    server.add_node("ORTHANC", "127.0.0.1", dicom_port)
    with running("Orthanc", configuration, port=http_port, log=folder / "orthanc.log"):
        yield Orthanc(http_port, dicom_port)


def test_echo(orthanc):
    assert orthanc.call("/modalities/martlet/echo", {}) == {}


def test_orthanc_sends_to_us(orthanc, server, mr_files):
    identifiers = [orthanc.call("/instances", raw=path.read_bytes())["ID"] for path in mr_files]
    answer = orthanc.call("/modalities/martlet/store", identifiers)
    assert answer["InstancesCount"] == len(mr_files) and answer["FailedInstancesCount"] == 0
    header = pydicom.dcmread(mr_files[0], stop_before_pixels=True)
    found = server.json(f"/dicom-web/studies/{header.StudyInstanceUID}/instances?SeriesInstanceUID="
                        f"{header.SeriesInstanceUID}")
    assert len(found) == len(mr_files)


def test_orthanc_asks_and_fetches(orthanc, server, ct_files, ct_study):
    run("storescu", "-aec", "MARTLET", "127.0.0.1", server.dicom_port, *ct_files)
    query = orthanc.call("/modalities/martlet/query", {
        "Level": "Study", "Query": {"StudyInstanceUID": ct_study.StudyInstanceUID, "PatientName": "*"}})["ID"]
    answers = orthanc.call(f"/queries/{query}/answers?expand")
    assert len(answers) == 1
    orthanc.call(f"/queries/{query}/retrieve", {"TargetAet": "ORTHANC", "Synchronous": True})

    def arrived():
        return orthanc.call("/tools/find", {
            "Level": "Instance", "Query": {"SeriesInstanceUID": ct_study.SeriesInstanceUID}})

    found = wait_for(lambda: len(arrived()) >= len(ct_files) and arrived(), what="the series in Orthanc")
    assert len(found) == len(ct_files)


def test_we_move_to_orthanc(orthanc, server):
    path = next(each for each in sorted((corpus.FOLDER / "synthetic" / "ts").glob("*.dcm"))
                if corpus.data_set(each)[0].endswith(".4.70"))
    header = pydicom.dcmread(path, stop_before_pixels=True)
    run("storescu", "-xs", "-aec", "MARTLET", "127.0.0.1", server.dicom_port, path)
    run("movescu", "-S", "-aec", "MARTLET", "-aem", "ORTHANC", "127.0.0.1", server.dicom_port,
        "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={header.StudyInstanceUID}")
    found = orthanc.call("/tools/find", {"Level": "Instance", "Query": {"SOPInstanceUID": header.SOPInstanceUID}})
    assert len(found) == 1
