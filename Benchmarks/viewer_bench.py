# SPDX-License-Identifier: Apache-2.0
"""Measures viewers in one run on the same data: ours on Martlet, OHIF on Martlet, OHIF on Orthanc. See README.md."""
import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "support"))
sys.path.insert(0, str(ROOT / "Tests" / "Browser"))
sys.path.insert(0, str(ROOT / "Benchmarks"))

from contestants import Martlet, Orthanc, commit  # noqa: E402
from playwright.sync_api import TimeoutError as Timeout, sync_playwright  # noqa: E402
from viewers import Ohif, Ours, Web  # noqa: E402
from viewer_data import mammogram, multiframe, series_of_ct  # noqa: E402

STUDIES = {"ct500": 500, "ct60": 60, "ct2000": 2000}
# Of how many times a first image is told by its median, each in a browser of its own.
FIRSTS = 3


def send(server, folder):
    done = subprocess.run(
        ["dcmsend", "--aetitle", "LOADER", "--call", server.ae_title, "--scan-directories", "--recurse",
         "127.0.0.1", str(server.dicom_port), folder], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)


class Table:
    def __init__(self, names):
        self.names, self.rows = names, {}

    def add(self, viewer, row, value):
        self.rows.setdefault(row, {})[viewer] = value
        print(f"{viewer}: {row}: {value}", flush=True)

    def text(self):
        head = "| | " + " | ".join(self.names) + " |\n|---|" + "---|" * len(self.names) + "\n"
        return head + "".join(
            f"| {row} | " + " | ".join(str(values.get(name, "–")) for name in self.names) + " |\n"
            for row, values in self.rows.items())


def attempt(table, viewer, row, work):
    """A measurement that a viewer cannot do is told in its place."""
    try:
        work()
    except (Timeout, RuntimeError) as error:
        table.add(viewer.name, row, "not measured: " + str(error).splitlines()[0][:60])


def measure(viewer, playwright, table, options):
    studies = options.studies.split(",")
    if "ct500" in studies:
        first_images(viewer, playwright, table)
        with viewer.browser(playwright) as view:
            attempt(table, viewer, "at 30 Mbit/s", lambda: cold_and_slow(table, viewer, view))
        with viewer.browser(playwright) as view:
            attempt(table, viewer, "500 slices", lambda: stack(table, viewer, view, "ct500"))
            if "planes" in studies:
                attempt(table, viewer, "planes", lambda: planes(table, viewer, view))
            table.add(viewer.name, "memory then (P12), MB", view.memory())
        if "ct60" in studies:
            attempt(table, viewer, "another study", lambda: another(table, viewer, playwright))
    if "mg" in studies:
        with viewer.browser(playwright) as view:
            attempt(table, viewer, "mammogram", lambda: large(table, viewer, view, "ct60" in studies))
    if "ct2000" in studies:
        with viewer.browser(playwright) as view:
            before = view.memory()
            attempt(table, viewer, "2,000 slices", lambda: long(table, viewer, view, before))
    if "mf4g" in studies and viewer.name.startswith("Martlet"):
        with viewer.browser(playwright) as view:
            attempt(table, viewer, "object of 4 GB", lambda: huge(table, viewer, view))


def first_images(viewer, playwright, table):
    for row, opened in (("cold profile, link to first image (P2), ms", lambda view: view.cold("ct500")),
                        ("click to first image of the first study after signing in, ms",
                         lambda view: view.open("ct500", 500, 0)[0])):
        times = []

        def measure():
            for _ in range(FIRSTS):
                with viewer.browser(playwright) as view:
                    times.append(shown(opened(view)))
            table.add(viewer.name, row, spread(times))

        attempt(table, viewer, row, measure)


def shown(milliseconds):
    if not isinstance(milliseconds, int):
        raise RuntimeError("no image")
    return milliseconds


def spread(times):
    """The median, and in brackets the shortest and the longest."""
    times = sorted(times)
    return f"{times[len(times) // 2]} ({times[0]} to {times[-1]})"


def cold_and_slow(table, viewer, view):
    view.slow_network()
    table.add(viewer.name, "cold profile, link to first image at 30 Mbit/s and 10 ms (P2), ms", view.cold("ct500"))
    table.add(viewer.name, "scripts and styles until then (P2), kB on the wire", view.code_kilobytes())


def another(table, viewer, playwright):
    """The viewer was used before, as it is all day."""
    firsts, drawn = [], []
    for _ in range(FIRSTS):
        with viewer.browser(playwright) as view:
            view.open("ct60", 60)
            view.leave()
            firsts.append(shown(view.open("ct500", 500, 0)[0]))
            drawn.append(view.until(view.finished, 2))
    table.add(viewer.name, "click to first image of another study (P1), ms", spread(firsts))
    if all(drawn):
        table.add(viewer.name, "the same, until the graphics have drawn it, ms", spread(drawn))


def stack(table, viewer, view, study):
    name = viewer.name
    _, whole = view.open(study, 500)
    table.add(name, "all 500 slices in place (P4), s", whole)
    tasks = view.long_tasks()
    table.add(name, "long tasks after the first image until then (P14)", tasks)
    table.add(name, "bytes on the wire until then, MB", view.megabytes())
    shown, gap, p95 = view.scroll(30, 5)
    if shown == 0:
        # It does not listen to what a script does with the wheel.
        shown = gap = p95 = "–"
    table.add(name, "scroll at 30 images/s: shown of 150", shown)
    table.add(name, "scroll: longest gap, ms", gap)
    table.add(name, "wheel to frame, p95 (P6), ms", p95)
    if name.startswith("Martlet"):
        half, most = view.key_to_screen(15, 90)
        table.add(name, "key to the screen (P6), median, p95, ms", f"{half}, {most}")
    table.add(name, "window drag (P7), images/s", view.window_drag())
    four = view.four_panes()
    if four:
        table.add(name, "window drag with 2 × 2 panes (P7), images/s", four)


def planes(table, viewer, view):
    rate, settled = view.planes_drag()
    table.add(viewer.name, "MPR drag, 3 panes (P8), images/s", rate)
    if settled:
        table.add(viewer.name, "MPR full quality after rest (P8), ms", settled)
    slab, whole = view.slab_drag()
    if slab:
        table.add(viewer.name, "MPR slab of 20 mm (P8), images/s", slab)
        table.add(viewer.name, "MPR slab, full quality after rest, s", whole)


def large(table, viewer, view, is_warm):
    """Ours shows it coarsely first; where another study is at hand, the viewer was used before."""
    ours = viewer.name.startswith("Martlet")
    if ours and is_warm:
        view.open("ct60", 60)
        view.leave()
    if ours:
        view.watch_whole()
    first, _ = view.open("mg", 1)
    name = "20-Mpx mammogram, click to image (P3), ms"
    if ours:
        table.add(viewer.name, "20-Mpx mammogram, click to a coarse image (P3), ms", first)
        table.add(viewer.name, "the same, until the browser has taken it over, ms", view.until(view.finished, 20))
        first = view.until(view.whole, 20)
    table.add(viewer.name, name, first)
    table.add(viewer.name, "20-Mpx mammogram, window drag (P7), images/s", view.window_drag())


def long(table, viewer, view, before):
    first, whole = view.open("ct2000", 2000, 30)
    table.add(viewer.name, "2,000 slices: click to first image, ms", first)
    table.add(viewer.name, "2,000 slices: as many as stay in place, s", whole)
    table.add(viewer.name, "2,000 slices: memory growth (P5), MB", view.memory() - before)
    shown, gap, _ = view.scroll(30, 5)
    table.add(viewer.name, "2,000 slices: scroll, shown of 150, longest gap in ms", f"{shown}, {gap}")
    if viewer.name.startswith("Martlet"):
        rate, _ = view.planes_drag()
        table.add(viewer.name, "2,000 slices: MPR drag, images/s", rate)
        table.add(viewer.name, "2,000 slices: memory growth with MPR (P5), MB", view.memory() - before)


def huge(table, viewer, view):
    """One object of 4 GB: frames come when they are looked at, and go when others need their place."""
    before = view.memory()
    first, _ = view.open("mf4g", 2047, 20)
    table.add(viewer.name, "object of 4 GB: click to first image, ms", first)
    jumps = [view.jump(share) for share in (0.5, 0.95, 0.25, 0.75)]
    table.add(viewer.name, "object of 4 GB: jumps to other frames, ms", ", ".join(map(str, jumps)))
    view.page.wait_for_timeout(8000)
    table.add(viewer.name, "object of 4 GB: memory growth, MB", view.memory() - before)


def prepared(study, folder):
    if folder.exists():
        return
    if study == "mg":
        mammogram(folder)
    elif study == "mf4g":
        multiframe(folder)
    else:
        series_of_ct(folder, STUDIES[study])


def list_times(table, martlet):
    """P15 on what is stored here; the list of a million studies is measured by the index benchmark."""
    import http.client
    for name, query in (("first rows", "limit=50"), ("filter", "limit=50&modality=CT&search=bench"),
                        ("sort", "limit=50&sort=patientName&order=asc")):
        times = []
        for _ in range(20):
            connection = http.client.HTTPConnection("127.0.0.1", martlet.http_port)
            begun = time.monotonic()
            connection.request("GET", f"/api/v1/studies?{query}", headers=martlet.headers)
            assert connection.getresponse().read()
            times.append((time.monotonic() - begun) * 1000)
        table.add("Martlet's viewer", f"study list, {name}, median, ms", f"{sorted(times)[10]:.1f}")


def hold(file):
    """Waits until somebody says that the machine is quiet."""
    if file and not file.exists():
        print("ready", flush=True)
    while file and not file.exists():
        time.sleep(0.2)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", default="ct500,ct60,planes,mg,ct2000",
                        help="ct500, ct60 (another study after it), planes (MPR of it), mg, ct2000; mf4g (an object of "
                        "4 GB, ours alone) when asked for")
    parser.add_argument("--viewers", default="ours,ohif,orthanc", help="ours, ohif, orthanc; all by default")
    parser.add_argument("--folder", type=Path, help="where data and servers stand (default: a temporary folder)")
    parser.add_argument("--prepared", type=Path, help="folder of an earlier run with --folder: its files are used")
    parser.add_argument("--wait", type=Path, help="measures each viewer when this file is there, and takes it away")
    parser.add_argument("--keep", type=Path, help="file that keeps the result")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="martlet-viewers-", dir=options.folder))
    servers = []
    web = None
    try:
        files = options.prepared or folder / "files"
        stored = [study for study in options.studies.split(",") if study != "planes"]
        for study in stored:
            prepared(study, files / study)
        martlet = Martlet(folder)
        servers.append(martlet)
        asked = options.viewers.split(",")
        orthanc = Orthanc(folder) if "orthanc" in asked else None
        servers += [orthanc] if orthanc else []
        for server in servers:
            for study in stored:
                send(server, files / study)
        web = Web(folder, martlet, orthanc)
        viewers = {"ours": lambda: Ours(martlet), "ohif": lambda: Ohif("OHIF on Martlet", web.martlet),
                   "orthanc": lambda: Ohif("OHIF on Orthanc", web.orthanc)}
        chosen = [viewers[name]() for name in asked]
        table = Table([viewer.name for viewer in chosen])
        hold(options.wait)
        with sync_playwright() as playwright:
            for viewer in chosen:
                hold(options.wait)
                measure(viewer, playwright, table, options)
                if options.wait:
                    options.wait.unlink()
        list_times(table, martlet)
    finally:
        if web:
            web.stop()
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    text = f"""# Viewers, {date.today()}

Commit {commit()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, no graphics processor: headless
Chromium puts pages together by the processor and runs shaders in software. One run on the same data; CT of 512 × 512 ×
16 bit, a mammogram of 4,096 × 5,120 × 16 bit, stored without compression. OHIF is the build in monailabel 0.8.5,
behind nginx; Orthanc {Orthanc.version()} of Debian.

{table.text()}"""
    print("\n" + text)
    if options.keep:
        options.keep.parent.mkdir(parents=True, exist_ok=True)
        options.keep.write_text(text)


if __name__ == "__main__":
    main()
