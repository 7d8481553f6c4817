# SPDX-License-Identifier: Apache-2.0
"""The command line: help everywhere, exit codes that scripts can trust, JSON where output is data."""
import json
import shutil

import pytest
from martlet_server import PASSWORD, MartletServer, prepared_server

COMMANDS = ["serve", "import", "check", "reindex", "dump", "json", "edit", "compare", "extract", "pixels", "render",
            "report", "transcode", "validate", "media", "echo", "send", "find", "move", "get", "receive", "node",
            "user", "token", "config"]
USAGE = 64


@pytest.fixture
def idle(tmp_path):
    """A data folder without a running server."""
    return MartletServer(tmp_path / "data")


@pytest.mark.parametrize("name", COMMANDS)
def test_help(idle, name):
    text = idle.command(name, "--help").stdout
    assert "USAGE" in text and "OVERVIEW" in text


def test_help_names_every_command(idle):
    text = idle.command("--help").stdout
    assert [name for name in COMMANDS if f"  {name}" not in text] == []


def test_version(idle):
    assert idle.command("--version").stdout.strip()


@pytest.mark.parametrize("arguments", [
    ("no-such-command",), ("serve", "--no-such-option"), ("serve", "--dicom-port", "many"), ("node", "add", "ONLY"),
    ("user", "add", "x", "--role", "emperor", "--password-stdin")])
def test_usage_errors(idle, arguments):
    assert idle.command(*arguments, expect=None, standard_input="").returncode == USAGE


def test_nodes_without_and_with_a_server(idle):
    idle.add_node("STATION1", "127.0.0.1", 4242)
    idle.start()
    try:
        idle.add_node("STATION2", "localhost", 4243)
        listed = json.loads(idle.command("node", "list", "--json", "--data", idle.data).stdout)
        assert {(each["aeTitle"], each["host"], each["port"]) for each in listed} == {
            ("STATION1", "127.0.0.1", 4242), ("STATION2", "localhost", 4243)}
        idle.command("node", "remove", "STATION1", "--data", idle.data)
        assert "STATION1" not in idle.command("node", "list", "--data", idle.data).stdout
        idle.command("node", "remove", "STATION1", "--data", idle.data, expect=1)
    finally:
        idle.stop()


def test_user_and_token_while_the_server_runs(idle):
    idle.start()
    try:
        idle.add_user("later", "administrator", PASSWORD)
        idle.create_token("later")
        assert idle.request("/api/v1/session")[0] == 200
        idle.command("token", "create", "--user", "nobody", "--data", idle.data, expect=1)
        again = ("user", "add", "later", "--role", "clinician", "--password-stdin", "--data", idle.data)
        idle.command(*again, standard_input=PASSWORD + "\n", expect=1)
        idle.command(*again, "--replace", standard_input=PASSWORD + "\n")
        listed = json.loads(idle.command("user", "list", "--json", "--data", idle.data).stdout)
        assert [(each["name"], each["role"]) for each in listed] == [("later", "clinician")]
        changed = ("user", "change", "later", "--data", idle.data)
        assert idle.command(*changed, "--role", "administrator", "--display-name", "Late Lee").stdout == (
            "user later is administrator\n")
        assert "last administrator" in idle.command(*changed, "--disable", expect=1).stderr
        idle.command("user", "change", "nobody", "--disable", "--data", idle.data, expect=1)
        idle.command(*changed, expect=64)
        assert idle.request("/api/v1/session")[0] == 200
        idle.add_user("other", "administrator", PASSWORD)
        idle.command(*changed, "--disable")
        assert idle.request("/api/v1/session")[0] == 401
        listed = json.loads(idle.command("user", "list", "--json", "--data", idle.data).stdout)
        assert [(each["name"], each["displayName"], each["isDisabled"]) for each in listed] == [
            ("later", "Late Lee", True), ("other", "other", False)]
        idle.command(*changed, "--enable")
        idle.command("user", "add", "weak", "--role", "clinician", "--password-stdin", "--data", idle.data,
                     standard_input="short\n", expect=1)
    finally:
        idle.stop()


def test_config_lists_every_setting(idle):
    listed = json.loads(idle.command("config", "--json", "--data", idle.data).stdout)
    keys = {each["key"] for each in listed}
    assert {"aeTitle", "dicomPort", "httpPort", "blockCacheMegabytes", "acceptUnknownCallers"} <= keys


def test_import_counts(tmp_path, ct_files):
    folder = tmp_path / "in"
    folder.mkdir()
    for path in ct_files[:5]:
        shutil.copy(path, folder)
    (folder / "notes.txt").write_text("not DICOM")
    server = MartletServer(tmp_path / "data")
    first = summary(server.command("import", folder, "--data", server.data, "--json"))
    assert (first["stored"], first["ignored"], first["failed"]) == (5, 1, 0)
    again = summary(server.command("import", folder, "--data", server.data, "--json"))
    assert (again["stored"], again["duplicates"]) == (0, 5)
    assert "5 already there" in server.command("import", folder, "--data", server.data).stdout
    server.command("import", tmp_path / "nowhere", "--data", server.data, expect=1)


def summary(done):
    return json.loads(done.stdout)["summary"]


def test_import_into_a_running_server_says_what_to_do(tmp_path, ct_files):
    with MartletServer(tmp_path / "data") as server:
        done = server.command("import", ct_files[0], "--data", server.data, expect=1)
        assert "martlet send" in done.stdout + done.stderr


def test_port_in_use(tmp_path):
    first = prepared_server(tmp_path / "one")
    second = MartletServer(tmp_path / "two")
    second.dicom_port = first.dicom_port
    try:
        with pytest.raises(RuntimeError, match="(?i)address already in use|port"):
            second.start()
    finally:
        first.stop()


def test_one_server_per_data_folder(tmp_path):
    first = prepared_server(tmp_path / "data")
    second = MartletServer(tmp_path / "data")
    try:
        with pytest.raises(RuntimeError):
            second.start()
        assert first.is_ready()
    finally:
        first.stop()
