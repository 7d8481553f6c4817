# SPDX-License-Identifier: Apache-2.0
"""Measures how the archive takes objects in and hands them out, beside Orthanc, DCMTK and what the machine allows.

All of a row are measured in turn, round after round; a ratio is the median of the ratios of each round.
"""
import argparse
import http.client
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

import store_objects
from contestants import (
    LOADER, Martlet, Orthanc, Sink, StoreSCP, commit, compiled, cpu_seconds, free_ports, peak_memory)

PIXELS = 512 * 512 * 2
SMALL_PIXELS = 1024
SLICES = 500
# What a server has that nobody configured: room for a study of so many slices, and too little for it.
CACHE_MEGABYTES, SMALL_CACHE_MEGABYTES = 256, 64
DESTINATION = "DISCARD"
GIGABYTE = 1 << 30


class Row:
    """What one thing costs each contestant, and what Martlet's share of theirs should be."""

    def __init__(self, name, unit, bars, more_is_better=True, digits=0):
        self.name, self.unit, self.bars = name, unit, bars
        self.more_is_better, self.digits = more_is_better, digits
        self.values, self.cpu = {}, {}

    def take(self, name, value, cpu=None):
        self.values.setdefault(name, []).append(value)
        if cpu is not None:
            self.cpu.setdefault(name, []).append(cpu)

    def ratios(self, other):
        pairs = zip(self.values["Martlet"], self.values[other])
        return sorted(ours / theirs if self.more_is_better else theirs / ours for ours, theirs in pairs)

    def lines(self):
        for name, values in self.values.items():
            cpu = f"{statistics.median(self.cpu[name]):.2f}" if name in self.cpu else ""
            ratio = spread = bar = ""
            if name != "Martlet":
                ratios = self.ratios(name)
                ratio, spread = f"{statistics.median(ratios):.2f}", f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
            if name in self.bars:
                met = statistics.median(ratios) >= self.bars[name]
                bar = f"{self.bars[name]:g}, {'met' if met else '**missed**'}"
            yield (self.name, name, f"{statistics.median(values):.{self.digits}f} {self.unit}", cpu, ratio, spread, bar)


class StoreBench:
    def __init__(self, options, folder):
        self.options, self.folder, self.rows, self.prefix = options, folder, [], 0
        programs = ("dicom_load", "web_load", "sink")
        self.load_program, self.web_program, sink = (compiled(name, folder) for name in programs)
        (folder / "files").mkdir()
        self.discard = Sink(sink, "discard")
        nodes = [(DESTINATION, self.discard.dicom_port), (LOADER, free_ports(1)[0])]
        self.martlet, self.orthanc = Martlet(folder, nodes, CACHE_MEGABYTES), Orthanc(folder, nodes)
        (folder / "small-cache").mkdir()
        self.reader = Martlet(folder / "small-cache", nodes, SMALL_CACHE_MEGABYTES)
        self.limit = Sink(sink, "limit", folder / "limit", 2 * GIGABYTE)
        self.files = Sink(sink, "files", folder / "files")
        self.storescp = StoreSCP(folder)
        self.sink_program = sink
        self.all = [self.martlet, self.reader, self.orthanc, self.limit, self.files, self.storescp, self.discard]

    def stop(self):
        for each in self.all:
            each.stop()

    def load(self, server, mode, *arguments):
        done = subprocess.run(
            [self.load_program, mode, "127.0.0.1", str(server.dicom_port), server.ae_title, *map(str, arguments)],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{server.name}, {mode} {arguments}: {done.stderr}")
        return json.loads(done.stdout)

    def row(self, row, contestants, measure, rounds=None):
        for _ in range(rounds or self.options.rounds):
            self.prefix += 1
            for each in contestants:
                os.sync()
                value, cpu = measure(each)
                if each in (self.martlet, self.reader):
                    each.rest()
                row.take(each.name, value, cpu)
        self.rows.append(row)
        for line in row.lines():
            print(" | ".join(line), flush=True)
        shutil.rmtree(self.folder / "files")
        (self.folder / "files").mkdir()
        self.storescp.clear()

    # Taking in

    def store(self, server, associations, objects, pixels, per_study):
        before = cpu_seconds(server)
        result = self.load(server, "store", associations, objects, pixels, self.prefix, per_study)
        cpu = (cpu_seconds(server) - before) / objects * 1000
        return result, None if server is self.storescp else cpu

    def image_rows(self):
        def measure(server):
            result, cpu = self.store(server, associations, self.options.objects, PIXELS, 100)
            return result["bytes"] / result["seconds"] / 1e6, cpu

        for associations, bar in ((1, 5), (4, 3), (16, 3)):
            self.row(
                Row(f"C-STORE of CT 512 × 512 over {associations}", "MB/s",
                    {"Orthanc": bar, "limit": 0.6, "files": 1}),
                [self.martlet, self.orthanc, self.limit, self.files, *([self.storescp] if associations == 1 else [])],
                measure)

    def small_rows(self):
        def measure(server):
            result, cpu = self.store(server, associations, self.options.small, SMALL_PIXELS, 10)
            return result["objects"] / result["seconds"], cpu

        for associations in (1, 4):
            self.row(
                Row(f"C-STORE of objects of 2 KB over {associations}", "1/s", {"Orthanc": 5, "files": 1}),
                [self.martlet, self.orthanc, self.limit, self.files], measure)

    def stow_row(self):
        def measure(server):
            # Made before the clock starts, and new each time.
            boundary, body = store_objects.multipart(self.options.stow, PIXELS)
            connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=300)
            before, started = cpu_seconds(server), time.monotonic()
            connection.request("POST", f"{server.prefix}/studies", body=body, headers={
                **server.headers, "Accept": "application/dicom+json",
                "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}'})
            answer = connection.getresponse()
            answer_body = answer.read()
            elapsed = time.monotonic() - started
            assert answer.status == 200, (server.name, answer.status, answer_body[:500])
            return len(body) / elapsed / 1e6, (cpu_seconds(server) - before) / self.options.stow * 1000

        self.row(Row(f"STOW-RS of {self.options.stow} images", "MB/s", {"Orthanc": 3}), [self.martlet, self.orthanc],
                 measure)

    # Handing out

    def ask(self, server, path, accept, count=1):
        """Seconds of a request's median, and bytes of its answer."""
        fields = [f"{name}: {value}" for name, value in {**server.headers, "Accept": accept}.items()]
        done = subprocess.run(
            [self.web_program, str(server.http_port), str(count), server.prefix + path, *fields],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{server.name}, {path}: {done.stderr}")
        result = json.loads(done.stdout)
        return result["median"], result["bytes"] / count

    def retrieve(self, server, study):
        before = cpu_seconds(server)
        seconds, count = self.ask(
            server, f"/studies/{study}", 'multipart/related; type="application/dicom"; transfer-syntax=*')
        return count / seconds / 1e6, cpu_seconds(server) - before

    def get(self, server, study):
        before = cpu_seconds(server)
        result = self.load(server, "get", study)
        return result["bytes"] / result["seconds"] / 1e6, cpu_seconds(server) - before

    def move(self, server, study, slices):
        before = cpu_seconds(server)
        result = self.load(server, "move", study, DESTINATION)
        return slices * PIXELS / result["seconds"] / 1e6, cpu_seconds(server) - before

    def bare(self, sink):
        """What the same client gets of a bare copy."""
        started, count, buffer = time.monotonic(), 0, bytearray(1 << 20)
        with socket.create_connection(("127.0.0.1", sink.dicom_port)) as connection:
            while got := connection.recv_into(buffer):
                count += got
        return count / (time.monotonic() - started) / 1e6, None

    def retrieval_rows(self):
        for martlet, mode in ((self.martlet, "memory"), (self.reader, "copy")):
            self.prefix += 1
            for server in (martlet, self.orthanc):
                self.store(server, 1, SLICES, PIXELS, SLICES)
            study = store_objects.uid(self.prefix, 1, 0)
            amount = SLICES * PIXELS
            if mode == "copy":
                amount = self.folder / "copied"
                amount.write_bytes(bytes(SLICES * PIXELS))
                os.sync()
            sink = Sink(self.sink_program, mode, amount)
            self.all.append(sink)

            def measured(measure):
                def of(server):
                    if server is sink:
                        return self.bare(server)
                    # Who reads through the page cache has it empty where Martlet has its own too small.
                    if server is self.orthanc and mode == "copy":
                        server.forget()
                    return measure(server)
                return of

            what = f"a study of {SLICES}, {'cached' if mode == 'memory' else 'from the disk'}"
            contestants = [martlet, self.orthanc, sink]
            for name, bar, measure in (
                    ("C-GET", 3, lambda server: self.get(server, study)),
                    ("C-MOVE", 2, lambda server: self.move(server, study, SLICES)),
                    ("WADO-RS", 2, lambda server: self.retrieve(server, study))):
                self.row(Row(f"{name} of {what}", "MB/s", {"Orthanc": bar, mode: 0.6}), contestants, measured(measure))
            if mode == "memory":
                self.latency_rows(study)

    def latency_rows(self, study):
        series = store_objects.uid(self.prefix_of(study), 2, 0)
        instance = store_objects.uid(self.prefix_of(study), 3, 1)
        path = f"/studies/{study}/series/{series}"
        as_json, as_bytes = "application/dicom+json", 'multipart/related; type="application/octet-stream"'
        for name, bar, path, accept, count in (
                (f"metadata of a series of {SLICES}", 10, f"{path}/metadata", as_json, 5),
                ("one frame", 5, f"{path}/instances/{instance}/frames/1", as_bytes, 100),
                ("one rendered JPEG", 5, f"{path}/instances/{instance}/rendered", "image/jpeg", 50)):
            def measure(server):
                before = cpu_seconds(server)
                seconds, _ = self.ask(server, path, accept, count)
                return seconds * 1000, (cpu_seconds(server) - before) / count * 1000

            self.row(Row(name, "ms", {"Orthanc": bar}, more_is_better=False, digits=2), [self.martlet, self.orthanc],
                     measure)

    @staticmethod
    def prefix_of(study):
        return int(study.removeprefix("2.25.1")[:12])

    # What grows

    def memory_row(self):
        """64 associations, each with one object as large as the client's memory lets it be."""
        megabytes = 60
        associations = 64
        needed = associations * megabytes << 20
        if shutil.disk_usage(self.folder).free < 2 * needed:
            return print(f"left out: 64 associations of {megabytes} MB need {2 * needed >> 30} GB of disk")
        self.prefix += 1
        self.load(self.martlet, "store", associations, associations, megabytes << 20, self.prefix, 1)
        row = Row(
            f"peak memory with {associations} associations of {megabytes} MB each, cache included", "MB", {}, False)
        row.take("Martlet", peak_memory(self.martlet))
        self.rows.append(row)

    def filled_row(self):
        """The rate beside many objects against the rate of an empty archive."""
        count = self.options.fill
        if count == 0:
            return print("left out: the rate when full (--fill 1000000)")
        # A block of a segment and rows of the index for each, and room to work.
        needed = count * 6000 + (4 << 30)
        if shutil.disk_usage(self.folder).free < needed:
            return print(f"left out: {count} objects need {needed >> 30} GB of disk")
        self.martlet.stop()
        full, empty = Martlet(self.folder / "full"), Martlet(self.folder / "empty")
        full.name, empty.name = "Martlet", "empty"
        self.all += [full, empty]
        self.prefix += 1
        self.fill(full, count)

        def measure(server):
            result, cpu = self.store(server, 4, self.options.small, SMALL_PIXELS, 10)
            return result["objects"] / result["seconds"], cpu

        self.row(
            Row(f"C-STORE of objects of 2 KB over 4, beside {count}", "1/s", {"empty": 0.9}), [full, empty], measure)

    def fill(self, martlet, count):
        """Writes segments as they would be after so many objects, has the index built from them, and starts again."""
        server = martlet.server
        martlet.stop()
        template = self.folder / "template.dcm"
        template.write_bytes(store_objects.segment_template(SMALL_PIXELS))
        segments = Path(server.data) / "hot" / str(date.today())
        segments.parent.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        subprocess.run(
            [compiled("fill", self.folder), segments, str(count), "50", "800000", template], check=True)
        written = time.monotonic()
        done = json.loads(server.command("reindex", "--json", "--data", server.data, timeout=None).stdout)
        assert done["indexed"] == count and not done["unusable"], done
        print(f"{count} objects written to segments in {written - started:.0f} s, indexed in "
              f"{time.monotonic() - written:.0f} s", flush=True)
        server.start()
        martlet.process = server.process

    def run(self):
        self.image_rows()
        self.small_rows()
        self.stow_row()
        self.retrieval_rows()
        self.memory_row()
        self.filled_row()

    def table(self):
        head = "| | | | CPU | Martlet's ratio | spread | bar |\n|---|---|---|---|---|---|---|\n"
        return head + "".join(f"| {' | '.join(line)} |\n" for row in self.rows for line in row.lines())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=1000, help="CT images for each C-STORE measurement")
    parser.add_argument("--small", type=int, default=4000, help="small objects for each C-STORE measurement")
    parser.add_argument("--stow", type=int, default=100, help="images of a STOW-RS request")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement; the median counts")
    parser.add_argument("--fill", type=int, default=0, help="objects stored before the rate is measured again")
    parser.add_argument("--folder", type=Path, help="where the servers keep their data (default: a temporary folder)")
    parser.add_argument("--keep", type=Path, help="file that keeps the result")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="martlet-bench-", dir=options.folder))
    bench = StoreBench(options, folder)
    try:
        bench.run()
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
    text = f"""# The store, {date.today()}

Commit {commit()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}. All in one run, in turn; median of
{options.rounds} rounds of {options.objects} CT images or {options.small} small objects; a ratio is the median of those
of each round. Martlet: release build, SQLite, block cache {CACHE_MEGABYTES} MB as by default ({SMALL_CACHE_MEGABYTES}
where it is to read from the disk, for which Orthanc's files are taken out of the page cache), each object durable
before the answer. Orthanc {Orthanc.version()} of Debian, SQLite, not durable. `limit`, `files`, `memory`, `copy`: the
modes of `sink.c`. CPU: of the server, milliseconds for each object taken in and each request, seconds for each study
handed out. `over 4`: 4 associations at once. Requests for metadata, frames and images follow each other on one
connection.

{bench.table()}"""
    print("\n" + text)
    if options.keep:
        options.keep.parent.mkdir(parents=True, exist_ok=True)
        options.keep.write_text(text)


if __name__ == "__main__":
    main()
