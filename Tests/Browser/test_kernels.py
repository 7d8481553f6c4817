# SPDX-License-Identifier: Apache-2.0
"""The pixel kernels as a browser and node run them: the same bytes as natively."""

import base64
import hashlib
import json
import subprocess

import corpus
import pydicom
import pytest
from martlet_server import ROOT
from pydicom.encaps import generate_frames

COMPRESSIONS = {
    "1.2.840.10008.1.2.5": "rle", "1.2.840.10008.1.2.4.57": "jpeg-lossless", "1.2.840.10008.1.2.4.70": "jpeg-lossless"}
DECODE_IN_PAGE = """async (frames) => {
  const worker = new Worker("decoder.js", { type: "module" });
  const decoded = [];
  for (const [id, { stream, form }] of frames.entries()) {
    const bytes = Uint8Array.from(atob(stream), (letter) => letter.charCodeAt(0)).buffer;
    const answer = await new Promise((done) => {
      worker.onmessage = (event) => done(event.data);
      worker.postMessage({ id: id + 1, stream: bytes, form }, [bytes]);
    });
    if (answer.error) {
      decoded.push(answer.error);
      continue;
    }
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", answer.samples));
    decoded.push(Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  }
  worker.terminate();
  return decoded;
}"""
DECODE_IN_NODE = """
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Kernels, decodeFrame } from "./kernel-case.mjs";
const kernels = await Kernels.load(readFileSync(process.argv[2]));
for (const { stream, form } of JSON.parse(readFileSync(0))) {
  try {
    const samples = decodeFrame(kernels, Buffer.from(stream, "base64"), form);
    console.log(createHash("sha256").update(samples).digest("hex"));
  } catch (error) {
    console.log(error.message);
  }
}
"""


def compressed():
    """Entries of the corpus whose frames the kernels decode."""
    found = [one for one in corpus.entries()
             if one.get("transfer_syntax") in COMPRESSIONS and one.get("pixel") and one["bits_allocated"] > 1]
    present = [one for one in found if one["path"]]
    print(f"{len(found) - len(present)} of {len(found)} compressed files of the corpus are absent")
    assert len(present) >= 30
    return present


def frames_of(entry):
    """The codestreams of a file, and what must be known to decode them."""
    file = pydicom.dcmread(entry["path"], force=True)
    allocated, high = int(file.BitsAllocated), int(file.HighBit)
    form = {
        "compression": COMPRESSIONS[entry["transfer_syntax"]], "rows": int(file.Rows), "columns": int(file.Columns),
        "samples": int(file.SamplesPerPixel), "sampleBytes": allocated // 8, "unused": allocated - 1 - high,
        "signed": int(file.PixelRepresentation) == 1}
    count = int(file.get("NumberOfFrames", 1) or 1)
    return [{"stream": base64.b64encode(one).decode(), "form": form}
            for one in generate_frames(file.PixelData, number_of_frames=count)]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Decodes frames in node: the hash of each, or why there is none."""
    folder = tmp_path_factory.mktemp("node")
    bundle(folder / "kernel-case.mjs")
    (folder / "decode.mjs").write_text(DECODE_IN_NODE)

    def decode(frames):
        done = subprocess.run(
            ["node", folder / "decode.mjs", ROOT / "Web" / "dist" / "kernels.wasm"], input=json.dumps(frames),
            capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return decode


def bundle(path):
    subprocess.run(
        ["esbuild", ROOT / "Web" / "tests" / "kernel-case.ts", "--bundle", "--format=esm", "--target=es2022",
         "--log-level=warning", f"--outfile={path}"], check=True)


# Named lossless and is not: left to the server.
OTHERS = {"files/dcmjs/test__sample-op.dcm": ["no lossless Huffman JPEG: SOF 0"]}


def test_frames_of_the_corpus_in_node_and_chromium(reader, mock, node):
    entries = compressed()
    frames = [frames_of(entry) for entry in entries]
    decoded = node(sum(frames, []))
    reader.page.goto(mock.url + "/")
    assert reader.page.evaluate(DECODE_IN_PAGE, sum(frames, [])) == decoded
    for entry, own in zip(entries, frames):
        hashes, decoded = decoded[:len(own)], decoded[len(own):]
        assert hashes == OTHERS.get(entry["id"], expected(entry, len(own))), entry["id"]


def expected(entry, count):
    """The manifest's hash is of all frames behind each other; those of a loop are found by another decoder."""
    if count == 1:
        return [entry["pixel"]["sha256"]]
    pixels = pydicom.pixels.pixel_array(pydicom.dcmread(entry["path"], force=True), raw=True)
    return [hashlib.sha256(frame.tobytes()).hexdigest() for frame in pixels]


def test_made_up_cases_in_chromium(reader, mock, tmp_path):
    cases = json.loads((ROOT / "Tests" / "Kernels" / "cases.json").read_text())
    bundle(tmp_path / "kernel-case.js")
    reader.page.route("**/kernel-case.js", lambda route: route.fulfill(path=tmp_path / "kernel-case.js"))
    reader.page.goto(mock.url + "/")
    wrong = reader.page.evaluate("""async (cases) => {
      const { Kernels, wrongCases } = await import("/kernel-case.js");
      return wrongCases(await Kernels.load(fetch("/kernels.wasm")), cases);
    }""", cases)
    assert wrong == []
