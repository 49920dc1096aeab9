"""Telling real pictures from what only has their name, without decoding them in full."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 200_000_000
_LONGEST_SIDE = 65_535
_LARGEST_SVG = 16 << 20
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # PNG colour type → values a pixel


def is_picture(name: str, data: bytes) -> bool:
    """Whether the bytes are a PNG or SVG as the name says."""
    if name.lower().endswith(".png"):
        return _is_png(data)
    return name.lower().endswith(".svg") and _is_svg(data)


def _is_png(data: bytes) -> bool:
    """Signature, whole and checked chunks in order, sane sizes, and pixels that unpack to their size."""
    if data[:8] != _SIGNATURE:
        return False
    place, header, pixels = 8, b"", zlib.decompressobj()
    unpacked, expected = 0, 0
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        end = place + 12 + length
        if end > len(data) or zlib.crc32(kind + body) != struct.unpack_from(">I", data, end - 4)[0]:
            return False
        if not header:
            if kind != b"IHDR" or length != 13:
                return False
            header = body
            expected = _raw_size(header)
            if not expected:
                return False
        elif kind == b"IDAT":
            count = _unpacked(pixels, body, expected - unpacked)
            if count is None:
                return False
            unpacked += count
        elif kind == b"IEND":
            return unpacked >= expected
        place = end
    return False


def _raw_size(header: bytes) -> int:
    """Bytes of the unpacked pixels, 0 where the header is not to be believed."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if not 0 < width <= _LONGEST_SIDE or not 0 < height <= _LONGEST_SIDE or width * height > _MOST_PIXELS:
        return 0
    if colour not in _SAMPLES or depth not in (1, 2, 4, 8, 16):
        return 0
    if interlaced:  # seven passes, each with its own rows: at least this many bytes
        return int(width * height * _SAMPLES[colour] * depth // 8) or 1
    return int((width * _SAMPLES[colour] * depth + 7) // 8 + 1) * int(height)


def _unpacked(pixels: zlib._Decompress, body: bytes, room: int) -> int | None:
    """How many bytes a chunk unpacks to, at most a little more than there is room for."""
    count = 0
    try:
        while body:
            part = pixels.decompress(body, 1 << 20)
            count += len(part)
            if count > room * 2 + 65_536:
                return None
            body = pixels.unconsumed_tail
    except zlib.error:
        return None
    return count


def _is_svg(data: bytes) -> bool:
    """Well-formed XML with an svg root and without a document type, which could name entities."""
    if len(data) > _LARGEST_SVG or b"<!ENTITY" in data.upper():
        return False
    try:
        root = ET.fromstring(data)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError, LookupError):
        return False
    return root.tag in ("svg", "{http://www.w3.org/2000/svg}svg")
