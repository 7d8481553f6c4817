# SPDX-License-Identifier: Apache-2.0
"""Extended negotiation of queries, retrieval by instance, and user identities, with pynetdicom."""
import base64
import hashlib
import hmac
import io
import json
import time

import pydicom
import pytest
from martlet_server import prepared_server
from pydicom.uid import ExplicitVRLittleEndian, RLELossless
from pynetdicom import AE, build_role, evt
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation, UserIdentityNegotiation
from pynetdicom.sop_class import (
    CompositeInstanceRetrieveWithoutBulkDataGet, CompositeInstanceRootRetrieveGet, CompositeInstanceRootRetrieveMove,
    CTImageStorage, PatientRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelGet, Verification)

FIND = StudyRootQueryRetrieveInformationModelFind
SECRET = b"a secret of this test"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("martlet")
    key = folder / "jwt.key"
    key.write_bytes(SECRET)
    running = prepared_server(folder / "data", extra=["--set", f"tokenKeyFile={key}"])
    yield running
    running.stop()


def associate(server, contexts, established=True, **options):
    ae = AE(ae_title="PYNETDICOM")
    for context in contexts:
        ae.add_requested_context(context)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET", **options)
    assert association.is_established == established
    return association


@pytest.fixture(scope="module")
def stored(server, ct_files):
    association = associate(server, [CTImageStorage])
    for number, (date, hour) in enumerate([("20260101", "090000"), ("20260102", "120000"), ("20260103", "180000")]):
        image = pydicom.dcmread(ct_files[number])
        image.StudyInstanceUID = f"1.2.826.0.1.3680043.10.999.{number + 1}"
        image.SeriesInstanceUID = image.StudyInstanceUID + ".1"
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = image.StudyInstanceUID + ".1.1"
        image.StudyDate, image.StudyTime = date, hour
        image.AccessionNumber = "" if number else "FIRST"
        image.SpecificCharacterSet = "ISO_IR 192"
        image.PatientName, image.PatientID = "Müller^Jürgen", f"N{number}"
        assert association.send_c_store(image).Status == 0x0000
    association.release()


def asked(*flags):
    item = SOPClassExtendedNegotiation()
    item.sop_class_uid = FIND
    item.service_class_application_information = bytes(flags)
    return item


def dates(association, **keys):
    identifier = pydicom.Dataset()
    identifier.QueryRetrieveLevel = "STUDY"
    identifier.StudyDate, identifier.StudyTime = "", ""
    for key, value in keys.items():
        setattr(identifier, key, value)
    found = [data for status, data in association.send_c_find(identifier, FIND) if status.Status in (0xFF00, 0xFF01)]
    return sorted(data.StudyDate for data in found)


def test_only_what_is_done_is_granted(server):
    for wanted, granted in (([1] * 7, [1] * 7), ([1] * 8, [1] * 7), ([0, 0, 1], [0, 0, 1]), ([1], [1]),
                            ([0] * 5 + [1, 0], [0] * 5 + [1, 0])):
        association = associate(server, [FIND], ext_neg=[asked(*wanted)])
        assert association.acceptor.sop_class_extended == {FIND: bytes(granted)}
        association.release()


def test_keys_ask_for_no_value_and_for_one_of_several(server, stored):
    """PS3.4 C.2.2.2.7 and C.2.2.2.8."""
    keys = {"StudyDate": "20260101-20260103"}
    association = associate(server, [FIND], ext_neg=[asked(0, 0, 0, 0, 0, 1, 1)])
    assert dates(association, **keys, AccessionNumber='""') == ["20260102", "20260103"]
    assert dates(association, **keys, PatientID='""') == []
    assert dates(association, **keys, PatientID=["N0", "N2", "N9"]) == ["20260101", "20260103"]
    assert dates(association, **keys, AccessionNumber='""', PatientID=["N0", "N2"]) == ["20260103"]
    assert dates(association, StudyDate=["20260102", "20260103"]) == ["20260102", "20260103"]
    association.release()
    association = associate(server, [FIND])
    assert dates(association, **keys, AccessionNumber='""') == []
    association.release()


def test_the_hierarchy_holds_unless_it_is_negotiated_away(server, stored):
    """PS3.4 C.4.1.2.2.1 and C.4.2.2.1: one value for each unique key above the level."""
    study = "1.2.826.0.1.3680043.10.999.2"
    keys = {"StudyInstanceUID": study, "SeriesInstanceUID": study + ".1", "SOPInstanceUID": study + ".1.1"}
    cases = [("SERIES", "StudyInstanceUID"), ("IMAGE", "StudyInstanceUID"), ("IMAGE", "SeriesInstanceUID")]
    patient = PatientRootQueryRetrieveInformationModelFind
    for sop_class, asks in ((FIND, "send_c_find"), (StudyRootQueryRetrieveInformationModelGet, "send_c_get"),
                            (patient, "send_c_find")):
        is_find = asks == "send_c_find"
        for relational in (0, 1):
            item = SOPClassExtendedNegotiation()
            item.sop_class_uid = sop_class
            item.service_class_application_information = bytes([relational, 0, 0] if is_find else [relational])
            association = associate(
                server, [sop_class, CTImageStorage], ext_neg=[item, build_role(CTImageStorage, scp_role=True)],
                evt_handlers=[(evt.EVT_C_STORE, lambda event: 0)])

            def statuses(level, without, several=None):
                identifier = pydicom.Dataset()
                identifier.QueryRetrieveLevel = level
                if sop_class == patient:
                    identifier.PatientID = "N1"
                for key, value in keys.items():
                    if key not in without and (level == "IMAGE" or key != "SOPInstanceUID"):
                        setattr(identifier, key, value)
                for key in several or ():
                    setattr(identifier, key, [keys[key], "1.2.3"])
                if "PatientID" in without:
                    del identifier.PatientID
                return [status for status, _ in getattr(association, asks)(identifier, sop_class)]

            assert statuses("IMAGE", [])[-1].Status == 0
            more = [("STUDY", "PatientID"), ("IMAGE", "PatientID")] if sop_class == patient else []
            for level, key in cases + more:
                answer = statuses(level, [key])
                assert answer[-1].Status == (0x0000 if relational else 0xA900), (sop_class, level, key)
                assert len(answer) == (2 if relational and is_find else 1)
            assert statuses("SERIES", [], ["StudyInstanceUID"])[-1].Status == (0x0000 if relational else 0xA900)
            association.release()


def test_thousands_of_answers_are_streamed(server):
    image = pydicom.Dataset()
    image.file_meta = pydicom.dataset.FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID, image.Modality = CTImageStorage, "CT"
    image.PatientName, image.PatientID, image.StudyDate = "Many^Images", "MANY", ""
    image.StudyInstanceUID = "1.2.826.0.1.3680043.10.999.77"
    image.SeriesInstanceUID = image.StudyInstanceUID + ".1"
    count, form = 3_000, "/dicom-web/studies"
    parts = []
    for number in range(count):
        image.InstanceNumber, image.SOPInstanceUID = number, f"{image.SeriesInstanceUID}.{number + 1}"
        file = io.BytesIO()
        image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
        pydicom.dcmwrite(file, image, enforce_file_format=True)
        parts.append(b"--x\r\nContent-Type: application/dicom\r\n\r\n" + file.getvalue() + b"\r\n")
    status, _, body = server.request(
        form, "POST", b"".join(parts) + b"--x--\r\n",
        {"Content-Type": 'multipart/related; type="application/dicom"; boundary=x'}, timeout=120)
    assert status == 200, body[:300]
    asked_for = pydicom.Dataset()
    asked_for.QueryRetrieveLevel, asked_for.SOPInstanceUID, asked_for.InstanceNumber = "IMAGE", "", ""
    asked_for.StudyInstanceUID, asked_for.SeriesInstanceUID = image.StudyInstanceUID, image.SeriesInstanceUID
    association = associate(server, [FIND])
    answers = [(status.Status, found) for status, found in association.send_c_find(asked_for, FIND)]
    association.release()
    assert [status for status, _ in answers] == [0xFF00] * count + [0x0000]
    assert sorted(int(found.InstanceNumber) for _, found in answers[:-1]) == list(range(count))


def test_dates_and_times_are_matched_together(server, stored):
    keys = {"StudyDate": "20260101-20260103", "StudyTime": "1000-1700"}
    association = associate(server, [FIND])
    assert dates(association, **keys) == ["20260102"]
    association.release()
    association = associate(server, [FIND], ext_neg=[asked(1, 1, 0)])
    assert dates(association, **keys) == ["20260102"]
    assert dates(association, StudyDate="20260101-20260103", StudyTime="0800-1900") == [
        "20260101", "20260102", "20260103"]
    # From the first at ten to the third at nine: by hours of the day there would be none.
    assert dates(association, StudyDate="20260101-20260103", StudyTime="1000-0900") == ["20260102"]
    assert dates(association, StudyDate="20260101-", StudyTime="0900-") == ["20260101", "20260102", "20260103"]
    assert dates(association, StudyDate="-20260103", StudyTime="-1759") == ["20260101", "20260102"]
    association.release()


def test_names_are_matched_across_accents(server, stored):
    association = associate(server, [FIND])
    assert dates(association, SpecificCharacterSet="ISO_IR 192", PatientName="juergen") == []
    association.release()
    association = associate(server, [FIND], ext_neg=[asked(0, 0, 1)])
    assert len(dates(association, SpecificCharacterSet="ISO_IR 192", PatientName="muller jurgen")) == 3
    association.release()


def test_clocks_elsewhere(server, ct_files):
    association = associate(server, [CTImageStorage])
    # Half past midnight in the east is the evening before in the west; the third does not say where it was made.
    for number, (zone, date, hour) in enumerate([
            ("+0900", "20260510", "003000"), ("-0500", "20260509", "103000.125"), ("+0000", "20260509", "235900")]):
        image = pydicom.dcmread(ct_files[number])
        image.StudyInstanceUID = f"1.2.826.0.1.3680043.10.998.{number + 1}"
        image.SeriesInstanceUID = image.StudyInstanceUID + ".1"
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = image.StudyInstanceUID + ".1.1"
        image.StudyDate, image.StudyTime, image.PatientID = date, hour, "ZONES"
        image.TimezoneOffsetFromUTC = zone
        assert association.send_c_store(image).Status == 0x0000
    association.release()

    def moments(flags, **keys):
        association = associate(server, [FIND], ext_neg=[asked(*flags)])
        identifier = pydicom.Dataset()
        identifier.QueryRetrieveLevel, identifier.PatientID = "STUDY", "ZONES"
        identifier.StudyDate, identifier.StudyTime, identifier.StudyInstanceUID = "", "", ""
        for key, value in keys.items():
            setattr(identifier, key, value)
        found = [(data.StudyInstanceUID[-1], data.StudyDate, data.StudyTime, data.get("TimezoneOffsetFromUTC"))
                 for status, data in association.send_c_find(identifier, FIND) if data]
        association.release()
        return sorted(found)

    utc = {"TimezoneOffsetFromUTC": "+0000"}
    assert moments([0, 0, 0, 1], **utc) == [
        ("1", "20260509", "153000", "+0000"), ("2", "20260509", "153000.125", "+0000"),
        ("3", "20260509", "235900", "+0000")]
    east = {"TimezoneOffsetFromUTC": "+0900"}
    assert [each[0] for each in moments([0, 0, 0, 1], StudyDate="20260510", **east)] == ["1", "2", "3"]
    assert moments([0, 0, 0, 1], StudyDate="20260510", StudyTime="0000-0100", **east) == [
        ("1", "20260510", "003000", "+0900"), ("2", "20260510", "003000.125", "+0900")]
    both = moments([0, 1, 0, 1], StudyDate="20260509-20260510", StudyTime="2200-0100", **east)
    assert [each[0] for each in both] == ["1", "2"]
    assert [each[0] for each in moments([0, 0, 0, 1], StudyDate="20260509", **east)] == []
    # Without the negotiation each is matched as it was stored.
    assert [each[0] for each in moments([0, 0, 0, 0], StudyDate="20260510", **east)] == ["1"]


def test_what_is_bulk_data_stays_here(server, ct_files):
    image = pydicom.dcmread(ct_files[0])
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.10.997.1"
    for group in (0x6000, 0x6002):
        image.add_new((group, 0x0010), "US", 8)
        image.add_new((group, 0x0011), "US", 8)
        image.add_new((group, 0x3000), "OW", bytes(8))
    image.add_new((0x5000, 0x0005), "US", 1)
    image.add_new((0x5000, 0x3000), "OW", bytes(8))
    image.add_new((0x5000, 0x200C), "OW", bytes(8))
    image.add_new((0x0042, 0x0011), "OB", bytes(8))
    image.add_new((0x0028, 0x7FE0), "UR", "http://pixels.example/1")
    image.add_new((0x5600, 0x0020), "OF", bytes(8))
    association = associate(server, [CTImageStorage])
    assert association.send_c_store(image).Status == 0x0000
    association.release()
    status, received = fetch(
        server, CompositeInstanceRetrieveWithoutBulkDataGet, "IMAGE", "1.2.826.0.1.3680043.10.997.1")
    bulk = {0x7FE00010, 0x00287FE0, 0x56000020, 0x60003000, 0x60023000, 0x50003000, 0x5000200C, 0x00420011}
    stored_tags = {int(each.tag) for each in image if each.tag.group != 2}
    assert status == 0 and {int(each.tag) for each in received[0]} == stored_tags - bulk


def fetch(server, model, level, instance):
    received = []

    def store(event):
        received.append(event.dataset)
        return 0x0000

    ae = AE(ae_title="PYNETDICOM")
    ae.add_requested_context(model)
    ae.add_requested_context(CTImageStorage)
    association = ae.associate(
        "127.0.0.1", server.dicom_port, ae_title="MARTLET", ext_neg=[build_role(CTImageStorage, scp_role=True)],
        evt_handlers=[(evt.EVT_C_STORE, store)])
    identifier = pydicom.Dataset()
    identifier.QueryRetrieveLevel = level
    identifier.SOPInstanceUID = instance
    statuses = [status.Status for status, _ in association.send_c_get(identifier, model)]
    association.release()
    return statuses[-1], received


def test_instances_are_retrieved_by_their_uid_alone(server, stored):
    uid = "1.2.826.0.1.3680043.10.999.2.1.1"
    status, received = fetch(server, CompositeInstanceRootRetrieveGet, "IMAGE", uid)
    assert status == 0 and [each.SOPInstanceUID for each in received] == [uid] and "PixelData" in received[0]
    status, received = fetch(server, CompositeInstanceRetrieveWithoutBulkDataGet, "IMAGE", uid)
    assert status == 0 and [each.SOPInstanceUID for each in received] == [uid]
    assert "PixelData" not in received[0] and received[0].Rows > 0
    status, received = fetch(server, CompositeInstanceRootRetrieveGet, "STUDY", uid)
    assert status == 0xA900 and received == []


def test_corrections_go_out_without_bulk_data_too(server, stored):
    uid = "1.2.826.0.1.3680043.10.999.3"
    server.command(
        "correct", "update", "--data", server.data, "--study", uid, "--set", "StudyDescription=Corrected by hand")
    status, received = fetch(server, CompositeInstanceRetrieveWithoutBulkDataGet, "IMAGE", uid + ".1.1")
    assert status == 0 and received[0].StudyDescription == "Corrected by hand"


CINE, FRAMES = "1.2.840.10008.5.1.4.1.1.3.1", "1.2.826.0.1.3680043.10.996.1"


@pytest.fixture(scope="module")
def cine(server):
    """Five frames, a tenth of a second each, plain and compressed."""
    ae = AE(ae_title="PYNETDICOM")
    for syntax in (ExplicitVRLittleEndian, RLELossless):
        ae.add_requested_context(CINE, syntax)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    for syntax, uid in ((ExplicitVRLittleEndian, FRAMES), (RLELossless, FRAMES + ".2")):
        image = pydicom.Dataset()
        image.file_meta = pydicom.dataset.FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = CINE
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = uid
        image.StudyInstanceUID, image.SeriesInstanceUID = FRAMES + ".8", FRAMES + ".9"
        image.PatientID, image.PatientName, image.Modality = "CINE", "CINE", "US"
        image.Rows, image.Columns, image.SamplesPerPixel, image.NumberOfFrames = 8, 8, 1, 5
        image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 8, 8, 7, 0
        image.PhotometricInterpretation, image.FrameTime = "MONOCHROME2", "100"
        image.PixelData = b"".join(bytes([10 * (frame + 1)] * 64) for frame in range(5))
        if syntax == RLELossless:
            image.compress(RLELossless, generate_instance_uid=False)
        assert association.send_c_store(image).Status == 0x0000
    association.release()


def retrieved(server, model, context, uid=FRAMES, **keys):
    """The status and what came: by C-GET."""
    received = []

    def store(event):
        received.append(event.dataset)
        received[-1].file_meta = event.file_meta
        return 0x0000

    ae = AE(ae_title="PYNETDICOM")
    ae.add_requested_context(model)
    ae.add_requested_context(CINE, context)
    association = ae.associate(
        "127.0.0.1", server.dicom_port, ae_title="MARTLET", ext_neg=[build_role(CINE, scp_role=True)],
        evt_handlers=[(evt.EVT_C_STORE, store)])
    identifier = pydicom.Dataset()
    identifier.QueryRetrieveLevel, identifier.SOPInstanceUID = "FRAME", uid
    for keyword, value in keys.items():
        setattr(identifier, keyword, value)
    statuses = [status.Status for status, _ in association.send_c_get(identifier, model)]
    association.release()
    return statuses[-1], received


# PS3.4 §Y.3.3, table Y.6.1.1.3.
@pytest.mark.parametrize("uid, syntax", [(FRAMES, ExplicitVRLittleEndian), (FRAMES + ".2", RLELossless)])
@pytest.mark.parametrize("keys, greys", [
    ({"SimpleFrameList": [2, 5, 9]}, [20, 50]), ({"CalculatedFrameList": [1, 5, 2]}, [10, 30, 50]),
    ({"CalculatedFrameList": [1, 1, 1, 4, 9, 1]}, [10, 40, 50]), ({"TimeRange": [0.1, 0.25]}, [20, 30])])
def test_frames_are_retrieved(server, cine, uid, syntax, keys, greys):
    status, received = retrieved(server, CompositeInstanceRootRetrieveGet, syntax, uid, **keys)
    assert status == 0x0000
    made, = received
    assert made.SOPInstanceUID != uid and made.NumberOfFrames == len(greys)
    assert made.FrameExtractionSequence[0].MultiFrameSourceSOPInstanceUID == uid
    assert made.StudyInstanceUID == FRAMES + ".8"
    frames = made.pixel_array.reshape(len(greys), 8, 8)
    assert [int(frame.min()) for frame in frames] == [int(frame.max()) for frame in frames] == greys


@pytest.mark.parametrize("keys, expected", [
    ({"SimpleFrameList": [6, 7]}, 0xAA00), ({}, 0xAA04), ({"SimpleFrameList": [1], "TimeRange": [0, 1]}, 0xAA04),
    ({"CalculatedFrameList": [1, 2]}, 0xAA04), ({"TimeRange": [1, 0]}, 0xAA04)])
def test_frames_that_are_not_there(server, cine, keys, expected):
    status, received = retrieved(server, CompositeInstanceRootRetrieveGet, ExplicitVRLittleEndian, **keys)
    assert status == expected and received == []


def test_frames_are_moved(server, cine):
    received = []
    receiver = AE(ae_title="MOVIES")
    receiver.add_supported_context(CINE, ExplicitVRLittleEndian)

    def store(event):
        received.append(event.dataset)
        return 0x0000

    listening = receiver.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, store)])
    server.add_node("MOVIES", "127.0.0.1", listening.socket.getsockname()[1])
    association = associate(server, [CompositeInstanceRootRetrieveMove])
    identifier = pydicom.Dataset()
    identifier.QueryRetrieveLevel, identifier.SOPInstanceUID, identifier.SimpleFrameList = "FRAME", FRAMES, [3]
    statuses = [status.Status for status, _ in association.send_c_move(
        identifier, "MOVIES", CompositeInstanceRootRetrieveMove)]
    association.release()
    listening.shutdown()
    assert statuses[-1] == 0x0000
    assert [each.PixelData for each in received] == [bytes([30] * 64)]


def test_frames_of_what_has_no_time(server, stored):
    status, received = retrieved(
        server, CompositeInstanceRootRetrieveGet, ExplicitVRLittleEndian, "1.2.826.0.1.3680043.10.999.2.1.1",
        TimeRange=[0.0, 1.0])
    assert status == 0xAA03 and received == []


def token(claims, secret=SECRET, algorithm="HS256"):
    def encoded(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    parts = b".".join(encoded(json.dumps(each).encode()) for each in ({"alg": algorithm, "typ": "JWT"}, claims))
    return parts + b"." + (encoded(hmac.new(secret, parts, hashlib.sha256).digest()) if algorithm != "none" else b"")


@pytest.mark.parametrize("kind, field, accepted", [
    (5, token({"sub": "admin", "exp": time.time() + 86_400}), True),
    (5, token({"sub": "admin", "exp": time.time() - 600}), False),
    (5, token({"sub": "nobody", "exp": time.time() + 86_400}), False),
    (5, token({"sub": "admin"}), False),
    (5, token({"sub": "admin", "exp": time.time() + 86_400}, secret=b"another"), False),
    (5, token({"sub": "admin", "exp": time.time() + 86_400}, algorithm="none"), False),
    (5, b"rubbish", False),
    (3, b"a Kerberos ticket", False),
    (4, b"<saml/>", False)])
def test_identities(server, kind, field, accepted):
    identity = UserIdentityNegotiation()
    identity.user_identity_type = kind
    identity.primary_field = field
    identity.positive_response_requested = True
    association = associate(server, [Verification], established=accepted, ext_neg=[identity])
    if accepted:
        association.release()
    else:
        assert association.is_rejected
