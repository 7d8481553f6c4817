# SPDX-License-Identifier: Apache-2.0
"""`martlet simulate modalities`: against Martlet and DCMTK; what it makes is valid."""
import json

import pydicom
import pytest
from martlet_server import free_ports
from peers import run, running

KINDS = ["CT", "MR", "CR", "DX", "US", "NM", "PT", "MG", "XA"]


def test_all_kinds_arrive_and_are_committed(server):
    done = server.command("simulate", "modalities", "127.0.0.1", server.dicom_port, "--studies", "1", "--images", "2",
                          "--reduction", "8", "--commit", "--json")
    reports = json.loads(done.stdout)
    assert [report["modality"] for report in reports] == sorted(KINDS)
    for report in reports:
        assert report["studies"] == 1 and report["failures"] == []
        assert report["instances"] == (3 if report["modality"] in ("CT", "CR", "DX", "MG", "XA") else 2)
        assert report["committed"] == report["instances"]
    studies = server.json("/dicom-web/studies?includefield=ModalitiesInStudy")
    assert len(studies) == len(KINDS)
    assert all(study["00100010"]["Value"] for study in studies)


@pytest.fixture(scope="module")
def made(server, tmp_path_factory):
    """What DCMTK received of one study of each kind."""
    folder = tmp_path_factory.mktemp("made")
    (port,) = free_ports(1)
    with running("storescp", "+xa", "-od", folder, port, port=port, log=folder.parent / "scp.log"):
        server.command("simulate", "modalities", "127.0.0.1", port, "--images", "2", "--reduction", "8", "--seed", "7")
    return sorted(folder.iterdir())


def test_what_is_made_is_valid(server, made):
    assert len(made) == len(KINDS) * 2 + 5
    done = server.command("validate", "--json", *made, expect=None)
    found = [finding for file in json.loads(done.stdout) for finding in file["findings"]
             if finding.get("severity", "error") == "error"]
    assert found == []


def test_pictures_are_pictures(made):
    for path in made:
        data = pydicom.dcmread(path)
        if "PixelData" in data:
            assert data.pixel_array.std() > 1, path


def test_dose_is_reported(made):
    reports = [each for each in map(pydicom.dcmread, made) if each.Modality == "SR"]
    assert len(reports) == 5
    for report in reports:
        names = {item.ConceptNameCodeSequence[0].CodeValue for item in report.ContentSequence}
        assert names & {"113811", "113702"} and "113809" in names
        run("dsrdump", "-Ee", report.filename)


def test_worklist_and_steps_are_asked_for(server, tmp_path):
    # A storage provider knows neither: told, and the exit code says so.
    (port,) = free_ports(1)
    with running("storescp", "-od", tmp_path, port, port=port, log=tmp_path / "scp.log"):
        done = server.command("simulate", "modalities", "127.0.0.1", port, "--modality", "CR", "--mpps", "--json",
                              expect=1)
    assert json.loads(done.stdout)[0]["failures"]


def test_usage(server):
    for wrong in (["--reduction", "0"], ["--rate", "-1"], ["--modality", "XX"], ["--images", "0"]):
        assert server.command("simulate", "modalities", "127.0.0.1", 1, *wrong, expect=None).returncode == 64
