# SPDX-License-Identifier: Apache-2.0
"""`martlet simulate hospital` and `martlet serve --demo`: what they play is all accounted for."""
import json
import time
import urllib.request

from martlet_server import MartletServer, prepared_server
from peers import wait_for


def test_every_order_is_accounted_for(tmp_path):
    server = prepared_server(tmp_path / "data")
    try:
        for role in ("technologist", "radiologist"):
            server.add_user(role, role)
            server.environment[f"MARTLET_{role.upper()}_TOKEN"] = server.create_token(role)
        done = server.command(
            "simulate", "hospital", "127.0.0.1", server.dicom_port, "--hl7-port", server.hl7_port, "--web", server.url,
            "--days", "1", "--orders-per-day", "16", "--images", "1", "--reduction", "32", "--seed", "4", "--json",
            expect=None)
        reckoning = json.loads(done.stdout)
        assert reckoning["lost"] == reckoning["doubled"] == reckoning["failures"] == [], done.stdout
        assert reckoning["wrong"] == {} and done.returncode == 0, done.stdout
        assert reckoning["orders"] == sum(reckoning["turns"].values()) == sum(reckoning["states"].values())
        assert "plain" in reckoning["turns"] and len(reckoning["turns"]) > 2
        assert reckoning["reports"] > 0 and set(reckoning["states"]) >= {"validated"}
    finally:
        server.stop()


def clock(microseconds):
    return time.localtime(microseconds / 1e6)


def test_a_played_week_stands_on_its_days(tmp_path):
    server = prepared_server(tmp_path / "data", extra=["--set", "practiceClock=true"])
    try:
        for role in ("technologist", "radiologist"):
            server.add_user(role, role)
            server.environment[f"MARTLET_{role.upper()}_TOKEN"] = server.create_token(role)
        server.token = server.environment["MARTLET_ADMINISTRATOR_TOKEN"] = server.create_token()
        server.command(
            "simulate", "hospital", "127.0.0.1", server.dicom_port, "--hl7-port", server.hl7_port, "--web", server.url,
            "--days", "8", "--orders-per-day", "2", "--images", "1", "--reduction", "32", "--seed", "4", "--json")
        now = time.time() * 1e6
        times = {each["exam"]["exam"]["id"]: each["exam"]["order"]["id"]
                 for each in server.json("/api/v1/exams?status=validated&status=sent&limit=100")["exams"]}
        assert len(times) > 4
        days = set()
        for order in times.values():
            events = server.json(f"/api/v1/orders/{order}")["events"]
            at = [each["at"] for each in events if each["kind"].startswith("exam.")]
            assert at == sorted(at) and at[-1] <= now
            # Reports are written on working days; what would be later than now is now.
            validated = next(each for each in events if each["kind"] == "exam.validate")
            if validated["at"] < now - 86_400e6:
                assert 8 <= clock(validated["at"]).tm_hour < 19 and clock(validated["at"]).tm_wday < 5
            days.add(time.strftime("%Y%m%d", clock(validated["at"])))
        assert len(days) >= 3
        groups = server.json(f"/api/v1/statistics?from=0&to={int(now) + 1}&by=day")["groups"]
        assert len(groups) >= 3 and all(
            each["reporting"]["median"] < 4 * 1440 for each in groups if "reporting" in each)
        status, _, _ = server.request(
            "/api/v1/practice-clock", "PUT", json.dumps({"moment": int(now) + 3_600_000_000}).encode(),
            {"Content-Type": "application/json"})
        assert status in (400, 409, 422)
    finally:
        server.stop()


class Demonstration(MartletServer):
    """`martlet serve --demo` in a folder that is named."""

    def __init__(self, data):
        super().__init__(data, extra=["--demo"])

    def password(self):
        return self.log_path.read_text().split("password ")[1].split()[0]


def sign_in(server, name):
    body = json.dumps({"name": name, "password": server.password()}).encode()
    request = urllib.request.Request(
        server.url + "/api/v1/session", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers["Set-Cookie"].split(";")[0]


def test_a_demonstration_shows_a_department(tmp_path):
    with Demonstration(tmp_path / "demo") as server:
        cookie = sign_in(server, "radiologist")

        def count(status):
            found = server.request(f"/api/v1/exams?status={status}", headers={"Cookie": cookie}, token=False)
            return json.loads(found[2])["total"]

        wait_for(lambda: count("validated") > 1 or count("sent") > 1, 120, "reports of the past weeks")

        def shown(path, key):
            return json.loads(server.request(path, headers={"Cookie": cookie}, token=False)[2])[key]

        days = [time.strftime("%Y%m%d", time.localtime(time.time() + day * 86_400)) for day in (1, 4)]
        assert len(shown(f"/api/v1/agenda?from={days[0]}&to={days[1]}", "appointments")) > 20
        assert len(shown("/api/v1/resources", "resources")) > 10 and shown("/api/v1/waiting-list", "waiting")
        wait_for(lambda: shown("/api/v1/critical-results", "results"), 60, "a critical result")
        # Nothing of what is still to be read was done while the doors were closed, or is yet to come.
        unread = shown("/api/v1/exams?status=toRead&limit=50", "exams")
        since = [clock(each["exam"]["exam"]["statusSince"]) for each in unread]
        assert unread and all(7 <= each.tm_hour < 21 and each.tm_wday < 5 for each in since), since
        refused = server.command("serve", "--demo", "--data", tmp_path, expect=None)
        assert refused.returncode == 1 and "holds data of its own" in refused.stderr
