# SPDX-License-Identifier: Apache-2.0
"""ICC profiles of RGB images, written byte by byte: of curves and a matrix, and of each kind of table.

ICC.1 §10.10 to §10.12 has the tables.
"""

import itertools
import struct

import numpy

POINTS = 9


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def profile(tags, version, space):
    """A profile of these tags, with those that every profile has."""
    tags = {"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642) + fixed(1) + fixed(0.8249), **tags}
    if version >= 4:
        text = b"mluc" + struct.pack(">III", 0, 1, 12) + b"enUS" + struct.pack(">II", 2, 28) + b"\0W\0\0"
        tags |= {"desc": text, "cprt": text}
    else:
        tags |= {"desc": b"desc\0\0\0\0" + struct.pack(">I", 2) + b"W\0" + bytes(78), "cprt": b"text\0\0\0\0W\0"}
    table, data = struct.pack(">I", len(tags)), b""
    start = 132 + 12 * len(tags)
    for name, content in tags.items():
        table += name.encode() + struct.pack(">II", start + len(data), len(content))
        data += content + b"\0" * (-len(content) % 4)
    number = version << 24 | 0x300000 * (version >= 4)
    header = struct.pack(">I4sI4s4s4s", start + len(data), b"\0\0\0\0", number, b"mntr", b"RGB ", space)
    header += struct.pack(">6H4s4s", 2024, 1, 1, 0, 0, 0, b"acsp", b"\0\0\0\0").ljust(44, b"\0")
    header = header[:68] + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return header.ljust(128, b"\0") + table + data


def wide_gamut():
    """Three parametric curves and a matrix: the primaries of Adobe RGB (1998), gamma 2.2."""
    columns = {"rXYZ": (0.60974, 0.31111, 0.01947), "gXYZ": (0.20528, 0.62567, 0.06087),
               "bXYZ": (0.14919, 0.06322, 0.74457)}
    tags = {name: b"XYZ \0\0\0\0" + b"".join(map(fixed, each)) for name, each in columns.items()}
    tags |= {name: b"para\0\0\0\0\0\0\0\0" + fixed(2.2) for name in ("rTRC", "gTRC", "bTRC")}
    return profile(tags, 4, b"XYZ ")


def colours():
    """L*, a* and b* at each point of a table: soft contrast, a black that is none, hues that are turned."""
    for red, green, blue in itertools.product(numpy.linspace(0, 1, POINTS), repeat=3):
        light = 0.25 * red + 0.65 * green + 0.1 * blue
        a, b = 70 * (red - green) + 15 * (blue - red), 60 * (green - blue) + 20 * (red - blue) * red
        yield 6 + 94 * light ** 0.9, a, b


def older(kind):
    """Tables of type lut8 (`mft1`) or lut16 (`mft2`), with curves on both sides."""
    matrix = b"".join(fixed(float(row == column)) for row in range(3) for column in range(3))
    head = kind + bytes(4) + bytes([3, 3, POINTS, 0]) + matrix
    if kind == b"mft1":
        curve = bytes(round(255 * (i / 255) ** 1.2) for i in range(256))
        back = bytes(range(256))
        table = b"".join(bytes([round(l * 2.55), round(a + 128), round(b + 128)]) for l, a, b in colours())
        return profile({"A2B0": head + curve * 3 + table + back * 3}, 2, b"Lab ")
    entries = 33
    curve = struct.pack(f">{entries}H", *(round(65535 * (i / (entries - 1)) ** 1.4) for i in range(entries)))
    table = b"".join(
        struct.pack(">3H", round(l * 652.8), round((a + 128) * 256), round((b + 128) * 256)) for l, a, b in colours())
    back = struct.pack(">2H", 0, 65535)
    return profile({"A2B0": head + struct.pack(">2H", entries, 2) + curve * 3 + table + back * 3}, 2, b"Lab ")


def elements():
    """A table of type lutAToB (`mAB `) with all its curves and its matrix; its black is the perceptual intent's."""
    def curve(gamma):
        return b"para\0\0\0\0\0\0\0\0" + fixed(gamma)

    same = b"curv\0\0\0\0" + struct.pack(">I", 0)
    points = bytes([POINTS] * 3).ljust(16, b"\0") + bytes([2, 0, 0, 0])
    table = b"".join(
        struct.pack(">3H", *(round(65535 * part) for part in (
            0.031373 + 0.968627 * (l - 6) / 94, (a + 128) / 255, (b + 128) / 255))) for l, a, b in colours())
    matrix = b"".join(map(fixed, [1, 0, 0, 0, 0.9, 0, 0, 0, 0.9, 0, 128 / 255 * 0.1, 128 / 255 * 0.1]))
    parts = {"B": same * 3, "matrix": matrix, "M": curve(1.0) * 3, "CLUT": points + table, "A": curve(1.3) * 3}
    offsets, data = [], b""
    for part in parts.values():
        offsets.append(32 + len(data))
        data += part + b"\0" * (-len(part) % 4)
    head = b"mAB \0\0\0\0" + bytes([3, 3, 0, 0]) + struct.pack(">5I", *offsets)
    return profile({"A2B0": head + data}, 4, b"Lab ")


KINDS = {"curves": wide_gamut, "lut8": lambda: older(b"mft1"), "lut16": lambda: older(b"mft2"), "lutAToB": elements}
