# SPDX-License-Identifier: Apache-2.0
"""Makes cases.json: what every build of the pixel kernels must give, natively, in node and in a browser.

What is right comes from here and not from the kernels: images are encoded by the plain encoders below, windows are
PS3.3 C.11.2.1 in double precision, planes are numpy in single precision, one operation after the other.
"""

import base64
import json
import math
import random
from pathlib import Path

import numpy as np

ROWS, COLUMNS = 17, 23
EVEN = [5] * 17
LONG = [2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16]


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def picture(seed, samples, bits):
    """Smooth at the left, the whole range at the right."""
    chance = random.Random(seed)
    values = np.zeros((ROWS, COLUMNS, samples), np.int64)
    for row, column, sample in np.ndindex(values.shape):
        smooth = (column * 3 + row + sample * 5 + chance.randrange(3)) % (1 << bits)
        values[row, column, sample] = chance.randrange(1 << bits) if column * 3 > COLUMNS * 2 else smooth
    return values


class Bits:
    """Bits from the highest on, a zero behind each 0xFF."""

    def __init__(self):
        self.bytes, self.value, self.count = bytearray(), 0, 0

    def put(self, value, length):
        for bit in range(length - 1, -1, -1):
            self.value, self.count = self.value << 1 | value >> bit & 1, self.count + 1
            if self.count == 8:
                self.bytes += bytes([self.value]) + (b"\0" if self.value == 255 else b"")
                self.value = self.count = 0

    def finish(self):
        while self.count:
            self.put(1, 1)
        return bytes(self.bytes)


def predicted(values, row, column, sample, first, predictor, start):
    if first:
        return values[row, column - 1, sample] if column else start
    if not column:
        return values[row - 1, column, sample]
    a, b, c = values[row, column - 1, sample], values[row - 1, column, sample], values[row - 1, column - 1, sample]
    return (a, b, c, a + b - c, a + ((b - c) >> 1), b + ((a - c) >> 1), (a + b) >> 1)[predictor - 1]


def scan_data(values, scan, lengths, predictor, start, restart_rows):
    codes, code = [], 0
    for index, length in enumerate(lengths):
        if index:
            code = (code + 1) << (length - lengths[index - 1])
        codes.append(code)
    data, bits = b"", Bits()
    for row in range(ROWS):
        first = row == 0 or bool(restart_rows) and row % restart_rows == 0
        if row and first:
            data += bits.finish() + bytes([0xFF, 0xD0 + (row // restart_rows - 1) % 8])
            bits = Bits()
        for column in range(COLUMNS):
            for sample in scan:
                difference = int(values[row, column, sample]) - int(
                    predicted(values, row, column, sample, first, predictor, start))
                difference = (difference + 32767) % 65536 - 32767
                category = abs(difference).bit_length()
                bits.put(codes[category], lengths[category])
                if category < 16:
                    bits.put((difference - 1 if difference < 0 else difference) & (1 << category) - 1, category)
    return data + bits.finish()


def jpeg(values, bits, predictor, lengths=EVEN, restart_rows=0, interleaved=True, point=0):
    samples = values.shape[2]

    def segment(marker, body):
        return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body

    stream = b"\xff\xd8" + segment(0xC3, bytes([bits]) + ROWS.to_bytes(2, "big") + COLUMNS.to_bytes(2, "big")
                                   + bytes([samples]) + b"".join(bytes([i + 1, 0x11, 0]) for i in range(samples)))
    counts = bytes(sum(one == length for one in lengths) for length in range(1, 17))
    stream += segment(0xC4, b"\0" + counts + bytes(range(17)))
    if restart_rows:
        stream += segment(0xDD, (restart_rows * COLUMNS).to_bytes(2, "big"))
    for scan in [range(samples)] if interleaved else [[one] for one in range(samples)]:
        head = bytes([len(scan)]) + b"".join(bytes([i + 1, 0]) for i in scan) + bytes([predictor, 0, point])
        stream += segment(0xDA, head)
        stream += scan_data(values >> point, scan, lengths, predictor, 1 << (bits - point - 1), restart_rows)
    return stream + b"\xff\xd9"


def jpeg_cases():
    plans = [(bits, 1, bits % 7 + 1, {}) for bits in range(2, 17)]
    plans += [(16, samples, predictor, {}) for samples in (1, 3) for predictor in range(1, 8)]
    plans += [(8, 3, predictor, {"interleaved": False}) for predictor in (1, 4, 7)]
    plans += [(12, 1, 1, {"restart_rows": 1}), (16, 3, 6, {"restart_rows": 4}), (8, 1, 7, {"restart_rows": 3}),
              (16, 1, 1, {"lengths": LONG}), (12, 3, 5, {"lengths": LONG}), (8, 1, 2, {"lengths": LONG}),
              (12, 1, 1, {"point": 3}), (8, 3, 4, {"point": 1})]
    for bits, samples, predictor, options in plans:
        values = picture(bits * 100 + samples * 10 + predictor, samples, bits)
        wide = bits > 8
        kept = values >> options.get("point", 0) << options.get("point", 0)
        extra = " ".join(f"{key}" for key in options)
        yield {"name": f"jpeg {bits} bits {samples} samples predictor {predictor} {extra}".strip(),
               "kernel": "jpeg-lossless", "shape": [ROWS, COLUMNS, samples, 2 if wide else 1],
               "input": base64.b64encode(jpeg(values, bits, predictor, **options)).decode(),
               "output": text(kept.astype("<u2" if wide else "u1"))}


def pack_bits(line):
    """Literal runs only where fewer than three bytes are equal."""
    out, at, literal = bytearray(), 0, bytearray()

    def flush():
        while literal:
            out.append(min(len(literal), 128) - 1)
            out.extend(literal[:128])
            del literal[:128]

    while at < len(line):
        run = 1
        while run < 128 and at + run < len(line) and line[at + run] == line[at]:
            run += 1
        if run >= 3 or (run == 2 and not literal):
            flush()
            out += bytes([257 - run, line[at]])
        else:
            literal += line[at:at + run]
        at += run
    flush()
    return bytes(out)


def rle(frame):
    """(rows, columns, samples, bytes) with the low byte first."""
    samples, width = frame.shape[2:]
    segments = []
    for sample in range(samples):
        for byte in reversed(range(width)):
            packed = b"".join(pack_bits(row.tobytes()) for row in frame[:, :, sample, byte])
            segments.append(packed + b"\0" * (len(packed) % 2))
    offsets = np.cumsum([64] + [len(one) for one in segments[:-1]])
    header = np.zeros(16, "<u4")
    header[0], header[1:len(segments) + 1] = len(segments), offsets
    return header.tobytes() + b"".join(segments)


def rle_cases():
    for width in (1, 2, 4):
        for samples in (1, 3):
            chance = random.Random(width * 10 + samples)
            frame = np.zeros((5, 300, samples, width), np.uint8)
            for place in np.ndindex(frame.shape):
                kind = place[1] // 31 % 3
                frame[place] = 5 if kind == 0 else place[1] // 2 % 251 if kind == 1 else chance.randrange(3)
            shape = [5, 300, samples, width]
            stream = base64.b64encode(rle(frame)).decode()
            name = f"rle {width} bytes {samples} samples"
            yield {"name": name, "kernel": "rle", "shape": shape, "input": stream, "output": text(frame)}
            yield {"name": name + " encode", "kernel": "rle-encode", "shape": shape, "input": text(frame),
                   "output": stream}


def brightness(value, center, width, function):
    if function == "SIGMOID":
        return 1 / (1 + math.exp(-4 * (value - center) / width))
    if function == "LINEAR":
        center, width = center - 0.5, width - 1
    if value <= center - width / 2:
        return 0
    return 1 if value > center + width / 2 else (value - center) / width + 0.5


def window_cases():
    chance = np.random.default_rng(3)
    forms = {"uint8": "u1", "int8": "i1", "uint16": "<u2", "int16": "<i2"}
    windows = [(40, 400, 1, -1024), (-600, 1500, 1.5, 0), (127.5, 255, 1, 0), (300, 1, 1, 0), (20000, 30000, 0.5, 7)]
    for form, code in forms.items():
        limits = np.iinfo(code)
        samples = chance.integers(limits.min, limits.max + 1, 500).astype(code)
        samples[:4] = [limits.min, limits.max, 0, 1]
        for number, (center, width, slope, intercept) in enumerate(windows):
            function = ("LINEAR", "LINEAR_EXACT", "SIGMOID")[number % 3]
            inverse = number % 2 == 1
            grey = [math.floor(255 * brightness(float(one) * slope + intercept, center, width, function) + 0.5)
                    for one in samples]
            grey = np.array([255 - one if inverse else one for one in grey], np.uint8)
            yield {"name": f"window {form} {function} {center} {width}", "kernel": "window", "form": form,
                   "window": {"center": center, "width": width, "function": function, "slope": slope,
                              "intercept": intercept, "inverse": inverse},
                   "input": text(samples), "output": text(grey)}


def normalize_cases():
    chance = np.random.default_rng(4)
    for width, unused, signed in [(1, 2, False), (1, 2, True), (2, 4, False), (2, 4, True), (2, 6, True), (2, 0, True)]:
        code = f"<{'i' if signed else 'u'}{width}"
        samples = chance.integers(0, 256, 64 * width).astype(np.uint8).view(code)
        moved = (samples.astype(np.int64) << unused).astype(code) >> unused
        yield {"name": f"normalize {width} {unused} {signed}", "kernel": "normalize", "sampleBytes": width,
               "unused": unused, "signed": signed, "input": text(samples), "output": text(moved)}


def interpolated(volume, place):
    """Trilinear, in single precision; None outside."""
    f = np.float32
    depth, height, width = volume.shape
    x, y, z = place
    if not (0 <= x <= width - 1 and 0 <= y <= height - 1 and 0 <= z <= depth - 1):
        return None
    c, r, s = (min(int(one), max(size - 2, 0)) for one, size in ((x, width), (y, height), (z, depth)))
    wx, wy, wz = x - f(c), y - f(r), z - f(s)
    dc, dr, ds = (1 if size > 1 else 0 for size in (width, height, depth))

    def line(row, plane):
        left = f(volume[plane, row, c])
        return left + (f(volume[plane, row, c + dc]) - left) * wx

    def plane(number):
        top = line(r, number)
        return top + (line(r + dr, number) - top) * wy

    near = plane(s)
    return near + (plane(s + ds) - near) * wz


def resliced(volume, spacing, plan):
    f = np.float32
    origin, right, down, depth = (
        [f(one / unit) for one, unit in zip(plan[key], spacing)] for key in ("origin", "right", "down", "depth"))
    out = np.zeros((plan["height"], plan["width"]), "<i2")
    for row, column in np.ndindex(out.shape):
        start = [(o + d * f(row)) + r * f(column) for o, d, r in zip(origin, down, right)]
        values = []
        for step in range(plan["samples"]):
            at = start if plan["samples"] == 1 else [one + by * f(step) for one, by in zip(start, depth)]
            value = interpolated(volume, at)
            if value is not None:
                values.append(value)
        if not values:
            out[row, column] = plan["outside"]
            continue
        result = {"maximum": max, "minimum": min}.get(plan["projection"], lambda all_: all_[0])(values)
        if plan["projection"] == "average" and plan["samples"] > 1:
            result = f(0)
            for value in values:
                result = result + value
            result = result / f(len(values))
        out[row, column] = int(result + f(32768.5)) - 32768
    return out


def reslice_cases():
    chance = np.random.default_rng(5)
    volume = (np.cumsum(chance.integers(-900, 901, (9, 14, 18)), axis=2)).clip(-32768, 32767).astype("<i2")
    volume[0, 0, 0], volume[8, 13, 17] = -32768, 32767
    spacing = [0.7, 0.75, 2.5]
    plans = [
        {"origin": [0, 0, 5], "right": [0.7, 0, 0], "down": [0, 0.75, 0]},
        {"origin": [0, 0, 0], "right": [0.7, 0, 0], "down": [0, 0, 1.1]},
        {"origin": [-1, 2, 1], "right": [0.5, 0.21, 0.4], "down": [-0.13, 0.45, 0.52]},
        {"origin": [3, 1, 2], "right": [0.31, 0.2, 0.7], "down": [0.1, 0.6, -0.05], "depth": [0.3, -0.2, 0.9],
         "samples": 7, "projection": "maximum"},
        {"origin": [3, 1, 2], "right": [0.31, 0.2, 0.7], "down": [0.1, 0.6, -0.05], "depth": [0.3, -0.2, 0.9],
         "samples": 7, "projection": "minimum"},
        {"origin": [3, 1, 2], "right": [0.31, 0.2, 0.7], "down": [0.1, 0.6, -0.05], "depth": [0.3, -0.2, 0.9],
         "samples": 7, "projection": "average"},
    ]
    for number, plan in enumerate(plans):
        plan = {"width": 21, "height": 16, "depth": [0, 0, 0], "samples": 1, "projection": "maximum",
                "outside": -1024} | plan
        yield {"name": f"reslice {number}", "kernel": "reslice", "grid": [18, 14, 9], "spacing": spacing, "plane": plan,
               "input": text(volume), "output": text(resliced(volume, spacing, plan))}


def main():
    cases = [*jpeg_cases(), *rle_cases(), *window_cases(), *normalize_cases(), *reslice_cases()]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (Path(__file__).parent / "cases.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(cases)} cases")


if __name__ == "__main__":
    main()
