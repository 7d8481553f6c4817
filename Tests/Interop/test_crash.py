# SPDX-License-Identifier: Apache-2.0
"""kill -9 under load, restart: every acknowledged instance is there. `scripts/soak` does it hundreds of times.

`MARTLET_CRASHES` says how often (3 by default).
"""
import os
import random
import struct
import threading
import time

import corpus
import pytest
from dicom_wire import EXPLICIT_LITTLE_ENDIAN, Wire
from martlet_server import prepared_server
import multipart

CT = "1.2.840.10008.5.1.4.1.1.2"
CRASHES = int(os.environ.get("MARTLET_CRASHES", "3"))
SENDERS = 4


def element(group, number, vr, value):
    value += b"\0" * (len(value) % 2)
    if vr == b"OW":
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def data_set(study, instance, size, patient=b"CRASH"):
    return b"".join([
        element(8, 0x16, b"UI", CT.encode()), element(8, 0x18, b"UI", instance.encode()),
        element(8, 0x60, b"CS", b"CT"), element(0x10, 0x10, b"PN", b"Crash^Test"),
        element(0x10, 0x20, b"LO", patient), element(0x20, 0x0D, b"UI", study.encode()),
        element(0x20, 0x0E, b"UI", (study + ".1").encode()),
        element(0x7FE0, 0x10, b"OW", random.Random(instance).randbytes(size))])


class Sender(threading.Thread):
    """Stores objects of mixed sizes until the connection breaks; remembers what was acknowledged."""

    def __init__(self, port, study, prefix):
        super().__init__(daemon=True)
        self.port, self.study, self.prefix = port, study, prefix
        self.acknowledged = {}

    def run(self):
        source = random.Random(self.prefix)
        try:
            with Wire("127.0.0.1", self.port, timeout=20) as wire:
                wire.associate([(1, CT, [EXPLICIT_LITTLE_ENDIAN])])
                for number in range(100_000):
                    instance = f"{self.prefix}.{number}"
                    size = source.choice((2, 512, 8192, 70_000, 525_000))
                    if wire.store(1, CT, instance, data_set(self.study, instance, size)) == 0:
                        self.acknowledged[instance] = size
        except Exception:  # the server was killed: that is the point
            pass


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
def test_every_acknowledged_instance_survives(tmp_path):
    server = prepared_server(tmp_path / "data")
    total = 0
    try:
        for crash in range(CRASHES):
            study = f"2.25.7{crash}"
            senders = [Sender(server.dicom_port, study, f"{study}.2.{index}") for index in range(SENDERS)]
            for sender in senders:
                sender.start()
            time.sleep(random.Random(crash).uniform(0.3, 2.5))
            server.kill()
            for sender in senders:
                sender.join(60)
            acknowledged = {uid: size for sender in senders for uid, size in sender.acknowledged.items()}
            server.start()
            found = stored_instances(server, study) if acknowledged else {}
            missing = sorted(set(acknowledged) - set(found))
            assert missing == [], f"crash {crash}: {len(missing)} of {len(acknowledged)} acknowledged are gone"
            for uid, size in acknowledged.items():
                assert found[uid] == data_set(study, uid, size), f"crash {crash}: {uid} differs"
            total += len(acknowledged)
        print(f"{CRASHES} crashes, {total} acknowledged instances, all there")
        assert total > 0
    finally:
        server.stop()
