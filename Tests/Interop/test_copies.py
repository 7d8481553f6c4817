# SPDX-License-Identifier: Apache-2.0
"""The second copy of a running server: lost, brought back, and used in place of a folder that is gone for good."""
import json
import shutil
import time

import postgresql_server
import pytest
from martlet_server import MartletServer
from test_backup import send
from test_crash import stored_instances

SECONDS = 60


@pytest.fixture
def site(tmp_path):
    """A server with a second copy, written before the answer; studies are settled at once."""
    server = MartletServer(tmp_path / "data")
    copy = tmp_path / "copy"
    (server.data / "martlet.toml").write_text(
        f'copy = "{copy}"\ncopyBeforeAnswer = true\nsettleMinutes = 0\nreleaseMinutes = 0\n')
    server.add_user()
    server.create_token()
    server.start()
    yield server, copy
    server.stop()


def status(server):
    return json.loads(server.command("status", "--json", "--data", server.data, expect=None).stdout)


def wait_for(server, condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, (status(server), server.log_tail())
        time.sleep(0.2)


def wait_copy(server, state):
    wait_for(server, lambda: (status(server)["copy"] or {}).get("state") == state)


def settled(server):
    return len(list(server.data.glob("studies/*/*.tar")))


def check_findings(server):
    done = server.command("check", "--json", "--data", server.data)
    assert json.loads(done.stdout.splitlines()[-1])["findings"] == 0


def test_a_copy_that_went_away_is_an_alarm_and_catches_up(site, tmp_path):
    server, copy = site
    send(server, "2.25.8", 10)
    wait_copy(server, "inStep")
    copy.rename(tmp_path / "away")
    wait_copy(server, "copyGone")
    wait_for(server, lambda: "copyGone" in {each["kind"] for each in status(server)["alarms"]})
    send(server, "2.25.9", 10)
    wait_for(server, lambda: settled(server) == 2)
    text = server.request("/metrics")[2].decode()
    assert "copy_lag_seconds" in text
    (tmp_path / "away").rename(copy)
    wait_copy(server, "inStep")
    wait_for(server, lambda: sorted(each.name for each in copy.glob("studies/*/*.tar"))
             == sorted(each.name for each in server.data.glob("studies/*/*.tar")))
    wait_for(server, lambda: "copyGone" not in {each["kind"] for each in status(server)["alarms"]})
    check_findings(server)


@pytest.mark.skipif(bool(postgresql_server.environment()), reason="the index is not in the folder")
def test_a_lost_data_folder_comes_back_from_backup_and_copy(site, tmp_path):
    server, copy = site
    send(server, "2.25.8", 10)
    made = server.request(
        "/api/v1/corrections", method="POST", headers={"Content-Type": "application/json"},
        body=json.dumps({"kind": "update", "patient": {"id": "CRASH", "issuer": ""},
                         "values": {"PatientBirthDate": "19010203"}}).encode())
    assert made[0] == 201, made
    wait_for(server, lambda: settled(server) == 1)
    server.command("backup", tmp_path / "backup", "--data", server.data)
    # After the backup: the index that comes back knows nothing of them.
    send(server, "2.25.9", 25)
    server.kill()
    shutil.rmtree(server.data)
    server.data.mkdir()
    server.command("restore", tmp_path / "backup", "--data", server.data)
    done = json.loads(server.command("reindex", "--json", "--data", server.data).stdout)
    assert done["indexed"] == 35 and done["unusable"] == []
    server.start()
    check = server.json("/dicom-web/studies?includefield=all&StudyInstanceUID=2.25.8")[0]
    assert check["00100030"]["Value"] == ["19010203"]
    assert len(server.json("/dicom-web/instances?limit=1000")) == 35
    wait_copy(server, "inStep")
    wait_for(server, lambda: settled(server) == 2)
    # Now the copy is lost, and everything stands in the new folder.
    shutil.rmtree(copy)
    for study, count in (("2.25.8", 10), ("2.25.9", 25)):
        assert set(stored_instances(server, study)) == {f"{study}.{number}" for number in range(count)}
    check_findings(server)
