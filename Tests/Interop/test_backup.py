# SPDX-License-Identifier: Apache-2.0
"""Backups of a running server, brought back into an empty folder: the same index, accounts and settings."""
import json
import os
import sqlite3
import subprocess
import threading

import postgresql_server
import pytest
from acknowledged import CT, data_set
from dicom_wire import EXPLICIT_LITTLE_ENDIAN, Wire
from martlet_server import MartletServer, prepared_server


IMAGES = ("patient", "study", "series", "instance", "account")


def dump(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return list(database.iterdump())


def images(path):
    """What the server does not go on changing while nothing arrives."""
    return [line for line in dump(path) if line.startswith(tuple(f'INSERT INTO "{table}"' for table in IMAGES))]


def send(server, study, count):
    with Wire("127.0.0.1", server.dicom_port, timeout=60) as wire:
        wire.associate([(1, CT, [EXPLICIT_LITTLE_ENDIAN])])
        for number in range(count):
            uid = f"{study}.{number}"
            assert wire.store(1, CT, uid, data_set(study, uid, 3000)) == 0


@pytest.fixture
def lively(tmp_path):
    server = MartletServer(tmp_path / "data")
    (server.data / "martlet.toml").write_text('settleMinutes = 600\n')
    server.add_user()
    server.create_token()
    server.start()
    send(server, "2.25.8", 30)
    yield server
    server.stop()


@pytest.mark.skipif(bool(postgresql_server.environment()), reason="the index is not a file")
def test_a_backup_comes_back_equal(lively, tmp_path):
    sender = threading.Thread(target=send, args=(lively, "2.25.9", 60))
    sender.start()
    listed = json.loads(lively.command("backup", tmp_path / "online", "--json", "--data", lively.data).stdout)
    sender.join()
    assert {"index.sqlite", "martlet.toml"} <= {each["path"] for each in listed["files"]}
    lively.command("backup", tmp_path / "backup", "--data", lively.data)
    lively.command("backup", tmp_path / "backup", "--data", lively.data, expect=1)
    lively.stop()
    for name in ("online", "backup"):
        target = tmp_path / f"restored-{name}"
        lively.command("restore", tmp_path / name, "--data", target)
        assert (target / "martlet.toml").read_text() == (lively.data / "martlet.toml").read_text()
        assert dump(target / "index.sqlite") == dump(tmp_path / name / "index.sqlite")
        lively.command("restore", tmp_path / name, "--data", target, expect=1)
    left, right = images(lively.data / "index.sqlite"), images(tmp_path / "restored-backup" / "index.sqlite")
    assert left == right and len(left) > 90
    # A restored index and the files that are there make an archive.
    (lively.data / "hot").rename(tmp_path / "restored-online" / "hot")
    restored = MartletServer(tmp_path / "restored-online")
    restored.token = lively.token
    try:
        restored.start()
        assert len(restored.json("/dicom-web/instances?limit=1000")) == 90
    finally:
        restored.stop()


@pytest.mark.skipif(bool(postgresql_server.environment()), reason="the index is not a file")
def test_a_changed_backup_is_refused(lively, tmp_path):
    lively.command("backup", tmp_path / "backup", "--data", lively.data)
    file = tmp_path / "backup" / "index.sqlite"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    done = lively.command("restore", tmp_path / "backup", "--data", tmp_path / "new", expect=1)
    assert "index.sqlite" in done.stderr
    assert not (tmp_path / "new" / "index.sqlite").exists()


def pg_dump(address):
    done = subprocess.run(
        ["pg_dump", "--inserts", "--no-owner", "-d", address], capture_output=True, text=True, check=True,
        env={**os.environ, "PGPASSWORD": postgresql_server.PASSWORD})
    return [line for line in done.stdout.splitlines()
            if line.startswith(tuple(f"INSERT INTO public.{table} " for table in IMAGES))]


def test_a_backup_of_postgresql_comes_back_equal(tmp_path):
    try:
        database = postgresql_server.PostgreSQL("fsync=off")
    except RuntimeError as error:
        pytest.skip(str(error))
    try:
        environment = postgresql_server.environment(database)
        server = prepared_server(tmp_path / "data", environment=environment)
        try:
            send(server, "2.25.8", 20)
            server.command("backup", tmp_path / "backup", "--data", server.data)
        finally:
            server.stop()
        address = database.new_database()
        server.command(
            "restore", tmp_path / "backup", "--database", address, "--data", tmp_path / "restored")
        restored = pg_dump(address)
        assert restored == pg_dump(environment["MARTLET_DATABASE"]) and len(restored) > 20
        server.command(
            "restore", tmp_path / "backup", "--database", address, "--data", tmp_path / "again", expect=1)
    finally:
        database.stop()
