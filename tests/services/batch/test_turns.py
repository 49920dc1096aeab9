"""Whose turn it is."""

from __future__ import annotations

import threading
import time

import pytest

from bottega.services.batch.storage import Stopped
from bottega.services.batch.turns import Turns


def _until(told: threading.Event) -> None:
    assert told.wait(60)


def test_they_go_in_the_order_in_which_they_came() -> None:
    turns, order = Turns(1), list[int]()

    def go(number: int) -> None:
        with turns.turn(lambda: False):
            order.append(number)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(8)]
    with turns.turn(lambda: False):
        for count, thread in enumerate(threads, start=1):
            thread.start()
            while len(turns._line) < count:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_so_many_are_in_at_once() -> None:
    turns, inside, most, both = Turns(2), 0, 0, threading.Lock()

    def go() -> None:
        nonlocal inside, most
        for _ in range(20):
            with turns.turn(lambda: False):
                with both:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.001)
                with both:
                    inside -= 1

    threads = [threading.Thread(target=go) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_who_is_stopped_leaves_the_line() -> None:
    turns, stopped, left, free = Turns(1), threading.Event(), threading.Event(), threading.Event()

    def gives_up() -> None:
        with pytest.raises(Stopped), turns.turn(stopped.is_set):
            pass
        left.set()

    def waits() -> None:
        with turns.turn(lambda: False):
            free.set()

    with turns.turn(lambda: False):
        first, second = threading.Thread(target=gives_up), threading.Thread(target=waits)
        first.start()
        while not turns._line:
            time.sleep(0.001)
        second.start()
        stopped.set()
        _until(left)
        assert not free.is_set()
    _until(free)
    first.join()
    second.join()


def test_an_error_ends_a_turn() -> None:
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns.turn(lambda: False):
        _ = 1 / 0
    with turns.turn(lambda: True):
        pass
