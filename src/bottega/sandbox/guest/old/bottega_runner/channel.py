"""Messages to and from the guest.

    8 bytes   length of the head, and how many buffers follow, both little-endian
    head      JSON; "sizes" has the length of each buffer
    buffers   bytes, one after the other

Each message is answered by one. A descriptor comes with a byte of its own, after the message that tells of it.
"""

import array
import fcntl
import json
import os
import socket
import struct

_HEAD = struct.Struct("<II")


class Channel(object):
    """One end of a stream between the two."""

    def __init__(self, descriptor):
        self._link = socket.fromfd(descriptor, socket.AF_UNIX, socket.SOCK_STREAM)
        os.close(descriptor)
        # Programs that the script starts have no part in this.
        flags = fcntl.fcntl(self._link.fileno(), fcntl.F_GETFD)
        fcntl.fcntl(self._link.fileno(), fcntl.F_SETFD, flags | fcntl.FD_CLOEXEC)

    def receive(self):
        """A head and its buffers, each writable and of nobody else; None once the other side is gone."""
        start = self._read(_HEAD.size)
        if start is None:
            return None
        length, _ = _HEAD.unpack(bytes(start))
        head = json.loads(bytes(self._read(length)).decode("utf-8"))
        return head, [self._read(size) for size in head["sizes"]]

    def send(self, head, buffers=()):
        """Send a head and buffers: NumPy arrays or bytes."""
        views = [memoryview(each) for each in buffers]
        head["sizes"] = [_size(view) for view in views]
        data = json.dumps(head).encode("utf-8")
        self._link.sendall(_HEAD.pack(len(data), len(views)) + data)
        for view in views:
            if _size(view):
                self._link.sendall(view)

    def receive_descriptor(self):
        """A descriptor, which comes with one byte."""
        if not hasattr(self._link, "recvmsg"):
            from _multiprocessing import recvfd

            return recvfd(self._link.fileno())
        _, ancillary, _, _ = self._link.recvmsg(1, socket.CMSG_SPACE(4))
        numbers = array.array("i")
        numbers.frombytes(ancillary[0][2][:4])
        return numbers[0]

    def _read(self, size):
        data = bytearray(size)
        view, place = memoryview(data), 0
        while place < size:
            count = self._link.recv_into(view[place:])
            if not count:
                return None
            place += count
        return data


def _size(view):
    size = view.itemsize
    for length in view.shape:
        size *= length
    return size
