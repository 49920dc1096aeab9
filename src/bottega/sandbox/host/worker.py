"""The host's side of one child of a service: prepared once, then called; its form of messages is told in guest/service.py."""

from __future__ import annotations

import array
import contextlib
import errno
import json
import os
import select
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from bottega.errors import BottegaError
from bottega.sandbox.host import distributions, messages, replies, usage
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Inline, Memory
from bottega.sandbox.host.pool import Nursery
from bottega.sandbox.host.rest import Rest
from bottega.sandbox.host.run import checked, keyed, request, told
from bottega.sandbox.host.supervise import End, Printed, Watch, Watched
from bottega.sandbox.host.task import Failure, Job, Outcome
from bottega.sandbox.host.verdict import BY_NOUN, verdict
from bottega.sandbox.host.waits import ELSEWHERE, Steps

_INLINE = 1 << 16
_MOST_FILES = 250  # the kernel takes 253 in one message
_HEAD = struct.Struct("<I")
_GONE_SECONDS = 5.0
# What inputs that are mapped may add to the memory limit of a call.
_MOST_MAPPED = 2 << 30
_UNLIMITED = (1 << 63) - 1
_MOST_STALE = 64  # reads of what was printed between calls


class NotStarted(Exception):  # noqa: N818 - no error: another child is asked
    """The child was gone before the call reached it."""


class Worker:
    """A child with a script imported, or models opened, that waits for a call. For one thread at a time."""

    def __init__(self, nursery: Nursery, service: Job, *, reuse: bool) -> None:
        """A child of its own, confined and not yet prepared. Raises `pool-lost` or `sandbox-unavailable`."""
        self._service = service
        self._reuse = reuse
        self._layer = nursery.zygote.layer
        self._plain = nursery.zygote.plain
        self._child = nursery.fresh(service.limits.disk)
        self._refusals = nursery.zygote.refusals
        self._refused = self._refusals()
        self._process = usage.process_id(self._child.handle)
        self._poll = select.poll()
        self._poll.register(self._child.link, select.POLLIN)
        self._poll.register(self._child.handle, select.POLLIN)
        self._output = -1
        self._files: dict[str, Memory] = {}
        self._fresh: list[str] = []  # files that the child has not yet
        self._buffer = bytearray(messages.LONGEST)
        self._inline: dict[str, Memory] = {}
        self._printed = ""
        self._sound = True
        self._unread = False
        self.rest: Rest | None = None  # once it is prepared
        self.calls = 0
        self.last_used = 0.0

    def prepare(self) -> Outcome | None:
        """Import the script or open the models; the outcome with the failure where that fails."""
        service = self._service
        self._files = {name: Memory(name) for name in (*service.outputs, "pictures")}
        group = self._child.group
        if group is not None:
            group.limit(service.limits.memory, service.limits.processes)
        self._output, printer = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._output, False)
        started = time.monotonic()
        try:
            with contextlib.ExitStack() as held:
                more = {name: held.enter_context(Memory.of(name, data)) for name, data in service.given().items()}
                given = {**more, **keyed("in", service.inputs), **keyed("out", self._files)}
                if len(given) > _MOST_FILES:
                    raise BottegaError(
                        "usage", reason=f"The service needs {len(given)} files; the most is {_MOST_FILES}"
                    )
                self._send_first(list(given), [printer, *(memory.descriptor for memory in given.values())])
        finally:
            os.close(printer)
        shared = sum(memory.size for memory in given.values() if memory.descriptor >= 0)
        watch = Watch(self._child, service.limits, None, None, shared, process=self._process, counts_cpu=self._reuse)
        watched = watch.follow(self._output, started, lambda link: messages.receive(link)[0])
        if watched.end is End.REPLIED and watched.reply.get("prepared") is True:
            self._printed = watched.log
            if self._reuse and self._process is not None:
                _give_way(self._process)
            self.rest = Rest(self._process, service.limits, grows=self._reuse)
            self.last_used = time.monotonic()
            return None
        return self._unprepared(watched)

    def _send_first(self, names: list[str], descriptors: list[int]) -> None:
        asked = {**request(self._service, names, plain=self._plain, layer=self._layer), "reuse": self._reuse}
        memory = asked["limits"]["DATA"][0]
        asked["limits"]["DATA"] = (memory, memory + _MOST_MAPPED)
        if self._reuse:  # counted for each call, by the watch
            asked["limits"]["CPU"] = (_UNLIMITED, _UNLIMITED)
        with contextlib.suppress(OSError):  # of a child that is gone: the watch tells
            socket.send_fds(self._child.link, [json.dumps(asked).encode()], descriptors)

    def _unprepared(self, watched: Watched) -> Outcome:
        failure = self._verdict(watched, self._service.limits)
        if self._service.noun == "script":
            failure = distributions.explained(failure, watched.reply, self._service.environment)
        if failure is None:
            noun = self._service.noun
            failure = Failure(BY_NOUN[noun], "Broken", f"The {noun}'s process answered with what is no answer.")
        return self._outcome_of(watched, failure, {}, ())

    def is_waiting(self) -> bool:
        """Whether it is alive and has said nothing since it was asked last."""
        return not self._poll.poll(0)

    def calling(
        self, inputs: Mapping[str, Memory], settings: bytes, limits: Limits, printed: Printed | None, cancel: int | None
    ) -> Steps[Outcome]:
        """One call. Raises `NotStarted`, and what `printed` raises."""
        try:
            return (yield from self._calling(inputs, settings, limits, printed, cancel))
        except BaseException:
            self._sound = False  # nobody knows what it does now
            raise

    def _calling(
        self, inputs: Mapping[str, Memory], settings: bytes, limits: Limits, printed: Printed | None, cancel: int | None
    ) -> Steps[Outcome]:
        self.calls += 1
        self._refused = self._refusals()
        if self.calls > 1:
            self._forget_printed()
        started = time.monotonic()
        with contextlib.ExitStack() as held:
            parts, files = _split({"settings": Inline(settings), **keyed("in", inputs)}, held)
            self._send(parts, files)
            shared = sum(memory.size for memory in files.values())
        self.last_used = started
        watch = Watch(
            self._child, limits, printed, cancel, shared,
            process=self._process, counts_cpu=self._reuse, before=self._printed,
        )  # fmt: skip
        self._printed = ""
        watched = yield from watch.following(self._output, started, self._receive)
        if watched.end is End.DIED and self._was_unread():
            raise NotStarted
        if watched.end is not End.REPLIED or not self._is_small(watched.reply):
            yield ELSEWHERE
        return self._outcome(watched, limits)

    def _is_small(self, reply: dict[str, Any]) -> bool:
        """Whether all that a call gave is in its reply."""
        given = told(self._service, reply, dict.fromkeys(self._service.outputs))
        return not reply.get("pictures") and given.keys() <= self._inline.keys()

    def _send(self, parts: Mapping[str, bytes], files: Mapping[str, Memory]) -> None:
        fresh = {f"out:{name}": self._files[name] for name in self._fresh}
        given = {**files, **fresh}
        head = msgspec.json.encode({
            "call": self.calls,
            "parts": [(name, len(data)) for name, data in parts.items()],
            "files": list(given),
            "more": sum(memory.size for memory in files.values()),
        })  # fmt: skip
        rights = []
        if given:
            numbers = array.array("i", [memory.descriptor for memory in given.values()])
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)]
        try:
            # It waits with empty hands, so there is room; if there is none it is not our guest that waits.
            self._child.link.sendmsg([_HEAD.pack(len(head)), head, *parts.values()], rights, socket.MSG_DONTWAIT)
        except OSError as error:
            raise NotStarted from error
        self._fresh.clear()

    def _was_unread(self) -> bool:
        """Whether the call was still on its way when the child ended: the kernel says so by a reset."""
        error = self._child.link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return self._unread or error == errno.ECONNRESET

    def _forget_printed(self) -> None:
        """Drop what a thread printed after its call was over: it belongs to no call."""
        with contextlib.suppress(BlockingIOError):
            for _ in range(_MOST_STALE):
                if not os.read(self._output, 1 << 16):
                    break

    def _receive(self, link: socket.socket) -> dict[str, Any] | None:
        """A reply of the right form to the present call, its inline outputs put aside; else None."""
        # Without room for descriptors the kernel drops those that a job may send.
        try:
            count, _, flags, _ = link.recvmsg_into([self._buffer])
        except ConnectionResetError:
            self._unread = True
            raise
        # Copied before it is looked at: it cannot change under the look.
        data = bytes(memoryview(self._buffer)[:count])
        if count < _HEAD.size or flags & socket.MSG_TRUNC:
            return None
        place = _HEAD.size + _HEAD.unpack_from(data)[0]
        reply = messages.decode(data[_HEAD.size : place]) if place <= count else None
        if reply is None or reply.get("call") != self.calls:
            return None
        inline = _cut(data, place, reply.get("inline"), self._service.outputs)
        if inline is None:
            return None
        self._inline = inline
        return reply

    def _outcome(self, watched: Watched, limits: Limits) -> Outcome:
        failure = self._verdict(watched, limits)
        if failure is not None and self._service.noun == "script":
            failure = distributions.explained(failure, watched.reply, self._service.environment)
        notes = replies.texts(watched.reply.get("notes"))
        inline, self._inline = self._inline, {}
        kept: dict[str, Memory] = {}
        pictures = replies.taken_pictures(watched.reply, self._files["pictures"], notes)
        if failure is None:
            try:
                kept = self._taken(told(self._service, watched.reply, {**self._files, **inline}))
                checked(self._service, kept)
            except BottegaError as error:
                self._sound = False
                failure = Failure(BY_NOUN[self._service.noun], "ResultError", str(error))
                for memory in kept.values():
                    memory.close()
                kept = {}
        # An exception of the script's own is ordinary; after anything else nobody knows what is left of the child.
        ordinary = watched.end is End.REPLIED and (failure is None or failure.code != "0138")
        self._sound = self._sound and ordinary and watched.reply.get("spent") is False
        return self._outcome_of(watched, failure, kept, tuple(notes), pictures)

    def _outcome_of(
        self, watched: Watched, failure: Failure | None, kept: Mapping[str, Memory], notes: tuple[str, ...],
        pictures: Any = (),
    ) -> Outcome:  # fmt: skip
        return Outcome(
            outputs=kept,
            pictures=pictures,
            log=watched.log,
            notes=(*notes, *self._refused()),
            failure=failure,
            seconds=watched.seconds,
            peak_memory=max(watched.peak_memory, messages.whole_number(watched.reply, "peak_memory") or 0),
            plain=self._plain,
            described=replies.described(watched.reply) if failure is None else {},
        )

    def _verdict(self, watched: Watched, limits: Limits) -> Failure | None:
        if watched.end is End.REPLIED and not watched.reply.get("error"):
            return None
        if watched.end is End.DIED:
            self._child.exited.wait(_GONE_SECONDS)
        group = self._child.group
        return verdict(
            watched, limits, self._child.exit, noun=self._service.noun,
            out_of_memory=group is not None and group.ran_out_of_memory(),
        )  # fmt: skip

    def _taken(self, outputs: dict[str, Memory]) -> dict[str, Memory]:
        """The outputs frozen. Those in files are taken from the child, which gets others with its next call."""
        for name, memory in outputs.items():
            if isinstance(memory, Inline):
                continue
            try:
                memory.seal()
            except OSError:
                self._sound = False
                self._child.kill()  # who still maps it for writing
                self._child.exited.wait(_GONE_SECONDS)
                try:
                    memory.seal()
                except OSError as error:
                    raise BottegaError("result-invalid", port=name, reason=f"it cannot be frozen: {error}") from error
        for name, memory in outputs.items():
            if not isinstance(memory, Inline):
                self._files[name] = Memory(name)
                self._fresh.append(name)
        return outputs

    @property
    def is_sound(self) -> bool:
        """Whether it may take another call."""
        return self._sound

    def kill(self) -> None:
        """End it, with all that it started."""
        self._child.kill()

    def close(self) -> None:
        """End it and let go of it."""
        self._child.close()
        if self._output >= 0:
            os.close(self._output)
            self._output = -1
        for memory in self._files.values():
            memory.close()
        self._files = {}


def _give_way(process: int) -> None:
    """A child that wakes for a call takes the processor from nobody who works: the server hands out and answers at once."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(process, os.SCHED_BATCH, os.sched_param(0))


def was_ended(failure: Failure) -> bool:
    """Whether a signal ended the child, which in its own namespace only somebody outside can send."""
    return failure.type == "Killed"


def _split(everything: Mapping[str, Memory], held: contextlib.ExitStack) -> tuple[dict[str, bytes], dict[str, Memory]]:
    """What of a call goes in the message itself, and what in files; `held` closes those made here."""
    parts: dict[str, bytes] = {}
    files: dict[str, Memory] = {}
    room = _INLINE
    for name, memory in everything.items():
        size = memory.size
        if size <= room:
            room -= size
            parts[name] = memory.read()
        else:
            is_bytes = isinstance(memory, Inline)
            files[name] = held.enter_context(Memory.of(name, memory.read())) if is_bytes else memory
    return parts, files


def _cut(data: bytes, place: int, named: object, outputs: tuple[str, ...]) -> dict[str, Memory] | None:
    """The inline outputs of a reply; None unless names, lengths and bytes agree."""
    found: dict[str, Memory] = {}
    if not isinstance(named, list) or len(named) > len(outputs):
        return None
    for each in named:
        if not isinstance(each, list) or len(each) != 2:
            return None
        name, length = each
        if name not in outputs or name in found or type(length) is not int or not 0 <= length <= len(data) - place:
            return None
        found[name] = Inline(data[place : place + length])
        place += length
    return found if place == len(data) else None
