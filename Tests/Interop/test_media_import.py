# SPDX-License-Identifier: Apache-2.0
"""Media come into the archive: from folders and ZIP files on the command line, by upload; hostile files do not."""
import io
import json
import os
import shutil
import stat
import struct
import subprocess
import zipfile

import pydicom
import pytest
from martlet_server import MartletServer, binary
from pydicom.fileset import FileSet
from pydicom.uid import generate_uid

ZIP = {"Content-Type": "application/zip"}


def martlet(*arguments, expect=0):
    done = subprocess.run(
        [str(binary()), *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == expect, (arguments, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done


@pytest.fixture(scope="module")
def medium(ct_files, mr_files, tmp_path_factory):
    """A file-set as pydicom writes one, with a text beside it."""
    folder = tmp_path_factory.mktemp("medium") / "set"
    files = FileSet()
    for path in [*ct_files[:5], *mr_files[:3]]:
        files.add(path)
    files.write(folder)
    (folder / "README.TXT").write_text("A disc of somebody's.\n")
    return folder


def packed(folder, path, compression=zipfile.ZIP_DEFLATED, root=""):
    with zipfile.ZipFile(path, "w", compression) as target:
        for file in sorted(folder.rglob("*")):
            target.write(file, root + str(file.relative_to(folder)))
    return path


def instances(folder):
    return {record.SOPInstanceUID for record in FileSet(folder / "DICOMDIR")}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    server = MartletServer(tmp_path_factory.mktemp("site") / "data")
    server.add_user()
    server.add_user("clinician", "clinician")
    clinician = server.create_token("clinician")
    server.create_token()
    server.start()
    yield server, clinician
    server.stop()


def upload(server, body, **options):
    status, headers, answer = server.request("/api/v1/media", "POST", body, ZIP, **options)
    if status != 200:
        return status, json.loads(answer)
    assert headers["Content-Type"] == "application/x-ndjson"
    return status, [json.loads(line) for line in answer.splitlines()]


def stored(server):
    found = server.json("/dicom-web/instances?limit=5000")
    return {each["00080018"]["Value"][0] for each in found or []}


def test_the_command_takes_folders_and_zip_files(medium, tmp_path):
    data = tmp_path / "data"
    number = len(instances(medium))
    first = json.loads(martlet("media", "import", "--json", "--data", data, medium).stdout)
    assert first["summary"]["stored"] == number and first["summary"]["ignored"] == 2 and first["missing"] == []
    # Packed by others: Info-ZIP's and Python's, deflated and stored, in a folder of its own.
    plain = packed(medium, tmp_path / "plain.zip", zipfile.ZIP_STORED, root="disc/")
    again = json.loads(martlet("media", "import", "--json", "--data", data, plain, medium).stdout)
    assert again["summary"]["duplicates"] == 2 * number and again["summary"]["stored"] == 0 and again["missing"] == []
    other = tmp_path / "other"
    if shutil.which("zip"):
        subprocess.run(["zip", "-q", "-r", tmp_path / "info.zip", "."], cwd=medium, check=True)
    else:
        packed(medium, tmp_path / "info.zip")
    taken = martlet("media", "import", "--data", other, tmp_path / "info.zip").stdout
    assert f"{number} stored" in taken and "2 not DICOM" in taken


def test_what_the_directory_names_and_is_not_there_is_told(medium, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(medium, broken)
    record = next(iter(FileSet(medium / "DICOMDIR")))
    lost = broken / os.path.relpath(record.path, medium)
    lost.unlink()
    name = str(lost.relative_to(broken))
    left = len(instances(medium)) - 1
    for number, path in enumerate((broken, packed(broken, tmp_path / "broken.zip"))):
        data = tmp_path / f"data{number}"
        report = json.loads(martlet("media", "import", "--json", "--data", data, path, expect=1).stdout)
        assert report["missing"] == [name] and report["summary"]["stored"] == left


def test_an_upload_is_in_the_archive(site, medium, tmp_path):
    server, clinician = site
    body = packed(medium, tmp_path / "disc.zip").read_bytes()
    status, lines = upload(server, body)
    assert status == 200 and lines[-1]["state"] == "done" and all(line["state"] == "running" for line in lines[:-1])
    last = lines[-1]
    assert (last["stored"], last["ignored"], last["failed"]) == (len(instances(medium)), 2, 0)
    assert last["total"] == last["files"] and last["troubles"] == [] and last["missing"] == []
    assert stored(server) == instances(medium)
    assert upload(server, body)[1][-1]["duplicates"] == len(instances(medium))
    refused = server.request("/api/v1/media", "POST", body, {**ZIP, "Authorization": f"Bearer {clinician}"})
    assert refused[0] == 403
    assert server.request("/api/v1/media", "POST", body, {"Content-Type": "text/plain"})[0] == 415
    assert list((server.data / "uploads").iterdir()) == []


def test_what_leaves_comes_in_elsewhere(site, medium, tmp_path):
    """The ZIP file of an export, with its icons, is taken by another archive as it is."""
    server, _ = site
    upload(server, packed(medium, tmp_path / "disc.zip").read_bytes())
    studies = {record.StudyInstanceUID for record in FileSet(medium / "DICOMDIR")}
    status, _, body = server.request("/api/v1/media?" + "&".join(f"study={uid}" for uid in studies))
    assert status == 200
    (tmp_path / "export.zip").write_bytes(body)
    report = json.loads(
        martlet("media", "import", "--json", "--data", tmp_path / "data", tmp_path / "export.zip").stdout)
    assert report["summary"]["stored"] == len(instances(medium)) and report["missing"] == []


def made(entries):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries:
            target.writestr(name, content)
    return body.getvalue()


def an_object(ct_files):
    dataset = pydicom.dcmread(ct_files[0])
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    body = io.BytesIO()
    dataset.save_as(body)
    return dataset.SOPInstanceUID, body.getvalue()


def test_hostile_files_are_refused_as_a_whole(site, ct_files, tmp_path):
    server, _ = site
    before = stored(server)
    uid, good = an_object(ct_files)
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    bomb = made([("IM1", good), ("black", bytes(400 << 20))])
    assert len(bomb) < 1 << 20
    whole = made([("IM1", good), ("IM2", b"text")])
    overlapping = bytearray(whole)
    second = overlapping.index(b"PK\x01\x02", overlapping.index(b"PK\x01\x02") + 1)
    overlapping[second + 42:second + 46] = bytes(4)
    encrypted = bytearray(whole)
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    cases = {
        "notAZip": [b"", b"no zip at all", whole[:-1], good], "damagedZip": [whole[100:]],
        "refusedZip": [made([("IM1", good), ("../../etc/cron.d/x", b"x")]), made([("/IM1", good)]),
                       made([("C:\\IM1", good)]), made([(link, b"/etc/passwd"), ("IM1", good)]), bytes(overlapping),
                       bytes(encrypted)],
        "limitExceeded": [bomb, made([(f"F{number}", b"") for number in range(200_001)] + [("IM1", good)])],
    }
    for code, bodies in cases.items():
        for body in bodies:
            status, problem = upload(server, body)
            assert (status, problem["code"]) == (413 if code == "limitExceeded" else 422, code), problem
            assert problem["detail"].endswith(".")
    # Nothing of them came in, and the next one does.
    assert stored(server) == before
    assert upload(server, made([("IM1", good)]))[1][-1]["stored"] == 1
    assert stored(server) == before | {uid}
    file = tmp_path / "bomb.zip"
    file.write_bytes(bomb)
    failed = martlet("media", "import", "--data", tmp_path / "data", file, expect=1)
    assert "unpacks to more than" in failed.stderr


def test_a_damaged_member_is_told_and_the_others_stay(site, ct_files):
    server, _ = site
    (first, one), (second, two) = an_object(ct_files), an_object(ct_files)
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_STORED) as target:
        target.writestr("IM1", one)
        target.writestr("IM2", two)
    damaged = bytearray(body.getvalue())
    damaged[damaged.index(one) + len(one) - 5] ^= 0xFF
    last = upload(server, bytes(damaged))[1][-1]
    assert (last["stored"], last["failed"]) == (1, 1) and last["troubles"][0]["file"] == "IM1"
    assert "checksum" in last["troubles"][0]["reason"]
    assert second in stored(server) and first not in stored(server)
    # One that lies about its length is cut there.
    lying = bytearray(body.getvalue())
    place = lying.index(b"PK\x01\x02")
    lying[place + 24:place + 28] = struct.pack("<I", 100)
    assert upload(server, bytes(lying))[0] == 422
