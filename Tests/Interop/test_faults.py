# SPDX-License-Identifier: Apache-2.0
"""A disk that fills under the running server: senders get A700, the administrator an alarm, and it recovers alone."""
import subprocess
import time

import pytest
from acknowledged import CT, data_set
from dicom_wire import EXPLICIT_LITTLE_ENDIAN, Wire
from martlet_server import MartletServer

OUT_OF_RESOURCES = 0xA700


@pytest.fixture
def small_disk(tmp_path):
    """A tmpfs of 48 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(path)], capture_output=True)
    if done.returncode != 0:
        pytest.skip("a tmpfs cannot be mounted here")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.fixture
def cramped(small_disk):
    server = MartletServer(
        small_disk / "data", environment={"MARTLET_SEGMENT_MEGABYTES": "2", "MARTLET_MINIMUM_FREE_MEGABYTES": "1"})
    server.log_path = small_disk.parent / "martlet.log"
    server.add_user()
    server.create_token()
    server.start()
    yield server
    server.stop()


def kinds(server):
    return [alarm["kind"] for alarm in server.json("/api/v1/status")["alarms"]]


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not come to that"
        time.sleep(0.2)


def test_a_full_disk_is_told_and_recovered_from(cramped, small_disk):
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(20 << 20))
    statuses = []
    with Wire("127.0.0.1", cramped.dicom_port, timeout=60) as wire:
        wire.associate([(1, CT, [EXPLICIT_LITTLE_ENDIAN])])
        while statuses.count(OUT_OF_RESOURCES) < 10 and len(statuses) < 300:
            uid = f"2.25.5.{len(statuses)}"
            statuses.append(wire.store(1, CT, uid, data_set("2.25.5", uid, 300_000)))
        assert set(statuses) == {0, OUT_OF_RESOURCES} and statuses.count(0) > 10
        assert "storageFull" in kinds(cramped)
        _, _, metrics = cramped.request("/metrics")
        assert b'martlet_alarm{kind="storageFull",severity="critical"} 1' in metrics
        ballast.unlink()
        # The same association goes on.
        assert wire.store(1, CT, "2.25.5.1000", data_set("2.25.5", "2.25.5.1000", 300_000)) == 0
    wait_for(lambda: kinds(cramped) == [])
    stored = cramped.json("/dicom-web/instances?limit=1000")
    assert len(stored) == statuses.count(0) + 1
    wait_for(lambda: "storageFull" in cramped.command("alarms", "--all", "--data", cramped.data, expect=None).stdout)
    wait_for(lambda: cramped.command("alarms", "--data", cramped.data, expect=None).stdout == "no alarm\n")
    cramped.command("check", "--data", cramped.data)


def test_the_alarm_is_over_when_there_is_room_also_without_senders(cramped, small_disk):
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(20 << 20))
    with Wire("127.0.0.1", cramped.dicom_port, timeout=60) as wire:
        wire.associate([(1, CT, [EXPLICIT_LITTLE_ENDIAN])])
        for number in range(300):
            if wire.store(1, CT, f"2.25.6.{number}", data_set("2.25.6", f"2.25.6.{number}", 500_000)) != 0:
                break
    assert "storageFull" in kinds(cramped)
    ballast.unlink()
    wait_for(lambda: kinds(cramped) == [])
