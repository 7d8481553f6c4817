# SPDX-License-Identifier: Apache-2.0
"""The power goes under load: what was not flushed is gone, from files, folders and the database alike. Everything that
was acknowledged is there, on both copies. `scripts/soak` does it hundreds of times.

`MARTLET_LOSSES` says how often (3 by default).
"""
import json
import os
import random
import time

import postgresql_server
import power
import pytest
from acknowledged import Corrector, Messenger, Sender, Stepper, data_set
from martlet_server import MartletServer
from test_copies import wait_copy
from test_crash import stored_instances

LOSSES = int(os.environ.get("MARTLET_LOSSES", "3"))
SENDERS = 3

pytestmark = [
    pytest.mark.skipif(power.unavailable() is not None, reason=str(power.unavailable())),
    pytest.mark.skipif(bool(postgresql_server.environment()), reason="the database is not in the folder"),
]


@pytest.fixture
def site(tmp_path):
    """A server whose data folder and second copy lose what was not flushed."""
    program = power.build(tmp_path)
    folders = [power.PowerFolder(tmp_path / name, program) for name in ("data", "copy")]
    (folders[0].backing / "martlet.toml").write_text(
        f'copy = "{folders[1].path}"\ncopyBeforeAnswer = true\nsettleMinutes = 0\nreleaseMinutes = 1\n'
        'compression = "*=jpegls"\n' "segmentMegabytes = 16\nscrubDays = 0\n")
    server = MartletServer(folders[0].path, environment={"MARTLET_READY_SEGMENTS": "4"})
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
    others = [kind(server, number) for kind in (Corrector, Messenger, Stepper)]
    for thread in senders + others:
        thread.start()
    time.sleep(random.Random(number).uniform(0.5, 4))
    server.kill()
    for thread in senders + others:
        thread.join(60)
    for index, folder in enumerate(folders):
        folder.lose_power(number * 2 + index)
    instances = {uid: size for sender in senders for uid, size in sender.acknowledged.items()}
    return study, instances, others


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
    history, counted = [], {}
    for number in range(LOSSES):
        study, instances, others = loss(server, folders, number)
        history.append((study, instances))
        server.start()
        # This round's, and that of the round before, which was being settled.
        for study, instances in history[-2:]:
            found = stored_instances(server, study) if instances else {}
            missing = sorted(set(instances) - set(found))
            assert missing == [], f"loss {number}: {len(missing)} of {len(instances)} acknowledged are gone"
            for uid, size in instances.items():
                assert found[uid] == data_set(study, uid, size), f"loss {number}: {uid} differs"
        for each in others:
            assert each.lost() == set(), f"loss {number}: gone from {type(each).__name__}"
            counted[type(each)] = counted.get(type(each), 0) + len(each.acknowledged)
    acknowledged = {uid for _, instances in history for uid in instances}
    total = len(acknowledged)
    settled = list(folders[0].path.glob("studies/*/*.tar"))
    server.stop()
    findings, summary = check(server)
    assert findings == [] and summary["objects"] >= total
    # The copy alone has all of it. What was on its way, and came back from the folder alone, it gets after the start.
    findings, summary = check(server, MARTLET_STORAGE=str(folders[1].path), MARTLET_COPY="")
    unexpected = [each for each in findings if each["kind"] != "missing" or each["object"] in acknowledged]
    assert unexpected == [] and summary["objects"] >= total
    server.start()
    wait_copy(server, "inStep")
    server.stop()
    findings, summary = check(server, MARTLET_STORAGE=str(folders[1].path), MARTLET_COPY="")
    assert findings == [] and summary["objects"] >= total
    print(f"{LOSSES} losses of power, {total} instances, {counted[Corrector]} corrections, {counted[Messenger]} HL7 "
          f"messages and {counted[Stepper]} performed steps acknowledged, {len(settled)} study files: missing 0, "
          "unreadable 0, index wrong 0")
    assert total > 0 and all(counted.values()) and settled
