#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A filled department: each list and search by itself, then thirty people at once over HTTP."""
import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import tempfile
import time
import urllib.parse
from collections import defaultdict
from datetime import date
from pathlib import Path

from contestants import ROOT, commit
from department_users import PAUSE_SECONDS, REFRESH_SECONDS, SHARES, staff

from martlet_server import PASSWORD, MartletServer  # noqa: E402  (contestants extends the path)

LIMIT = 100
WARM_SECONDS = 5
ANSWERS_TO_JUDGE = 20


def processors():
    """Seconds that all processors worked so far, and seconds that all were there."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    ticks = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - fields[3] - fields[4]) / ticks, sum(fields) / ticks


def process_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def percentile(times, share):
    return times[min(len(times) - 1, len(times) * share // 100)]


def prepare(server, count):
    """Accounts of all who will work; known ones get their password again."""
    for kind, name in staff(count):
        server.command("user", "add", name, "--role", kind.role, "--password-stdin", "--replace", "--data", server.data,
                       standard_input=PASSWORD + "\n")


def remember(folder):
    """Has the system hold the database, as one that has memory for it does after a day's work; virtual machines whose
    host takes back memory that lay idle forget it within a minute."""
    buffer = bytearray(1 << 20)
    with open(folder / "index.sqlite", "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def load(address, pid, users, seconds, wait, folder):
    """Lets people work for a while, once the file `wait` is there, where one is named; it is taken away then.
    The database of `folder`, where one is named, is in memory.

    Returns the answers as (kind, milliseconds, bytes), and what the machine did meanwhile."""
    results = []
    people = [kind(address, name, PASSWORD, results) for kind, name in staff(users)]
    # One after another: a password costs more than anything that is asked later.
    for person in people:
        person.start()
        person.open.wait(60)
    print(f"{users} people have signed in", flush=True)
    if folder:
        remember(folder)
    while wait and not wait.exists():
        time.sleep(0.05)
    if wait:
        wait.unlink()
    for person in people:
        person.working.set()
    time.sleep(WARM_SECONDS)
    begun = time.monotonic()
    for person in people:
        person.start_at = begun
    before = (*processors(), process_seconds(pid), own_seconds())
    time.sleep(seconds)
    after = (*processors(), process_seconds(pid), own_seconds())
    for person in people:
        person.start_at = float("inf")
        person.stopping.set()
    for person in people:
        person.join(70)
    failures = [person.failure for person in people if person.failure]
    busy, there, server, own = (one - other for one, other in zip(after, before))
    window = {"users": users, "seconds": seconds, "failures": failures, "load": os.getloadavg()[0],
              "server": server, "own": own, "others": max(0.0, busy - server - own), "there": there}
    return results, window


def table(results):
    kinds = defaultdict(list)
    for kind, milliseconds, _ in results:
        kinds[kind].append(milliseconds)
    lines = ["| list, search or act | answers | median | p95 | p99 | longest |", "|---|---|---|---|---|---|"]
    for kind in sorted(kinds):
        times = sorted(kinds[kind])
        columns = [f"{percentile(times, share):.1f}" for share in (50, 95, 99)] + [f"{times[-1]:.1f}"]
        if float(columns[1]) > LIMIT:
            columns[1] = f"**{columns[1]}**"
        few = "" if len(times) >= ANSWERS_TO_JUDGE else " (few)"
        lines.append(f"| {kind}{few} | {len(times)} | {' | '.join(columns)} |")
    times = sorted(milliseconds for _, milliseconds, _ in results)
    if times:
        columns = " | ".join(f"{percentile(times, share):.1f}" for share in (50, 95, 99))
        lines.append(f"| all | {len(times)} | {columns} | {times[-1]:.1f} |")
    return "\n".join(lines)


def describe(windows, results):
    """How much was asked, and who took the processors meanwhile."""
    seconds = sum(window["seconds"] for window in windows)
    there = sum(window["there"] for window in windows)

    def share(name):
        return f"{100 * sum(window[name] for window in windows) / there:.0f} %"

    failures = [failure for window in windows for failure in window["failures"]]
    loads = ", ".join(format(window["load"], ".1f") for window in windows)
    text = (f"{windows[0]['users']} people for {seconds} s in {len(windows)} windows: {len(results)} answers, "
            f"{len(results) / seconds:.1f}/s. Of the processors' time the server took {share('server')}, the load "
            f"program itself {share('own')}, all else on the machine {share('others')}; load average at the end of "
            f"each window {loads}.")
    return text + "".join(f"\n\nFAILED: {failure}" for failure in failures)


def alone(program, database, reports, runs):
    """What the questions take one after another, in the program's own table."""
    done = subprocess.run([program, database, str(reports), str(runs)], check=True, capture_output=True, text=True)
    rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    return "\n".join([
        "| question | median, ms of clock | p95 | median, ms of processor | p95 | answers |",
        "|---|---|---|---|---|---|",
        *rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=550_000)
    parser.add_argument("--runs", type=int, default=20, help="of each question by itself; 0 asks none")
    parser.add_argument("--users", type=int, default=sum(share for _, share in SHARES))
    parser.add_argument("--seconds", type=int, default=45, help="of each window")
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--data", type=Path, help="data folder that is kept; filled where it is empty")
    parser.add_argument("--serve", action="store_true",
                        help="only prepare --data and run the server until it is ended; prints its address and process")
    parser.add_argument("--address", help="HOST:PORT:PROCESS of a server that --serve runs")
    parser.add_argument("--wait", type=Path, help="file that begins each window, once all have signed in")
    parser.add_argument("--raw", type=Path, help="file to which each window's answers are added; the table is of all")
    parser.add_argument("--keep", type=Path, help="file that keeps the result")
    options = parser.parse_args()
    folder = options.data or Path(tempfile.mkdtemp(prefix="martlet-department-"))
    server, questions = None, ""
    try:
        if options.address:
            host, port, process = options.address.split(":")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            program = os.environ["DEPARTMENT_BENCH_BIN"]
            if options.runs or not (folder / "index.sqlite").exists():
                questions = alone(program, folder / "index.sqlite", options.reports, options.runs or 1)
            server = MartletServer(folder)
            prepare(server, options.users)
            server.start()
            address = urllib.parse.urlsplit(server.url)
            host, port, process = address.hostname, address.port, server.process.pid
            print(f"{host}:{port}:{process}", flush=True)
            if options.serve:
                server.process.wait()
                return
        results, windows = [], []
        for _ in range(options.windows):
            answers, window = load((host, int(port)), int(process), options.users, options.seconds, options.wait,
                                   folder if server else None)
            results += answers
            windows.append(window)
            if options.raw:
                with options.raw.open("a") as file:
                    file.write(json.dumps({"window": window, "answers": answers}) + "\n")
        if options.raw:
            kept = [json.loads(line) for line in options.raw.read_text().splitlines()]
            windows = [one["window"] for one in kept]
            results = [answer for one in kept for answer in one["answers"]]
    finally:
        if server:
            server.stop()
        if not options.data and not options.address:
            shutil.rmtree(folder, ignore_errors=True)
    text = f"""# The department's lists and searches with {options.users} people at once, {date.today()}

Commit {commit()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, release build, SQLite,
{options.reports} reports, 100,000 exams a year. Limit: {LIMIT} ms at the 95th percentile.

{describe(windows, results)} Each of {", ".join(f"{share} × {kind.role}" for kind, share in SHARES)} looks at a list
that is asked for again every {REFRESH_SECONDS} s, as the client does, and does something else {PAUSE_SECONDS} s after
the last on an average.{" The database is read once before each window, so that it is in memory." if server else ""}
Milliseconds from the request to the last byte of the answer.

{table(results)}
"""
    if questions:
        text += f"\n## One after another\n\n{options.runs} runs of each question, without HTTP.\n\n{questions}\n"
    print("\n" + text)
    if options.keep:
        options.keep.parent.mkdir(parents=True, exist_ok=True)
        options.keep.write_text(text)


if __name__ == "__main__":
    main()
