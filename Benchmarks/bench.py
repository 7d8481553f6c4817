# SPDX-License-Identifier: Apache-2.0
"""Measures Martlet and Orthanc on the same data in one run and prints a table of ratios. See README.md here."""
import argparse
import http.client
import json
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

from contestants import CACHE_MEGABYTES, Martlet, Orthanc, commit, compiled, peak_memory
from dicom_wire import IMPLICIT_LITTLE_ENDIAN, Wire, command_set
from store_objects import uid

PIXELS = 512 * 512 * 2
FIND = "1.2.840.10008.5.1.4.1.2.2.1"
PENDING = (0xFF00, 0xFF01)
# Retrievals take a twentieth of a second each: so many in every round.
RETRIEVALS = 5
# The studies of the C-STORE rows have the numbers below this; queries ask for others.
FIRST_STUDY = 100


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.load_program = compiled("dicom_load", folder)
        self.servers = [Martlet(folder), Orthanc(folder)]
        self.prefix = 0
        self.rows = []

    def load(self, server, mode, *arguments):
        done = subprocess.run(
            [self.load_program, mode, "127.0.0.1", str(server.dicom_port), server.ae_title, *map(str, arguments)],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{server.name}, {mode} {arguments}: {done.stderr}")
        return json.loads(done.stdout)

    def row(self, name, unit, measure, times=1, more_is_better=True, digits=0):
        """Runs `measure(server)` in turn on both servers, `times` the rounds; keeps the medians."""
        values = {server.name: [] for server in self.servers}
        for _ in range(times * self.options.rounds):
            self.prefix += 1
            for server in self.servers:
                # What one server left in the page cache is not written while the other is measured.
                os.sync()
                values[server.name].append(measure(server))
        self.add(name, unit, *(statistics.median(values[server.name]) for server in self.servers), more_is_better,
                 digits)

    def add(self, name, unit, ours, theirs, more_is_better, digits):
        ratio = ours / theirs if more_is_better else theirs / ours
        self.rows.append((name, unit, f"{ours:.{digits}f}", f"{theirs:.{digits}f}", f"{ratio:.2f}"))
        print(f"{name}: {ours:.{digits}f} to {theirs:.{digits}f} {unit}, ratio {ratio:.2f}", flush=True)

    def store(self, server, associations):
        result = self.load(server, "store", associations, self.options.objects, PIXELS, self.prefix, 100)
        return result["bytes"] / result["seconds"] / 1e6

    def echo(self, server, threads):
        result = self.load(server, "echo", threads, self.options.echoes)
        return result["associations"] / result["seconds"]

    def get(self, server, study):
        result = self.load(server, "get", study)
        assert result["objects"] == 100, (server.name, result)
        return result["bytes"] / result["seconds"] / 1e6

    def retrieve(self, server, study):
        connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=300)
        started, count = time.monotonic(), 0
        connection.request("GET", f"{server.prefix}/studies/{study}", headers={
            **server.headers, "Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'})
        answer = connection.getresponse()
        assert answer.status == 200, (server.name, answer.status, answer.read(500))
        buffer = bytearray(1 << 20)
        while got := answer.readinto(buffer):
            count += got
        elapsed = time.monotonic() - started
        connection.close()
        assert count > 100 * PIXELS, (server.name, count)
        return count / elapsed / 1e6

    def latencies(self, server, ask):
        """Seconds of each query, over one connection."""
        times = []
        for index in range(self.options.queries):
            started = time.monotonic()
            ask(FIRST_STUDY + index * 37 % (self.options.studies - FIRST_STUDY))
            times.append(time.monotonic() - started)
        return times

    def find_times(self, server):
        with Wire("127.0.0.1", server.dicom_port, timeout=120) as wire:
            wire.associate([(1, FIND, [IMPLICIT_LITTLE_ENDIAN])], called=server.ae_title, calling="LOADER")
            times = self.latencies(server, lambda number: self.find(wire, number))
            wire.release()
        return times

    @staticmethod
    def find(wire, number):
        identifier = b"".join(implicit(*each) for each in (
            (0x0008, 0x0020, ""), (0x0008, 0x0050, ""), (0x0008, 0x0052, "STUDY"), (0x0008, 0x0061, ""),
            (0x0008, 0x1030, ""), (0x0010, 0x0010, f"N{number:09d}*"), (0x0010, 0x0020, ""), (0x0020, 0x000D, ""),
            (0x0020, 0x1208, "")))
        wire.send_fragments(1, command_set({0x0002: FIND, 0x0100: 0x0020, 0x0110: 1, 0x0700: 0, 0x0800: 1}), True)
        wire.send_fragments(1, identifier, False)
        found = 0
        while True:
            _, fields, _ = wire.receive_message()
            if fields[0x0900] not in PENDING:
                assert fields[0x0900] == 0 and found == 1, (fields, found)
                return
            found += 1

    def search_times(self, server):
        connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=120)

        def search(number):
            connection.request("GET", f"{server.prefix}/studies?PatientName=N{number:09d}*", headers={
                **server.headers, "Accept": "application/dicom+json"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200 and len(json.loads(body)) == 1, (server.name, answer.status, body[:300])

        times = self.latencies(server, search)
        connection.close()
        return times

    def query_rows(self, name, measure):
        times = {server.name: sorted(measure(server)) for server in self.servers}
        for part, label in ((0.5, "p50"), (0.95, "p95")):
            ours, theirs = (values[int(len(values) * part)] * 1000 for values in times.values())
            self.add(f"{name}, {label}", "ms", ours, theirs, False, 2)

    def run(self):
        for associations in (1, 4, 16):
            self.row(f"C-STORE, {associations} association{'s' if associations > 1 else ''}", "MB/s",
                     lambda server: self.store(server, associations))
        self.row("C-ECHO, associations one after the other", "1/s", lambda server: self.echo(server, 1))
        self.row("C-ECHO, 8 at once", "1/s", lambda server: self.echo(server, 8))
        study = uid(self.prefix_of_last_store, 1, 0)
        self.row("C-GET of a study of 100", "MB/s", lambda server: self.get(server, study), RETRIEVALS)
        self.row("WADO-RS of a study of 100", "MB/s", lambda server: self.retrieve(server, study), RETRIEVALS)
        print(f"storing {self.options.studies} small studies in both", flush=True)
        for server in self.servers:
            self.load(server, "store", 4, self.options.studies, 1024, 900_000, 1)
        self.query_rows(f"C-FIND over {self.options.studies} studies", self.find_times)
        self.query_rows(f"QIDO-RS over {self.options.studies} studies", self.search_times)
        ours, theirs = (peak_memory(server) for server in self.servers)
        self.add("Peak memory of all this", "MB", ours, theirs, False, 0)

    @property
    def prefix_of_last_store(self):
        return 3 * self.options.rounds

    def table(self):
        head = f"| | | Martlet | Orthanc {Orthanc.version()} | ratio (above 1: Martlet is better) |\n"
        head += "|---|---|---|---|---|\n"
        return head + "".join(f"| {' | '.join(row)} |\n" for row in self.rows)

    def stop(self):
        for server in self.servers:
            server.stop()


def implicit(group, number, value):
    encoded = value.encode()
    encoded += (b"\0" if number in (0x000D,) else b" ") * (len(encoded) % 2)
    return group.to_bytes(2, "little") + number.to_bytes(2, "little") + len(encoded).to_bytes(4, "little") + encoded


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=2000, help="CT images for each C-STORE measurement")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement; the median counts")
    parser.add_argument("--echoes", type=int, default=2000)
    parser.add_argument("--studies", type=int, default=10_000, help="studies that queries search")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="where the servers keep their data (default: a temporary folder)")
    parser.add_argument("--keep", type=Path, help="file that keeps the result")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="martlet-bench-", dir=options.folder))
    bench = Bench(options, folder)
    try:
        bench.run()
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
    text = f"""# Benchmark, {date.today()}

Commit {commit()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}. Both servers in one run, in turn;
median of {options.rounds} rounds, each of {options.objects} CT images of 512 × 512 × 16 bit, retrievals
{RETRIEVALS} times as often.
Martlet: release build, block cache {CACHE_MEGABYTES} MB (counted in its memory). Orthanc {Orthanc.version()} of Debian,
configured as in `Benchmarks/orthanc.json`, `TCP_NODELAY=1`.

{bench.table()}"""
    print("\n" + text)
    if options.keep:
        options.keep.parent.mkdir(parents=True, exist_ok=True)
        options.keep.write_text(text)


if __name__ == "__main__":
    main()
