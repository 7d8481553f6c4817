# SPDX-License-Identifier: Apache-2.0
"""Images that are compressed when their study is gathered: receivers get the very data set that came, or the compressed
one where they take nothing else."""
import json
import shutil
import subprocess
import time

import corpus
import multipart
import pydicom
import pytest
from martlet_server import MartletServer
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelGet
from test_life_cycle import send, wait_settled

EXPLICIT, JPEG_LS = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.80"
FILES = 12


@pytest.fixture
def site(tmp_path):
    """A server that compresses at once, with a second copy."""
    environment = {
        "MARTLET_SETTLE_MINUTES": "0", "MARTLET_RELEASE_MINUTES": "0", "MARTLET_COMPRESSION": "MR=none,*=jpegls",
        "MARTLET_COPY": str(tmp_path / "copy"), "MARTLET_COPY_BEFORE_ANSWER": "true"}
    server = MartletServer(tmp_path / "data", environment=environment)
    server.add_user()
    server.create_token()
    server.start()
    yield server
    server.stop()


def data_sets(files):
    """The bytes of data sets by SOP Instance UID."""
    result = {}
    for file in files:
        content = file.read_bytes()
        result[str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID)] = content[
            corpus.data_set_offset(content)[1]:]
    return result


def by_web(server, study, syntax):
    status, headers, body = server.request(
        f"/dicom-web/studies/{study}",
        headers={"Accept": f'multipart/related; type="application/dicom"; transfer-syntax={syntax}'}, timeout=300)
    assert status == 200, (status, body[:300])
    parts = [part for _, part in multipart.decode(headers["Content-Type"], body)]
    found = {}
    for part in parts:
        meta, at = corpus.data_set_offset(part)
        uid = str(pydicom.dcmread(pydicom.filebase.DicomBytesIO(part), stop_before_pixels=True).SOPInstanceUID)
        found[uid] = part[at:]
    return found


def by_get(server, header, syntaxes):
    """What C-GET gives who accepts these transfer syntaxes: syntax and bytes by SOP Instance UID."""
    found = {}

    def keep(event):
        found[str(event.request.AffectedSOPInstanceUID)] = (
            str(event.context.transfer_syntax), event.request.DataSet.getvalue())
        return 0

    ae = AE(ae_title="TESTER")
    ae.add_requested_context(StudyRootQueryRetrieveInformationModelGet)
    for syntax in syntaxes:
        ae.add_requested_context(header.SOPClassUID, syntax)
    association = ae.associate(
        "127.0.0.1", server.dicom_port, ae_title="MARTLET", ext_neg=[build_role(header.SOPClassUID, scp_role=True)],
        evt_handlers=[(evt.EVT_C_STORE, keep)])
    assert association.is_established
    identifier = pydicom.Dataset()
    identifier.QueryRetrieveLevel = "STUDY"
    identifier.StudyInstanceUID = header.StudyInstanceUID
    statuses = [status.Status for status, _ in association.send_c_get(
        identifier, StudyRootQueryRetrieveInformationModelGet)]
    association.release()
    assert statuses[-1] == 0
    return found


def findings(server, **environment):
    server.environment.update(environment)
    done = server.command("check", "--json", "--data", server.data, expect=None)
    return [json.loads(line) for line in done.stdout.splitlines()][:-1]


def test_what_came_is_what_goes_out(site, ct_files, ct_study, tmp_path):
    files = ct_files[:FILES]
    send(site, files)
    wait_settled(site, 1)
    sent = data_sets(files)
    study = ct_study.StudyInstanceUID
    end = time.monotonic() + 60
    while {each[0] for each in by_get(site, ct_study, [JPEG_LS]).values()} != {JPEG_LS}:
        assert time.monotonic() < end, site.log_tail()
        time.sleep(0.5)

    # By the web, and by DIMSE for who accepts the transfer syntax of the arrival, alone or beside the other.
    assert by_web(site, study, "*") == sent
    for syntaxes in ([EXPLICIT], [JPEG_LS, EXPLICIT]):
        found = by_get(site, ct_study, syntaxes)
        assert {uid: body for uid, (_, body) in found.items()} == sent
    folder = tmp_path / "got"
    folder.mkdir()
    subprocess.run(
        ["getscu", "-S", "+xe", "+B", "-aec", "MARTLET", "-od", str(folder), site.host, str(site.dicom_port), "-k",
         "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}"], check=True, timeout=120)
    assert data_sets(sorted(folder.iterdir())) == sent

    # The compressed form for who names it: the same pixels, by another decoder, in fewer bytes.
    compressed = by_web(site, study, JPEG_LS)
    assert all(len(compressed[uid]) < len(sent[uid]) for uid in sent)
    if shutil.which("dcmdjpls"):
        got = by_get(site, ct_study, [JPEG_LS])
        uid = next(iter(sent))
        file, plain = tmp_path / "compressed.dcm", tmp_path / "plain.dcm"
        meta = pydicom.dataset.FileMetaDataset()
        meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = JPEG_LS, ct_study.SOPClassUID
        meta.MediaStorageSOPInstanceUID = uid
        with open(file, "wb") as target:
            target.write(b"\0" * 128 + b"DICM")
            pydicom.filewriter.write_file_meta_info(target, meta)
            target.write(got[uid][1])
        subprocess.run(["dcmdjpls", str(file), str(plain)], check=True)
        original = next(each for each in map(pydicom.dcmread, files) if each.SOPInstanceUID == uid)
        assert pydicom.dcmread(plain).PixelData == original.PixelData

    # What comes again is known, the files are whole on both sides, and the index can be built from them.
    send(site, files[:3])
    assert len(site.json(f"/dicom-web/studies/{study}/instances?limit=100")) == FILES
    assert not site.json("/api/v1/incidents")["incidents"]
    site.stop()
    assert findings(site) == []
    site.lose_index()
    done = json.loads(site.command("reindex", "--json", "--data", site.data).stdout)
    assert done["unusable"] == []
    site.add_user()
    site.create_token()
    site.start()
    assert by_web(site, study, "*") == sent
    site.stop()
    assert findings(site, MARTLET_STORAGE=str(tmp_path / "copy"), MARTLET_COPY="") == []
