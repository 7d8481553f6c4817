# SPDX-License-Identifier: Apache-2.0
"""Pixels of a geometric phantom, made without any library: the truth that the tests measure against.

Millimetres in the patient (+x left, +y posterior, +z head): body ellipse of half axes 60 by 42 (40 HU), sphere at
(15, -5, 5) of radius 15 (100 HU), rod x -24 to -16, y 6 to 14 (900 HU), outside air (-1000 HU).
"""

import math
import struct
import zlib
from array import array

AIR, BODY, SPHERE, ROD = -1000, 40, 100, 900


def hounsfield(x, y, z):
    """The value at a place of the patient."""
    if -24 <= x <= -16 and 6 <= y <= 14:
        return ROD
    if (x - 15) ** 2 + (y + 5) ** 2 + (z - 5) ** 2 <= 225:
        return SPHERE
    if (x / 60) ** 2 + (y / 42) ** 2 <= 1:
        return BODY + int(6 * math.sin(x * 0.9) * math.cos(y * 0.7 + z * 0.3))
    return AIR


def ct_slice(index):
    """112 columns of 1.25 mm, 96 rows of 1 mm, unsigned with intercept -1024."""
    z = -50 + 2.5 * index
    values = array("H")
    for row in range(96):
        y = -48 + row
        values.extend(hounsfield(-70 + 1.25 * column, y, z) + 1024 for column in range(112))
    return values.tobytes()


def head_slice(index, count):
    """A head-like picture of 256 by 256, signed: skull, brain, ventricles, a bright spot."""
    values = array("h")
    level = (index - count / 2) / (count / 2)
    size = math.sqrt(max(0.05, 1 - level * level * 0.8))
    for row in range(256):
        y = (row - 128) / (108 * size)
        for column in range(256):
            x = (column - 128) / (86 * size)
            r = x * x + y * y
            noise = ((row * 7919 + column * 104729 + index * 1299709) >> 3) % 13 - 6
            if r > 1:
                value = -1000
            elif r > 0.9:
                value = 20
            elif r > 0.78:
                value = 1100
            elif (abs(x) - 0.16) ** 2 * 14 + (y + 0.05) ** 2 * 3.2 < 0.09 * size:
                value = 6
            elif (x - 0.35) ** 2 + (y - 0.2) ** 2 < 0.012:
                value = 68
            else:
                value = 34 + int(4 * math.sin(14 * x) * math.sin(11 * y))
            values.append(value + noise if r <= 1 else value)
    return values.tobytes()


def mr_slice(index):
    """Signed 80 by 60, an oblique plane; a ramp with discs."""
    values = array("h")
    for row in range(60):
        for column in range(80):
            inside = (column - 40) ** 2 / 1200 + (row - 30) ** 2 / 700 < 1
            disc = (column - 30 - index) ** 2 + (row - 28) ** 2 < 60
            values.append((650 if disc else 300 + column * 2 + row) if inside else 8)
    return values.tobytes()


def ultrasound_frame(index):
    """A colour loop: a fan with a moving wall and a patch of flow."""
    values = bytearray()
    for row in range(240):
        for column in range(320):
            dx, dy = column - 160, row + 20
            radius = math.hypot(dx, dy)
            if radius > 240 or radius < 40 or abs(dx) > dy * 0.75:
                values += b"\0\0\0"
                continue
            wall = abs(radius - 150 - 14 * math.sin(index * 0.42)) < 7
            grey = 190 if wall else int(40 + 30 * abs(math.sin(radius * 0.55 + dx * 0.13)))
            if (dx - 12) ** 2 + (dy - 105) ** 2 < 500:
                flow = math.sin(index * 0.42)
                values += bytes((200, 40, 30) if flow > 0 else (30, 60, 210))
            else:
                values += bytes((grey, grey, grey))
    return bytes(values)


def radiograph():
    """MONOCHROME1, 1200 by 1000, 14 of 16 bits: a step wedge and a ring."""
    values = array("H")
    for row in range(1200):
        for column in range(1000):
            ring = abs(math.hypot(column - 500, row - 520) - 300) < 14
            wedge = (column // 125) * 700
            values.append(15000 - (9000 if ring else wedge + (row >> 2)))
    return values.tobytes()


def png(width, height, grey):
    """A grey picture."""
    rows = b"".join(b"\0" + grey[row * width:(row + 1) * width] for row in range(height))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def thumbnail(columns, rows, code, pixels, low, high):
    """64 by 64 at most, windowed."""
    values = array(code)
    values.frombytes(pixels)
    width, height = (64, 64 * rows // columns) if columns >= rows else (64 * columns // rows, 64)
    grey = bytearray()
    for row in range(height):
        at = (row * rows // height) * columns
        for column in range(width):
            value = values[at + column * columns // width]
            grey.append(max(0, min(255, int((value - low) * 255 / (high - low)))))
    return png(width, height, bytes(grey))
