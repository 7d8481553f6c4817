# SPDX-License-Identifier: Apache-2.0
"""odil (its command line from Debian) as a peer that shares no code with the others."""
import pydicom
import pytest
from peers import run

TITLES = ("ODIL", "MARTLET")


@pytest.fixture(scope="module")
def peer(server):
    return ("127.0.0.1", server.dicom_port)


def test_echo(peer):
    run("odil", "echo", *peer, *TITLES)


def test_store_find_get(peer, ct_files, ct_study, tmp_path):
    keys = ("QueryRetrieveLevel=STUDY", f"StudyInstanceUID={ct_study.StudyInstanceUID}")
    run("odil", "store", *peer, *TITLES, *ct_files[:10])
    found = run("odil", "find", *peer, *TITLES, "study", *keys, "PatientName", "NumberOfStudyRelatedInstances")
    assert ct_study.StudyInstanceUID in found
    run("odil", "get", "-d", tmp_path, *peer, *TITLES, "study", *keys)
    received = [pydicom.dcmread(path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len({each.SOPInstanceUID for each in received}) == 10
