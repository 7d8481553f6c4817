# SPDX-License-Identifier: Apache-2.0
"""dicomweb-client does everything that it offers but delete."""
import io

import numpy
import pydicom
import pytest
from dicomweb_client.api import DICOMwebClient
from PIL import Image
from requests.exceptions import HTTPError

PIXELS = (("application/octet-stream", "1.2.840.10008.1.2.1"),)


@pytest.fixture(scope="module")
def client(server):
    return DICOMwebClient(f"{server.url}/dicom-web", headers={"Authorization": f"Bearer {server.token}"})


@pytest.fixture(scope="module")
def stored(client, ct_files):
    answer = client.store_instances([pydicom.dcmread(path) for path in ct_files])
    assert len(answer.ReferencedSOPSequence) == len(ct_files)
    assert not answer.get("FailedSOPSequence")
    return ct_files


@pytest.fixture
def uids(stored, ct_study):
    return str(ct_study.StudyInstanceUID), str(ct_study.SeriesInstanceUID), str(ct_study.SOPInstanceUID)


def value(item, tag):
    return item[tag]["Value"][0]


def test_store_to_another_study_is_refused(client, mr_files):
    with pytest.raises(HTTPError):
        client.store_instances([pydicom.dcmread(mr_files[0])], study_instance_uid="1.2.3.4")


def test_search_studies(client, uids, ct_study):
    found = client.search_for_studies(search_filters={"StudyInstanceUID": uids[0]})
    assert [value(each, "0020000D") for each in found] == [uids[0]]
    assert value(found[0], "00201208") == 40
    assert value(found[0], "00080061") == "CT"
    name = str(ct_study.PatientName)
    wild = client.search_for_studies(search_filters={"PatientName": name[:3] + "*"}, fuzzymatching=True)
    assert uids[0] in [value(each, "0020000D") for each in wild]
    day = ct_study.StudyDate
    assert client.search_for_studies(search_filters={"StudyDate": f"{day}-{day}", "ModalitiesInStudy": "CT"})
    assert client.search_for_studies(search_filters={"PatientID": "nobody at all"}) == []


def test_search_pages(client, uids):
    whole = client.search_for_instances(*uids[:2])
    assert len(whole) == 40
    pages = [client.search_for_instances(*uids[:2], limit=15, offset=at) for at in (0, 15, 30)]
    assert [len(page) for page in pages] == [15, 15, 10]
    assert [value(each, "00080018") for page in pages for each in page] == [value(each, "00080018") for each in whole]
    assert len(client.search_for_instances(*uids[:2], limit=7, get_remaining=True)) == 40


def test_search_series_and_instances_everywhere(client, uids):
    assert uids[1] in [value(each, "0020000E") for each in client.search_for_series(uids[0])]
    assert client.search_for_series(search_filters={"Modality": "CT"})
    assert len(client.search_for_instances(search_filters={"SOPInstanceUID": uids[2]})) == 1
    with_field, = client.search_for_studies(search_filters={"StudyInstanceUID": uids[0]}, fields=["StudyDescription"])
    assert "00081030" in with_field


def test_retrieve_study_series_instance(client, uids, stored):
    originals = {each.SOPInstanceUID: each for each in map(pydicom.dcmread, stored)}
    for found in (client.retrieve_study(uids[0]), client.retrieve_series(*uids[:2])):
        assert {each.SOPInstanceUID for each in found} == set(originals)
        assert all(each == originals[each.SOPInstanceUID] for each in found)
    assert len(list(client.iter_study(uids[0]))) == 40
    assert len(list(client.iter_series(*uids[:2]))) == 40
    assert client.retrieve_instance(*uids) == originals[uids[2]]


def test_metadata(client, uids, ct_study):
    assert len(client.retrieve_study_metadata(uids[0])) == 40
    assert len(client.retrieve_series_metadata(*uids[:2])) == 40
    found = pydicom.Dataset.from_json(client.retrieve_instance_metadata(*uids))
    for element in ct_study:
        assert found[element.tag].value == element.value, element


def test_frames(client, uids, stored):
    frame, = client.retrieve_instance_frames(*uids, frame_numbers=[1], media_types=PIXELS)
    original = pydicom.dcmread(stored[0])
    assert original.SOPInstanceUID == uids[2]
    assert frame == original.PixelData[:original.Rows * original.Columns * 2]
    assert list(client.iter_instance_frames(*uids, frame_numbers=[1], media_types=PIXELS)) == [frame]
    with pytest.raises(HTTPError):
        client.retrieve_instance_frames(*uids, frame_numbers=[2], media_types=PIXELS)


def test_bulk_data(client, uids, stored):
    uri = client.retrieve_instance_metadata(*uids)["7FE00010"]["BulkDataURI"]
    original = pydicom.dcmread(stored[0])
    assert b"".join(client.retrieve_bulkdata(uri)) == original.PixelData
    assert b"".join(client.iter_bulkdata(uri)) == original.PixelData


def test_rendered(client, uids, ct_study):
    png = Image.open(io.BytesIO(client.retrieve_instance_rendered(*uids, media_types=("image/png",))))
    assert png.size == (ct_study.Columns, ct_study.Rows)
    assert numpy.asarray(png).std() > 1
    jpeg = Image.open(io.BytesIO(client.retrieve_instance_rendered(*uids, media_types=("image/jpeg",))))
    assert jpeg.size == png.size
    frame = client.retrieve_instance_frames_rendered(*uids, frame_numbers=[1], media_types=("image/png",))
    assert Image.open(io.BytesIO(frame)).size == png.size
    window = {"window": "40,20,linear"}
    narrow = Image.open(io.BytesIO(client.retrieve_instance_rendered(*uids, media_types=("image/png",), params=window)))
    assert (numpy.asarray(narrow) != numpy.asarray(png)).any()
    assert client.retrieve_series_rendered(*uids[:2], media_types=("image/png",))


def test_thumbnail(server, uids):
    path = f"/dicom-web/studies/{uids[0]}/series/{uids[1]}/instances/{uids[2]}/thumbnail"
    for each in (path, path.split("/instances")[0] + "/thumbnail", f"/dicom-web/studies/{uids[0]}/thumbnail"):
        status, headers, body = server.request(each)
        assert status == 200 and headers["Content-Type"].startswith("image/")
        assert max(Image.open(io.BytesIO(body)).size) <= 512


def test_unknown_is_404(client, uids):
    for call in (lambda: client.retrieve_study("1.2.3"), lambda: client.retrieve_instance(uids[0], uids[1], "1.2.3")):
        with pytest.raises(HTTPError) as error:
            call()
        assert error.value.response.status_code == 404
