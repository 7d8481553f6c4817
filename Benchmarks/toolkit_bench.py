# SPDX-License-Identifier: Apache-2.0
"""Measures the toolkit beside C++ tools and Python on the same files, warm, one after the other in every round.

Figures are processor time where not said otherwise, since it swings less than the clock; the median of the rounds is
taken. See README.md here.
"""

import argparse
import json
import math
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import generate_frames
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

ROOT = Path(__file__).resolve().parents[1]
VOLUME = ROOT / "Tests" / "Corpus" / "synthetic" / "volume"
SYNTAX = "1.2.840.10008.1.2."
# Library → flags of the C compiler.
LIBRARIES = {
    "TURBO": ["-ljpeg"], "GDCM8": ["-lgdcmjpeg8"], "GDCM12": ["-lgdcmjpeg12"], "GDCM16": ["-lgdcmjpeg16"],
    "CHARLS": ["-lcharls"], "OPENJPEG": ["-I/usr/include/openjpeg-2.5", "-lopenjp2"], "JXL": ["-ljxl"],
    "OPENJPH": [str(ROOT / "Benchmarks" / "codec_openjph.cpp"), "-lopenjph", "-lstdc++"], "ZLIB": ["-lz"],
}
# Overhead that the bar allows a codec over its library, the factor over pydicom that a scan must reach, and the share
# of each core that the transcoding of a series must ask for.
MOST_OVERHEAD = 1.10
LEAST_SCAN = 20
LEAST_CORES = 0.9
# The codecs that are no library's: (start of the name, ways).
OWN_CODECS = [("RLE", ("decode", "encode")), ("JPEG lossless", ("decode",))]


def run(command, **options):
    """Runs a program and gives its processor seconds, its seconds and what it prints."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([str(part) for part in command], capture_output=True, **options)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} {command[1]}: {done.stderr[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, done.stdout


class Table:
    """Lines of the result."""

    def __init__(self):
        self.lines, self.bars = [], []

    def add(self, text=""):
        self.lines.append(text)
        print(text, flush=True)

    def head(self, title, *columns):
        self.add()
        self.add(f"## {title}")
        self.add()
        self.add("| " + " | ".join(columns) + " |")
        self.add("|" + "---|" * len(columns))

    def row(self, *cells):
        self.add("| " + " | ".join(str(cell) for cell in cells) + " |")

    def bar(self, what, found, asked, is_met):
        """Something that must be reached; all of them are listed at the end."""
        self.bars.append((what, found, asked, "met" if is_met else "**missed**"))

    def add_bars(self):
        self.head("Bars", "what", "found", "asked", "")
        for bar in self.bars:
            self.row(*bar)
        missed = sum(bar[3] != "met" for bar in self.bars)
        self.add()
        self.add(f"{len(self.bars) - missed} of {len(self.bars)} bars are met.")


def medians(rounds, *actions):
    """Runs the actions in turn, so that what else the machine does meets all; the median of each."""
    results = [[] for _ in actions]
    for _ in range(rounds):
        for action, found in zip(actions, results):
            found.append(action())
    return [statistics.median(found) for found in results]


# Files


def header_files(folder, count):
    """Files of a CT with the usual attributes and small images, in folders of a series each."""
    source = pydicom.dcmread(sorted(VOLUME.glob("ct*.dcm"))[0])
    for index in range(count):
        if index % 500 == 0:
            series, place = generate_uid(), folder / f"series{index // 500:03d}"
            place.mkdir(parents=True)
        source.SeriesInstanceUID, source.InstanceNumber = series, index % 500
        source.SOPInstanceUID = source.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        source.save_as(place / f"{index:05d}.dcm")
    return folder


def phantom(kind, frames):
    """CT-like noise over discs, 512 × 512: (frames, rows, columns) or with three samples."""
    chance = np.random.default_rng(1)
    y, x = np.mgrid[:512, :512]
    base = 1000 + 800 * ((x - 256) ** 2 + (y - 256) ** 2 < 40_000) + 300 * ((x - 200) ** 2 + (y - 300) ** 2 < 2_000)
    noise = chance.normal(0, 12, (frames, 512, 512))
    grey = (base + noise).clip(0, 4095)
    if kind == "grey16":
        return grey.astype("<u2")
    grey8 = (grey / 8).clip(0, 255).astype("u1")
    return grey8 if kind == "grey8" else np.stack([grey8, grey8[:, ::-1], 255 - grey8], axis=-1)


def image_file(path, pixels):
    """An uncompressed file of these frames."""
    file = Dataset()
    file.file_meta = FileMetaDataset()
    file.SOPClassUID, file.SOPInstanceUID = SecondaryCaptureImageStorage, generate_uid()
    file.StudyInstanceUID, file.SeriesInstanceUID = generate_uid(), generate_uid()
    file.PatientID, file.PatientName, file.Modality = "BENCH", "Bench^Phantom", "OT"
    file.file_meta.MediaStorageSOPClassUID = file.SOPClassUID
    file.file_meta.MediaStorageSOPInstanceUID = file.SOPInstanceUID
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file.NumberOfFrames, file.Rows, file.Columns = pixels.shape[:3]
    file.SamplesPerPixel = 3 if pixels.ndim == 4 else 1
    file.PhotometricInterpretation = "RGB" if pixels.ndim == 4 else "MONOCHROME2"
    if pixels.ndim == 4:
        file.PlanarConfiguration = 0
    file.BitsAllocated = 8 * pixels.itemsize
    file.BitsStored, file.HighBit, file.PixelRepresentation = (12, 11, 0) if pixels.itemsize == 2 else (8, 7, 0)
    file.PixelData = pixels.tobytes()
    file["PixelData"].VR = "OW" if pixels.itemsize == 2 else "OB"
    file.save_as(path, enforce_file_format=True)
    return path


def transcoded(bench, source, syntax, folder):
    """The file in another transfer syntax, by the toolkit."""
    target = folder / f"{source.stem}-{syntax}.dcm"
    if not target.exists():
        run([bench.martlet, "transcode", "--to", SYNTAX + syntax, "--no-verify", source, target])
    return target


# Headers, parsing, JSON

SCAN_PYDICOM = """
import sys, pydicom, pathlib
tags = ["PatientName", "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "Modality"]
for path in pathlib.Path(sys.argv[1]).rglob("*.dcm"):
    file = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=tags)
    print(path, *(file.get(tag) for tag in tags))
"""
PARSE_PYDICOM = """
import sys, pydicom
def walk(data):
    return sum(1 + sum(walk(item) for item in one.value) if one.VR == "SQ" else 1 for one in data)
for path in sys.argv[1:]: walk(pydicom.dcmread(path))
"""
JSON_PYDICOM = """
import sys, pydicom, pathlib
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.dcm")):
    file = pydicom.dcmread(path, stop_before_pixels=True)
    sys.stdout.write(file.to_json())
"""


def headers(bench, table, folder):
    """Patient, study, series, instance and modality of many files."""
    tags = ["0010,0010", "0010,0020", "0020,000d", "0020,000e", "0008,0018", "0008,0060"]
    count = sum(1 for _ in folder.rglob("*.dcm"))
    tools = {
        "Martlet": [bench.martlet, *bench.extract, folder],
        "gdcmscanner": ["gdcmscanner", "-p", "-r", "-d", folder, *(part for tag in tags for part in ("-t", tag))],
        "dcmftest": ["sh", "-c", f"find {folder} -name '*.dcm' -print0 | xargs -0 dcmftest"],
        "pydicom": [sys.executable, "-c", SCAN_PYDICOM, folder],
    }
    walls = medians(bench.rounds, *(lambda command=command: run(command)[1] for command in tools.values()))
    times = medians(bench.rounds, *(lambda command=command: run(command)[0] for command in tools.values()))
    table.head(f"Headers of {count:,} files", "tool", "seconds", "processor s", "Martlet is faster by the clock",
               "by processor time")
    for name, wall, spent in zip(tools, walls, times):
        table.row(name, f"{wall:.3f}", f"{spent:.3f}", f"{wall / walls[0]:.1f}", f"{spent / times[0]:.1f}")
        if name != "Martlet":
            least = LEAST_SCAN if name == "pydicom" else 1
            table.bar(f"headers by the clock, {name}", f"{wall / walls[0]:.2f}", f"above {least}",
                      wall > least * walls[0])


def parsing(bench, table, files):
    """Every element of whole files."""
    few = files[:500]
    repeats = 4
    ours, theirs, dump = medians(
        bench.rounds, lambda: json.loads(run([bench.toolkit, "parse", repeats, *few])[2])["seconds"] / repeats,
        lambda: run([sys.executable, "-c", PARSE_PYDICOM, *few])[0], lambda: run(["dcmdump", "-q", *few])[0])
    table.head(f"Full parse of {len(few)} files", "tool", "processor s", "Martlet is faster")
    for name, spent in (("Martlet", ours), ("dcmdump", dump), ("pydicom", theirs)):
        table.row(name, f"{spent:.3f}", f"{spent / ours:.1f}")


def json_model(bench, table, series):
    """The DICOM JSON model of a series."""
    files = sorted(series.glob("*.dcm"))
    ours, theirs, pythons = medians(
        bench.rounds, lambda: run([bench.martlet, *bench.json, *files])[0],
        lambda: run(["sh", "-c", f"for one in {series}/*.dcm; do dcm2json -q $one; done"])[0],
        lambda: run([sys.executable, "-c", JSON_PYDICOM, series])[0])
    table.head(f"JSON of {len(files)} instances", "tool", "processor s", "Martlet is faster")
    for name, spent in (("Martlet", ours), ("dcm2json (a process each)", theirs), ("pydicom", pythons)):
        table.row(name, f"{spent:.2f}", f"{spent / ours:.1f}")


# Codecs

DECODE_PYTHON = """
import json, sys, time, numpy, pydicom, imagecodecs
from pydicom.encaps import generate_frames
name, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
file = pydicom.dcmread(path)
frames = list(generate_frames(file.PixelData, number_of_frames=int(file.NumberOfFrames)))
decode = getattr(imagecodecs, name + "_decode")
if name == "dicomrle":
    order = "<u2" if file.BitsAllocated == 16 else "u1"
    decode = lambda frame: imagecodecs.dicomrle_decode(frame, order)
options = {"raw": True} if name == "deflate" else {}
start, size = time.process_time(), 0
for _ in range(rounds):
    for frame in frames:
        found = decode(frame, **options)
        size += found.nbytes if hasattr(found, "nbytes") else len(found)
print(json.dumps({"bytes": size, "seconds": time.process_time() - start}))
"""
ENCODE_PYTHON = """
import json, sys, time, pydicom, imagecodecs
name, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
pixels = pydicom.dcmread(path).pixel_array
encode = getattr(imagecodecs, name + "_encode")
options = {"ljpeg": {"bitspersample": 12}, "jpeg8": {"level": 90}, "jpeg2k": {"level": 0, "codecformat": "J2K"},
           "jpegxl": {"lossless": True}, "zlib": {"level": 6}}.get(name, {})
start = time.process_time()
for _ in range(rounds):
    for frame in pixels: encode(frame, **options)
print(json.dumps({"bytes": pixels.nbytes * rounds, "seconds": time.process_time() - start}))
"""


class Codec:
    """One transfer syntax: the image it is tried on, and what others offer."""

    def __init__(self, name, syntax, kind, frames, decode=(), encode=(), python=None, python_encode=None,
                 library=None, library_encode=None):
        self.name, self.syntax, self.kind, self.frames = name, syntax, kind, frames
        self.decoders, self.encoders = dict(decode), dict(encode)
        self.python, self.python_encode = python, python_encode
        self.library, self.library_encode = library, library_encode


def gdcm(option):
    return "gdcmconv", ["gdcmconv", option]


def dcmtk(*command):
    return "DCMTK", list(command)


CODECS = [
    Codec("RLE 16 bits", "5", "grey16", 400, [gdcm("--raw"), dcmtk("dcmdrle")], [gdcm("--rle"), dcmtk("dcmcrle")],
          "dicomrle"),
    Codec("RLE colour", "5", "colour", 200, [gdcm("--raw"), dcmtk("dcmdrle")], [gdcm("--rle"), dcmtk("dcmcrle")],
          "dicomrle"),
    Codec("JPEG lossless SV1 16 bits", "4.70", "grey16", 20, [gdcm("--raw"), dcmtk("dcmdjpeg")],
          [gdcm("--jpeg"), dcmtk("dcmcjpeg", "+e1")], "ljpeg", "ljpeg", None, "GDCM12"),
    Codec("JPEG lossless SV1 8 bits", "4.70", "grey8", 20, [gdcm("--raw"), dcmtk("dcmdjpeg")],
          [gdcm("--jpeg"), dcmtk("dcmcjpeg", "+e1")], None, None, None, "GDCM8"),
    Codec("JPEG baseline 8 bits", "4.50", "grey8", 40, [gdcm("--raw"), dcmtk("dcmdjpeg")],
          [dcmtk("dcmcjpeg", "+eb", "+q", "90")], "jpeg8", "jpeg8", "TURBO", "TURBO"),
    Codec("JPEG baseline colour", "4.50", "colour", 20, [gdcm("--raw"), dcmtk("dcmdjpeg")],
          [dcmtk("dcmcjpeg", "+eb", "+q", "90")], "jpeg8", "jpeg8", "TURBO", "TURBO"),
    Codec("JPEG extended 12 bits", "4.51", "grey16", 20, [gdcm("--raw"), dcmtk("dcmdjpeg")],
          [dcmtk("dcmcjpeg", "+ee", "+q", "90")], None, None, "GDCM12"),
    Codec("JPEG-LS lossless", "4.80", "grey16", 10, [gdcm("--raw"), dcmtk("dcmdjpls")],
          [gdcm("--jpegls"), dcmtk("dcmcjpls")], "jpegls", "jpegls", None, "CHARLS"),
    Codec("JPEG 2000 lossless", "4.90", "grey16", 4, [gdcm("--raw")], [gdcm("--j2k")], "jpeg2k", "jpeg2k", "OPENJPEG",
          "OPENJPEG"),
    Codec("HTJ2K lossless", "4.201", "grey16", 10, [], [], "htj2k", "htj2k", "OPENJPEG", "OPENJPH"),
    Codec("JPEG XL lossless", "4.110", "grey16", 2, [], [], "jpegxl", "jpegxl", "JXL", "JXL"),
    Codec("deflated frame", "8.1", "grey16", 10, [], [], None, None, "ZLIB", "ZLIB"),
]


def rate(result):
    return result["bytes"] / 1e6 / result["seconds"]


def megabytes(command, size):
    """MB of decoded pixels a second of processor time, of a whole process; not a number where it fails."""
    try:
        return size / 1e6 / run(command)[0]
    except SystemExit:
        return math.nan


def codec_rates(bench, table):
    """Each codec against other programs (a process, with reading and writing of files) and imagecodecs (a loop)."""
    table.head("Codecs, MB/s of decoded pixels", "codec", "way", "Martlet, process", "gdcmconv", "DCMTK",
               "Martlet, loop", "imagecodecs")
    for codec in bench.codecs:
        plain = bench.images[codec.kind, codec.frames]
        packed = transcoded(bench, plain, codec.syntax, bench.folder)
        size = codec.frames * 512 * 512 * (1 if codec.kind == "grey8" else 3 if codec.kind == "colour" else 2)
        for way, source, syntax, tools, python in (
                ("decode", packed, "1", codec.decoders, codec.python),
                ("encode", plain, codec.syntax, codec.encoders, codec.python_encode)):
            loop = ([bench.toolkit, "decode", 1, packed] if way == "decode"
                    else [bench.toolkit, "encode", 1, plain, SYNTAX + syntax])
            script = DECODE_PYTHON if way == "decode" else ENCODE_PYTHON
            target = bench.folder / "out.dcm"
            ours = [bench.martlet, "transcode", "--to", SYNTAX + syntax,
                    "--no-verify", "--jobs", 1, "--force", source, target]
            actions = [lambda: megabytes(ours, size), lambda: rate(json.loads(run(loop)[2]))]
            actions += [lambda command=command: megabytes([*command, source, target], size)
                        for command in tools.values()]
            if python:
                command = [sys.executable, "-c", script, python, source, 1]
                actions.append(lambda: rate(json.loads(run(command)[2])))
            process, looped, *others = medians(bench.rounds, *actions)
            by_tool = dict(zip([*tools, *(["imagecodecs"] if python else [])], others))

            def cell(name, mine):
                if name not in by_tool:
                    return ""
                return "fails" if math.isnan(by_tool[name]) else f"{by_tool[name]:.0f} ({mine / by_tool[name]:.2f})"

            if "DCMTK" in by_tool and any(codec.name.startswith(own) and way in ways for own, ways in OWN_CODECS):
                ratio = process / by_tool["DCMTK"]
                table.bar(f"{codec.name}, {way}, as a process: speed over DCMTK's", f"{ratio:.2f}", "above 1",
                          ratio > 1)
            table.row(codec.name, way, f"{process:.0f}", cell("gdcmconv", process), cell("DCMTK", process),
                      f"{looped:.0f}", cell("imagecodecs", looped))


def instructions(command):
    """What callgrind counts."""
    with tempfile.TemporaryDirectory() as folder:
        # Valgrind cannot read the debug information of Swift.
        subprocess.run(["strip", "-o", f"{folder}/program", command[0]], check=True)
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", f"{folder}/program",
             *map(str, command[1:])], capture_output=True, text=True)
        found = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode != 0 or not found:
            raise SystemExit(done.stderr[-800:])
        return int(found[1])


def each_round(command, more):
    """Instructions of one round, out of one and of some more: start-up is nearly the same in both."""
    return (instructions([*command[:2], 1 + more, *command[3:]]) - instructions([*command[:2], 1, *command[3:]])) / more


def overheads(bench, table):
    """The wrapped codecs against their libraries called from C."""
    table.head("Instructions of a frame (callgrind), millions", "codec", "way", "library from C", "Martlet",
               f"ratio (bar {MOST_OVERHEAD:.2f})")
    for codec in bench.codecs:
        plain = bench.images[codec.kind, 1]
        packed = transcoded(bench, plain, codec.syntax, bench.folder)
        components, bits = (3, 8) if codec.kind == "colour" else (1, 8 if codec.kind == "grey8" else 12)
        for way, library in (("decode", codec.library), ("encode", codec.library_encode)):
            if not library:
                continue
            raw = bench.folder / "raw.bin"
            file = pydicom.dcmread(packed if way == "decode" else plain)
            raw.write_bytes(next(generate_frames(file.PixelData, number_of_frames=1)) if way == "decode"
                            else file.PixelData)
            # Libraries measure the clock when they start, which swings by a million instructions.
            more = 8 if codec.name.startswith("JPEG baseline") else 2
            direct = each_round([bench.library(library), way, 1, raw, 512, 512, components, bits], more)
            ours = each_round([bench.toolkit, way, 1, packed] if way == "decode"
                              else [bench.toolkit, way, 1, plain, SYNTAX + codec.syntax], more)
            table.row(codec.name, way, f"{direct / 1e6:.2f}", f"{ours / 1e6:.2f}", f"{ours / direct:.2f}")
            table.bar(f"{codec.name}, {way}: instructions over the library's", f"{ours / direct:.2f}",
                      f"at most {MOST_OVERHEAD:.2f}", ours <= MOST_OVERHEAD * direct)


def threads(command):
    """Runs a program; its seconds, and of each thread the seconds on a core and those that it waited for one."""
    start = time.monotonic()
    running = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = {}
    while running.poll() is None:
        for path in Path(f"/proc/{running.pid}/task").glob("*/schedstat"):
            try:
                ran, waited, _ = path.read_text().split()
            except (OSError, ValueError):
                continue
            found[path.parent.name] = int(ran) / 1e9, int(waited) / 1e9
        time.sleep(0.005)
    if running.returncode != 0:
        raise SystemExit(f"{command[0]} {command[1]} ended with {running.returncode}")
    return time.monotonic() - start, list(found.values())


def cores(bench, table):
    """Whether the transcoding of a series of images keeps every core busy.

    Where others use the machine too, the clock hides it: what the threads ran and what they waited for a core, divided
    by the clock, is how many cores the program would have kept busy by itself.
    """
    series, long = bench.folder / "series", bench.folder / "long-series"
    series.mkdir()
    long.mkdir()
    for index, frame in enumerate(phantom("grey16", 100)):
        file = image_file(series / f"{index:03d}.dcm", frame[np.newaxis])
        for copy in range(10):
            os.link(file, long / f"{copy}-{index:03d}.dcm")
    table.head("Transcoding of a series", "target", "files", "seconds", "threads that work", "cores used",
               f"cores asked for, of {os.cpu_count()}")
    for name, syntax, source in (("JPEG 2000 lossless", "4.90", series), ("JPEG-LS lossless", "4.80", series),
                                 ("RLE", "5", long)):
        target = bench.folder / f"series-{syntax}"
        found = []
        for _ in range(bench.rounds):
            shutil.rmtree(target, ignore_errors=True)
            wall, times = threads([bench.martlet, "transcode", "--to", SYNTAX + syntax, source, target])
            used, asked = sum(ran for ran, _ in times), sum(ran + waited for ran, waited in times)
            found.append((asked / wall, wall, used / wall, sum(ran > 0.1 * used for ran, _ in times)))
        asked, wall, used, working = sorted(found)[len(found) // 2]
        table.row(name, len(list(source.glob("*.dcm"))), f"{wall:.2f}", working, f"{used:.2f}", f"{asked:.2f}")
        table.bar(f"transcoding of a series to {name}: cores asked for", f"{asked:.2f}",
                  f"{LEAST_CORES * os.cpu_count():.2f}", asked >= LEAST_CORES * os.cpu_count())


class Bench:
    """The programs under test and the files they get."""

    def __init__(self, options, folder):
        self.folder, self.rounds = folder, options.rounds
        self.martlet, self.toolkit = options.martlet, options.toolkit
        attributes = ["PatientName", "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "Modality"]
        self.extract = ["extract", "--quiet", "--recursive", *(part for one in attributes for part in ("-a", one))]
        self.json = ["json", "--lines"]
        self.codecs = [one for one in CODECS if not options.codec or options.codec in one.name]
        self.images = {}

    def make_images(self):
        for codec in self.codecs:
            for frames in (codec.frames, 1):
                key = codec.kind, frames
                if key not in self.images:
                    self.images[key] = image_file(
                        self.folder / f"{codec.kind}-{frames}.dcm", phantom(codec.kind, frames))

    def library(self, name):
        program = self.folder / name
        if not program.exists():
            subprocess.run(["cc", "-O2", f"-DUSE_{name}", ROOT / "Benchmarks" / "codec_library.c", *LIBRARIES[name],
                            "-o", program], check=True)
        return program


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--martlet", default=os.environ.get("MARTLET_BIN"), help="a release build")
    parser.add_argument("--toolkit", default=os.environ.get("TOOLKIT_BENCH_BIN"), help="a release build")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["headers", "parse", "json", "codecs", "instructions", "cores"])
    parser.add_argument("--codec", help="only codecs with this in their name")
    parser.add_argument("--keep", type=Path, help="where the table goes")
    options = parser.parse_args()
    table = Table()
    table.add(f"# Toolkit, {date.today().isoformat()}")
    table.add()
    table.add(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; {options.rounds} rounds, medians.")
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(options, Path(name))

        def wanted(part):
            return options.only in (None, part)

        if wanted("headers") or wanted("parse") or wanted("json"):
            folder = header_files(bench.folder / "headers", options.files)
            files = sorted(folder.rglob("*.dcm"))
        if wanted("headers"):
            headers(bench, table, folder)
        if wanted("parse"):
            parsing(bench, table, files)
        if wanted("json"):
            json_model(bench, table, folder / "series000")
        if wanted("codecs") or wanted("instructions"):
            bench.make_images()
        if wanted("codecs"):
            codec_rates(bench, table)
        if wanted("instructions"):
            overheads(bench, table)
        if wanted("cores"):
            cores(bench, table)
        if table.bars:
            table.add_bars()
    if options.keep:
        options.keep.write_text("\n".join(table.lines) + "\n")


if __name__ == "__main__":
    main()
