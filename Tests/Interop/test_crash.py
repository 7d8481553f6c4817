# SPDX-License-Identifier: Apache-2.0
"""kill -9 under load, restart: every acknowledged instance, HL7 message, performed step and correction is there.

`scripts/soak` does it hundreds of times. `MARTLET_CRASHES` says how often (3 by default).
"""
import os
import random
import time

import corpus
import multipart
import pytest
import postgresql_server
from acknowledged import Corrector, Messenger, Sender, Stepper, data_set
from martlet_server import prepared_server

CRASHES = int(os.environ.get("MARTLET_CRASHES", "3"))
SENDERS = 4


def stored_instances(server, study):
    status, headers, body = server.request(
        f"/dicom-web/studies/{study}",
        headers={"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}, timeout=300)
    assert status == 200, (status, body[:300])
    found = {}
    for _, part in multipart.decode(headers["Content-Type"], body):
        data = part[corpus.data_set_offset(part)[1]:]
        at = data.index(b"\x08\x00\x18\x00UI")
        found[data[at + 8:at + 8 + int.from_bytes(data[at + 6:at + 8], "little")].rstrip(b"\0").decode()] = data
    return found


@pytest.mark.timeout(60 + 60 * CRASHES)
def test_everything_acknowledged_survives(tmp_path):
    server = prepared_server(tmp_path / "data")
    counted = {Sender: 0, Messenger: 0, Stepper: 0, Corrector: 0}
    try:
        for crash in range(CRASHES):
            study = f"2.25.7{crash}"
            senders = [Sender(server.dicom_port, study, f"{study}.2.{index}") for index in range(SENDERS)]
            # What is read back from the database beside it needs SQLite.
            kinds = (Corrector,) if postgresql_server.environment() else (Corrector, Messenger, Stepper)
            others = [kind(server, crash) for kind in kinds]
            for thread in senders + others:
                thread.start()
            time.sleep(random.Random(crash).uniform(0.3, 2.5))
            server.kill()
            for thread in senders + others:
                thread.join(60)
            acknowledged = {uid: size for sender in senders for uid, size in sender.acknowledged.items()}
            server.start()
            found = stored_instances(server, study) if acknowledged else {}
            missing = sorted(set(acknowledged) - set(found))
            assert missing == [], f"crash {crash}: {len(missing)} of {len(acknowledged)} acknowledged are gone"
            for uid, size in acknowledged.items():
                assert found[uid] == data_set(study, uid, size), f"crash {crash}: {uid} differs"
            for each in others:
                assert each.lost() == set(), f"crash {crash}: gone from {type(each).__name__}"
            for each in senders + others:
                counted[type(each)] += len(each.acknowledged)
        print(f"{CRASHES} crashes, {counted[Sender]} acknowledged instances, {counted[Messenger]} HL7 messages, "
              f"{counted[Stepper]} performed steps and {counted[Corrector]} corrections, all there")
        assert counted[Sender] > 0
    finally:
        server.stop()
