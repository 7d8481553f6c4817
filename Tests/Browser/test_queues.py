# SPDX-License-Identifier: Apache-2.0
"""A queue as its administrator sees it: why it waits, retried when the node is back, with progress as it goes."""
import sys
from pathlib import Path

import pytest
from conftest import VOLUME, need_program, send
from martlet_server import PASSWORD, free_ports, prepared_server

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from peers import running  # noqa: E402

COUNT = 24


@pytest.fixture
def archive(tmp_path):
    need_program()
    server = prepared_server(tmp_path / "data")
    yield server
    server.stop()


def test_a_queue_is_retried_and_its_progress_is_seen(reader, archive, tmp_path):
    port, = free_ports(1)
    images = sorted(VOLUME.glob("ct*.dcm"))[:COUNT]
    archive.add_node("BACKAGAIN", "127.0.0.1", port)
    # Some seconds for all of them.
    rate = sum(image.stat().st_size for image in images) // 5
    archive.command("node", "set", "BACKAGAIN", "--bytes-per-second", rate, "--data", archive.data)
    archive.command("route", "add", "again", "--to", "BACKAGAIN", "--data", archive.data)
    send(archive, images)
    reader.sign_in(archive.url, "admin", PASSWORD)
    reader.page.get_by_role("link", name="Administration").click()
    reader.page.get_by_role("link", name="Queues").click()
    queue = reader.page.get_by_role("table", name="Queues").get_by_role("row").filter(has_text="BACKAGAIN")
    queue.get_by_text("refused").wait_for()
    bar = queue.get_by_role("progressbar")

    def shown():
        return bar.evaluate_all("bars => bars.map((bar) => [bar.ariaValueNow, bar.ariaValueMax].map(Number))")

    reader.until(lambda: shown() == [[0, COUNT]])
    reader.picture("away")
    (tmp_path / "in").mkdir()
    seen = set()

    def done():
        # Finished jobs count no more.
        now = shown()
        seen.update(value for value, _ in now)
        return not now

    with running("storescp", "-od", tmp_path / "in", port, port=port, log=tmp_path / "scp.log"):
        queue.get_by_role("button", name="Retry now").click()
        reader.until(lambda: done() or any(0 < value < COUNT for value in seen))
        reader.picture("going")
        reader.until(done)
    # It grew while it was looked at: nobody loaded the page anew.
    assert any(0 < value < COUNT for value in seen), seen
    assert len(list((tmp_path / "in").iterdir())) == COUNT
