"""Telling real pictures from what only has their name, without decoding them in full."""

from __future__ import annotations

import struct
import zlib
from xml.parsers import expat

LARGEST = 64 << 20  # bytes of a picture's file
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST_RAW = 512 << 20  # bytes of unpacked pixels
_LONGEST_SIDE = 65_535
_LARGEST_SVG = 16 << 20
_PART = 1 << 16
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # PNG colour type → values a pixel


def is_picture(name: str, data: bytes) -> bool:
    """Whether the bytes are a PNG or SVG as the name says."""
    if name.lower().endswith(".png"):
        return _is_png(data)
    return name.lower().endswith(".svg") and _is_svg(data)


def _is_png(data: bytes) -> bool:
    """Signature, whole and checked chunks in order, sane sizes, and pixels that unpack to their size."""
    if data[:8] != _SIGNATURE or len(data) > LARGEST:
        return False
    place, header, pixels = 8, b"", zlib.decompressobj()
    unpacked, expected = 0, 0
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = memoryview(data)[place + 8 : place + 8 + length]
        end = place + 12 + length
        if end > len(data) or zlib.crc32(body, zlib.crc32(kind)) != struct.unpack_from(">I", data, end - 4)[0]:
            return False
        if not header:
            if kind != b"IHDR" or length != 13:
                return False
            header = bytes(body)
            expected = _raw_size(header)
            if not 0 < expected <= _LARGEST_RAW:
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
    if not 0 < width <= _LONGEST_SIDE or not 0 < height <= _LONGEST_SIDE:
        return 0
    if colour not in _SAMPLES or depth not in (1, 2, 4, 8, 16):
        return 0
    if interlaced:  # seven passes, each with its own rows: at least this many bytes
        return int(width * height * _SAMPLES[colour] * depth // 8) or 1
    return int((width * _SAMPLES[colour] * depth + 7) // 8 + 1) * int(height)


def _unpacked(pixels: zlib._Decompress, body: memoryview, room: int) -> int | None:
    """How many bytes a chunk unpacks to, at most a little more than there is room for."""
    count = 0
    try:
        # In small parts: zlib copies what it has not yet taken, each time.
        for start in range(0, len(body), _PART):
            part = bytes(body[start : start + _PART])
            while part:
                if pixels.eof or count > room + _PART:
                    return None
                count += len(pixels.decompress(part, 1 << 20))
                part = pixels.unconsumed_tail
    except zlib.error:
        return None
    return count if count <= room + _PART else None


def _is_svg(data: bytes) -> bool:
    """Well-formed XML with an svg root that declares no entities, in whatever encoding."""
    if len(data) > _LARGEST_SVG:
        return False
    roots: list[str] = []
    parser = expat.ParserCreate(namespace_separator="}")

    def start(name: str, _attributes: object) -> None:
        roots.append(name)
        parser.StartElementHandler = None

    def refuse(*_: object) -> None:
        raise ValueError("an entity")

    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return roots[0] in ("svg", "http://www.w3.org/2000/svg}svg")
