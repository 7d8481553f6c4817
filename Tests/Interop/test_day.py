# SPDX-License-Identifier: Apache-2.0
"""A day in the hospital: modalities, readers, printers and a second archive at once, a node that goes away and one that
is slow, and `kill -9` of the server in the middle. At the end each image is where the rules say, each commitment was
answered, each queue is empty, and both sides count the same.

`MARTLET_DAY_SECONDS` says how long modalities work (9 by default; `scripts/soak` lets them work for ten minutes)."""
import contextlib
import json
import os
import signal
import subprocess
import threading
import time
import urllib.request

import pytest
from martlet_server import binary, free_ports, prepared_server
from peers import running, tool

SECONDS = float(os.environ.get("MARTLET_DAY_SECONDS", "9"))
KINDS = ["CT", "MR", "CR", "DX", "US", "NM", "MG", "XA"]
# How often each modality makes a study, by the minute.
RATE = float(os.environ.get("MARTLET_DAY_RATE", "10"))
# Queues that do not get shorter for so many seconds stand still.
PATIENCE = 120


class Orthanc:
    """The second archive, which may be away or slow."""

    def __init__(self, folder, server):
        self.http_port, self.port = free_ports(2)
        self.folder = folder
        self.configuration = folder / "orthanc.json"
        self.configuration.write_text(json.dumps({
            "Name": "Second", "StorageDirectory": str(folder / "db"), "IndexDirectory": str(folder / "db"),
            "HttpPort": self.http_port, "DicomPort": self.port, "DicomAet": "SECOND", "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False, "Plugins": [], "UnknownSopClassAccepted": True,
            "DicomModalities": {"martlet": ["MARTLET", "127.0.0.1", server.dicom_port]}}))
        self.stack = contextlib.ExitStack()
        self.process = None

    def start(self):
        log = self.folder / "orthanc.log"
        self.process = self.stack.enter_context(
            running("Orthanc", self.configuration, port=self.http_port, log=log))

    def stop(self):
        self.stack.close()

    def instances(self):
        """SOP Instance UIDs of all that it has."""
        found = json.dumps({"Level": "Instance", "Query": {}, "Expand": True, "Limit": 0}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}/tools/find", data=found)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return {each["MainDicomTags"]["SOPInstanceUID"] for each in json.loads(answer.read())}


class Modalities:
    """`martlet simulate modalities`: eight of them, each in a process of its own like real ones."""

    def __init__(self, server, seconds, *options):
        command = [str(binary()), "simulate", "modalities", "127.0.0.1", str(server.dicom_port), "--json", "--images",
                   "3", "--reduction", "8", "--rate", str(RATE), "--minutes", str(seconds / 60), *options]
        self.processes = [
            subprocess.Popen([*command, "--modality", kind], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for kind in KINDS]

    def reports(self):
        reports = []
        for process in self.processes:
            output, complaint = process.communicate(timeout=SECONDS + 300)
            assert output, complaint
            reports += json.loads(output)
        return reports


class Staff:
    """Readers and printers, who go on until the day ends; what they are refused is kept with its time."""

    def __init__(self, server, film, folder):
        self.server, self.film, self.folder = server, film, folder
        folder.mkdir()
        self.done = threading.Event()
        self.reads, self.films, self.failures = 0, 0, []
        work = [self.read_web, self.read_web, self.read_dicom, self.read_dicom, self.print_film, self.print_film]
        self.threads = [threading.Thread(target=self.go_on, args=(each, number)) for number, each in enumerate(work)]
        self.lock = threading.Lock()
        for thread in self.threads:
            thread.start()

    def go_on(self, work, number):
        turn = number
        while not self.done.is_set():
            try:
                work(turn)
            except Exception as error:  # noqa: BLE001 — each kind of failure counts, and is looked at in the end
                self.failures.append((time.monotonic(), f"{work.__name__}: {error!r}"))
            turn += 1
            self.done.wait(0.5)

    def studies(self):
        return self.server.json("/dicom-web/studies?limit=50") or []

    def read_web(self, turn):
        found = self.studies()
        if not found:
            return
        uid = found[turn % len(found)]["0020000D"]["Value"][0]
        metadata = self.server.json(f"/dicom-web/studies/{uid}/metadata")
        first = next((each for each in metadata if "00280010" in each), None)
        if first:
            series, instance = first["0020000E"]["Value"][0], first["00080018"]["Value"][0]
            path = f"/dicom-web/studies/{uid}/series/{series}/instances/{instance}/frames/1"
            status, _, body = self.server.request(path, headers={
                "Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax=*'})
            assert status == 200 and body
        self.count("reads")

    def read_dicom(self, turn):
        found = self.studies()
        if not found:
            return
        uid = found[turn % len(found)]["0020000D"]["Value"][0]
        peer = ["-aec", "MARTLET", "127.0.0.1", str(self.server.dicom_port)]
        key = ["-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={uid}"]
        for name in ("findscu", "getscu"):
            options = ["+B", "-od", str(self.folder)] if name == "getscu" else []
            done = subprocess.run([tool(name), "-S", *options, *peer, *key], capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stderr[-300:]
        self.count("reads")

    def print_film(self, turn):
        done = subprocess.run(
            [str(binary()), "print", "127.0.0.1", str(self.server.dicom_port), "--called", "MARTLET", "--layout",
             "STANDARD\\2,2", str(self.film)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr[-300:]
        self.count("films")

    def count(self, what):
        with self.lock:
            setattr(self, what, getattr(self, what) + 1)

    def go_home(self):
        self.done.set()
        for thread in self.threads:
            thread.join(120)


def all_instances(server):
    found, page = set(), 5000
    while True:
        answer = server.json(f"/dicom-web/instances?limit={page}&offset={len(found)}") or []
        found |= {each["00080018"]["Value"][0] for each in answer}
        if len(answer) < page:
            return found


def open_work(server):
    """Jobs that are not done, and their parts that are not."""
    queues = json.loads(server.command("queue", "--json", "--data", server.data).stdout)
    jobs = sum(count for queue in queues for state, count in queue["jobs"].items()
               if state in ("waiting", "running", "paused", "failed"))
    return jobs, sum(queue["total"] - queue["completed"] for queue in queues)


def wait_for_empty_queues(server):
    """However long it takes, as long as it goes on.
    :returns: how long it took."""
    begin = moved = time.monotonic()
    least = (float("inf"), float("inf"))
    while (work := open_work(server))[0] > 0:
        if work[0] < least[0] or work[1] < least[1]:
            moved, least = time.monotonic(), (min(work[0], least[0]), min(work[1], least[1]))
        assert time.monotonic() - moved < PATIENCE, server.command("queue", "--data", server.data).stdout
        time.sleep(0.5)
    return time.monotonic() - begin


@pytest.mark.timeout(600 + 3 * SECONDS)
def test_a_day(tmp_path, ct_files):
    server = prepared_server(tmp_path / "data")
    second = Orthanc(tmp_path, server)
    staff = None
    try:
        server.add_node("SECOND", "127.0.0.1", second.port)
        server.command("route", "add", "all", "--to", "SECOND", "--data", server.data)
        staff = Staff(server, ct_files[0], tmp_path / "read")
        # In the morning the second archive is away.
        morning = Modalities(server, SECONDS / 3, "--commit", "--mpps", "--worklist")
        time.sleep(SECONDS / 6)
        second.start()
        reports = morning.reports()
        # At noon the server is killed while all work, and comes back.
        noon = Modalities(server, SECONDS / 3)
        time.sleep(SECONDS / 6)
        killed = time.monotonic()
        server.kill()
        server.start()
        back = time.monotonic()
        at_noon = noon.reports()
        # In the afternoon the second archive stands still for a while.
        afternoon = Modalities(server, SECONDS / 3, "--commit", "--mpps", "--worklist")
        second.process.send_signal(signal.SIGSTOP)
        time.sleep(min(SECONDS / 6, 20))
        second.process.send_signal(signal.SIGCONT)
        reports += afternoon.reports()
        staff.go_home()

        committed = sum(report["committed"] for report in reports)
        stored = sum(report["instances"] for report in reports)
        acknowledged = stored + sum(report["instances"] for report in at_noon)
        assert [report["failures"] for report in reports if report["failures"]] == []
        assert committed == stored, "each commitment is answered"
        assert stored > 0 and staff.reads > 0 and staff.films > 0
        # What was refused, was refused by a server that was not there.
        late = [text for at, text in staff.failures if not killed <= at <= back + 15]
        assert late == []

        # A node that is back is noticed: nobody says that anything should be tried again.
        emptied = wait_for_empty_queues(server)
        ours, theirs = all_instances(server), second.instances()
        assert len(ours) >= acknowledged
        assert ours == theirs, "both archives have the same"
        server.command("check", "--data", server.data)
        films = len(list((server.data / "films").rglob("*.pdf")))
        assert films >= staff.films
        print(f"A day of {SECONDS:.0f} s: {len(ours)} instances here and {len(theirs)} in the second archive, "
              f"{acknowledged} acknowledged, {committed} commitments answered, {staff.reads} readings, {films} films, "
              f"{len(staff.failures)} refusals while the server was away, queues empty {emptied:.0f} s after the end")
    finally:
        if staff:
            staff.go_home()
        second.stop()
        server.stop()
