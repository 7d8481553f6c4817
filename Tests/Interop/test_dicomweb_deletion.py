# SPDX-License-Identifier: Apache-2.0
"""Deleting and rejecting by DICOMweb: dicomweb-client's delete, and the rejection that OHIF asks for."""

import pydicom
import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from pydicom.uid import generate_uid

import corpus

VOLUME = corpus.FOLDER / "synthetic" / "volume"


@pytest.fixture
def client(server):
    headers = {"Authorization": f"Bearer {server.create_token()}"}
    return DICOMwebClient(server.url + "/dicom-web", headers=headers)


@pytest.fixture
def study(client):
    """A study of two series with two instances each, new for each test."""
    uid, instances = generate_uid(), []
    for _ in range(2):
        series = generate_uid()
        for path in sorted(VOLUME.glob("ct*.dcm"))[:2]:
            made = pydicom.dcmread(path)
            made.StudyInstanceUID, made.SeriesInstanceUID = uid, series
            made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            instances.append(made)
    client.store_instances(instances)
    return instances


def found(client, study):
    return {each["00080018"]["Value"][0] for each in client.search_for_instances(study[0].StudyInstanceUID)}


def test_an_instance_a_series_and_a_study_go(client, study):
    first = study[0]
    client.delete_instance(first.StudyInstanceUID, first.SeriesInstanceUID, first.SOPInstanceUID)
    assert found(client, study) == {each.SOPInstanceUID for each in study[1:]}
    client.delete_series(first.StudyInstanceUID, first.SeriesInstanceUID)
    assert found(client, study) == {each.SOPInstanceUID for each in study[2:]}
    client.delete_study(first.StudyInstanceUID)
    assert client.search_for_studies(search_filters={"StudyInstanceUID": first.StudyInstanceUID}) == []


def test_what_was_deleted_is_in_the_bin_and_comes_back(client, study, server):
    client.delete_study(study[0].StudyInstanceUID)
    entries = next(iter(server.json("/api/v1/bin").values()))
    entry = next(each for each in entries if study[0].StudyInstanceUID in str(each))
    name = entry["correction"]["name"]
    server.command("bin", "restore", name, "--data", server.data)
    assert len(found(client, study)) == len(study)


def test_what_is_rejected_is_no_longer_found(client, study, server):
    first = study[0]
    path = (f"{server.url}/dicom-web/studies/{first.StudyInstanceUID}/series/{first.SeriesInstanceUID}"
            f"/instances/{first.SOPInstanceUID}/reject/")
    headers = {"Authorization": f"Bearer {server.create_token()}"}
    assert requests.post(path + "113001^DCM", headers=headers, timeout=60).status_code == 204
    assert first.SOPInstanceUID not in found(client, study)
    assert requests.post(path + "1^DCM", headers=headers, timeout=60).status_code == 404


def test_only_those_who_may_delete(study, server):
    server.add_user("reading", "radiologist")
    headers = {"Authorization": f"Bearer {server.create_token('reading')}"}
    path = f"{server.url}/dicom-web/studies/{study[0].StudyInstanceUID}"
    assert requests.delete(path, headers=headers, timeout=60).status_code == 403
    headers["Authorization"] = f"Bearer {server.create_token()}"
    assert requests.delete(f"{server.url}/dicom-web/studies/1.2.3.4.5", headers=headers, timeout=60).status_code == 404
