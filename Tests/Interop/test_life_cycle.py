# SPDX-License-Identifier: Apache-2.0
"""What becomes of a study after its arrival: it is settled, checked, and its index can be rebuilt from files alone."""
import io
import json
import time

import pydicom
import pytest
from martlet_server import MartletServer

# The server looks for quiet studies that often, and a little more.
SETTLE_SECONDS = 60


@pytest.fixture
def hasty(tmp_path):
    """A running server whose studies are quiet at once, and whose old places are given back at once."""
    server = MartletServer(
        tmp_path / "data", environment={"MARTLET_SETTLE_MINUTES": "0", "MARTLET_RELEASE_MINUTES": "0"})
    server.add_user()
    server.create_token()
    server.start()
    yield server
    server.stop()


def send(server, files):
    server.command("send", "--called", server.ae_title, server.host, server.dicom_port, *files)


def wait_settled(server, studies):
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end:
        if len(list(server.data.glob("studies/*/*.tar"))) >= studies:
            return
        time.sleep(0.5)
    raise AssertionError(f"nothing was settled in {SETTLE_SECONDS} s:\n{server.log_tail()}")


def retrieved(server, dataset):
    path = (f"/dicom-web/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
            f"/instances/{dataset.SOPInstanceUID}")
    status, _, body = server.request(path, headers={"Accept": "application/dicom; transfer-syntax=*"})
    assert status == 200, (path, status, body[:300])
    return pydicom.dcmread(io.BytesIO(body))


def answers(server):
    """All that QIDO-RS tells, in a fixed order."""
    def ordered(values, tag):
        return sorted(values or [], key=lambda each: each[tag]["Value"][0])
    studies = ordered(server.json("/dicom-web/studies?includefield=all"), "0020000D")
    for study in studies:
        study.pop("00081190", None)
    return studies, [
        ordered(server.json(f"/dicom-web/{level}?limit=1000&includefield=all"), tag)
        for level, tag in (("series", "0020000E"), ("instances", "00080018"))]


def test_a_quiet_study_is_settled_and_served_from_its_file(hasty, ct_files):
    send(hasty, ct_files)
    wait_settled(hasty, 1)
    for file in ct_files[::7]:
        original = pydicom.dcmread(file)
        assert retrieved(hasty, original) == original
    done = hasty.command("check", "--json", "--data", hasty.data)
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["findings"] == 0 and summary["objects"] == len(ct_files)


def test_damage_is_found(hasty, mr_files):
    send(hasty, mr_files)
    wait_settled(hasty, 1)
    hasty.stop()
    file, = hasty.data.glob("studies/*/*.tar")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    done = hasty.command("check", "--json", "--data", hasty.data, expect=1)
    findings = [json.loads(line) for line in done.stdout.splitlines()][:-1]
    assert [each["kind"] for each in findings] == ["forged", "damaged"]
    assert findings[1]["file"] == str(file.relative_to(hasty.data))


def test_the_index_is_rebuilt_from_files_alone(hasty, ct_files, mr_files):
    send(hasty, ct_files)
    wait_settled(hasty, 1)
    send(hasty, mr_files)
    before = answers(hasty)
    hasty.stop()
    hasty.lose_index()
    done = json.loads(hasty.command("reindex", "--json", "--data", hasty.data).stdout)
    assert done["indexed"] == len(ct_files) + len(mr_files) and done["unusable"] == []
    hasty.add_user()
    hasty.create_token()
    hasty.start()
    assert answers(hasty) == before
    hasty.command("reindex", "--data", hasty.data, expect=1)


def forged(server):
    done = server.command("check", "--json", "--data", server.data, expect=None)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [each["object"] for each in lines[:-1] if each["kind"] == "forged"], lines[-1]["signed"]


def signer(file):
    text = file.read_bytes()
    at = text.index(b"martlet-signature 1")
    return text[at:].split(b"\n")[2].split()[1].decode()


def test_manifests_are_signed_and_a_silent_change_names_the_study(hasty, ct_files, mr_files):
    key = hasty.data.parent / (hasty.data.name + ".key")
    assert key.stat().st_mode & 0o777 == 0o600
    first = key.read_text()
    send(hasty, ct_files)
    wait_settled(hasty, 1)
    signers = [signer(file) for file in hasty.data.glob("studies/*/*.tar")]
    assert forged(hasty) == ([], 1)
    hasty.command("keys", "rotate", "--data", hasty.data)
    assert key.read_text() != first
    # Of the same study: it is gathered anew, and signed by the new key.
    send(hasty, mr_files)
    end = time.monotonic() + SETTLE_SECONDS
    while [file.name[-6:] for file in hasty.data.glob("studies/*/*.tar")] != ["~2.tar"]:
        assert time.monotonic() < end, hasty.log_tail()
        time.sleep(0.5)
    signers += [signer(file) for file in hasty.data.glob("studies/*/*.tar")]
    keys = json.loads(hasty.command("keys", "--json", "--data", hasty.data).stdout)
    assert [each["isTrusted"] for each in keys] == [True, True] and keys[1]["previous"] == keys[0]["name"]
    assert signers == [each["name"] for each in keys]
    assert forged(hasty) == ([], 1)
    hasty.stop()
    # A digest in the manifest, where no checksum of an object looks.
    study = pydicom.dcmread(mr_files[0], stop_before_pixels=True).StudyInstanceUID
    file, = hasty.data.glob("studies/*/*.tar")
    content = bytearray(file.read_bytes())
    at = content.index(b'"sha256":"') + len(b'"sha256":"')
    content[at] = ord("1") if content[at] == ord("0") else ord("0")
    file.write_bytes(content)
    assert forged(hasty) == ([study], 0)
