# SPDX-License-Identifier: Apache-2.0
"""The power goes under load: what was not flushed is gone, from files, folders and the database alike. Everything that
was acknowledged is there, on both copies. `scripts/soak` does it hundreds of times.

`MARTLET_LOSSES` says how often (3 by default).
"""
import json
import os
import random
import threading
import time

import postgresql_server
import power
import pytest
from dicom_wire import EXPLICIT_LITTLE_ENDIAN, Wire
from martlet_server import MartletServer
from test_crash import CT, Sender, data_set, stored_instances
from test_hl7 import exchange, kept

LOSSES = int(os.environ.get("MARTLET_LOSSES", "3"))
SENDERS = 3

pytestmark = [
    pytest.mark.skipif(power.unavailable() is not None, reason=str(power.unavailable())),
    pytest.mark.skipif(bool(postgresql_server.environment()), reason="the database is not in the folder"),
]


class Corrector(threading.Thread):
    """Corrects the name of a patient again and again until the server is gone; remembers what was acknowledged."""

    def __init__(self, server, number):
        super().__init__(daemon=True)
        self.server, self.number = server, number
        self.patient = f"P{number}"
        self.acknowledged = []

    def run(self):
        study = f"2.25.6{self.number}"
        try:
            with Wire("127.0.0.1", self.server.dicom_port, timeout=20) as wire:
                wire.associate([(1, CT, [EXPLICIT_LITTLE_ENDIAN])])
                body = data_set(study, study + ".2", 100, patient=self.patient.encode())
                assert wire.store(1, CT, study + ".2", body) == 0
            for turn in range(100_000):
                status, _, body = self.server.request(
                    "/api/v1/corrections", method="POST", headers={"Content-Type": "application/json"},
                    body=json.dumps({
                        "kind": "update", "patient": {"id": self.patient, "issuer": ""},
                        "values": {"PatientName": f"NAME^{turn}"}}).encode(), timeout=20)
                assert status == 201, body
                self.acknowledged.append(json.loads(body)["name"])
        except Exception:  # the power is gone: that is the point
            pass


class Messenger(threading.Thread):
    """Sends HL7 messages until the server is gone; remembers those that were answered."""

    def __init__(self, server, number):
        super().__init__(daemon=True)
        self.server, self.number = server, number
        self.acknowledged = []

    def run(self):
        try:
            for turn in range(100_000):
                message = (f"MSH|^~\\&|A|B|C|D|20260101||ADT^A08^ADT_A01|L{self.number}-{turn}|P|2.5.1\r"
                           f"PID|||L{self.number}^^^H||LOSS^TEST\r").encode()
                exchange(self.server.hl7_port, message)
                self.acknowledged.append(message)
        except Exception:  # the power is gone: that is the point
            pass


@pytest.fixture
def site(tmp_path):
    """A server whose data folder and second copy lose what was not flushed."""
    program = power.build(tmp_path)
    folders = [power.PowerFolder(tmp_path / name, program) for name in ("data", "copy")]
    (folders[0].backing / "martlet.toml").write_text(
        f'copy = "{folders[1].path}"\ncopyBeforeAnswer = true\nsettleMinutes = 0\nreleaseMinutes = 1\n'
        "segmentMegabytes = 16\nscrubDays = 0\n")
    server = MartletServer(folders[0].path)
    server.add_user()
    server.create_token()
    yield server, folders
    if server.process is not None and server.process.poll() is None:
        server.kill()
    for folder in folders:
        folder.unmount()


def loss(server, folders, number):
    """Load, then the end of power at a random moment. Returns what was acknowledged."""
    study = f"2.25.7{number}"
    senders = [Sender(server.dicom_port, study, f"{study}.2.{index}") for index in range(SENDERS)]
    others = [Corrector(server, number), Messenger(server, number)]
    for thread in senders + others:
        thread.start()
    time.sleep(random.Random(number).uniform(0.5, 4))
    server.kill()
    for thread in senders + others:
        thread.join(60)
    for index, folder in enumerate(folders):
        folder.lose_power(number * 2 + index)
    instances = {uid: size for sender in senders for uid, size in sender.acknowledged.items()}
    return study, instances, others[0].acknowledged, others[1].acknowledged


def listed_corrections(server):
    names = []
    while page := server.json(f"/api/v1/corrections?limit=500&offset={len(names)}")["corrections"]:
        names += [each["name"] for each in page]
    return set(names)


def check(server, **environment):
    """What `martlet check` finds."""
    server.environment.update(environment)
    done = server.command("check", "--json", "--data", server.data, expect=None)
    for name in environment:
        del server.environment[name]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines[:-1], lines[-1]


@pytest.mark.timeout(120 + 60 * LOSSES)
def test_everything_acknowledged_survives_a_loss_of_power(site):
    server, folders = site
    server.start()
    history, corrections, messages = [], [], []
    for number in range(LOSSES):
        study, instances, corrected, answered = loss(server, folders, number)
        history.append((study, instances))
        corrections += corrected
        messages += answered
        server.start()
        # This round's, and that of the round before, which was being settled.
        for study, instances in history[-2:]:
            found = stored_instances(server, study) if instances else {}
            missing = sorted(set(instances) - set(found))
            assert missing == [], f"loss {number}: {len(missing)} of {len(instances)} acknowledged are gone"
            for uid, size in instances.items():
                assert found[uid] == data_set(study, uid, size), f"loss {number}: {uid} differs"
        assert set(corrected) <= listed_corrections(server), f"loss {number}: a correction is gone"
        assert set(answered) <= set(kept(server)), f"loss {number}: an HL7 message is gone"
    total = sum(len(instances) for _, instances in history)
    settled = list(folders[0].path.glob("studies/*/*.tar"))
    server.stop()
    findings, summary = check(server)
    assert findings == [] and summary["objects"] >= total
    # The copy alone has all of it.
    findings, summary = check(server, MARTLET_STORAGE=str(folders[1].path), MARTLET_COPY="")
    assert findings == [] and summary["objects"] >= total
    print(f"{LOSSES} losses of power, {total} instances, {len(corrections)} corrections and {len(messages)} HL7 "
          f"messages acknowledged, {len(settled)} study files: missing 0, unreadable 0, index wrong 0")
    assert total > 0 and corrections and messages and settled
