"""The editor's page as a user's hands and eyes: what is looked for by role and name, ports by the sign that is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from playwright.sync_api import Locator, Page, expect

Side = Literal["inputs", "outputs"]


class Editor:
    """The editor of one experiment, in a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.get_by_role("application", name="Canvas")
        self.script = page.get_by_role("textbox", name="Python script")
        self.rows = page.get_by_role("grid", name="Rows")
        self.saved = page.get_by_role("status").get_by_text("Saved", exact=True)

    def open(self, experiment: str, query: str = "") -> Editor:
        """Go there, and wait for it."""
        self.page.goto(f"/experiments/{experiment}{query}")
        expect(self.canvas).to_be_visible()
        return self

    # What is on the canvas

    def node(self, name: str) -> Locator:
        """By its id."""
        return self.canvas.get_by_role("button", name=re.compile(rf", {re.escape(name)}, "))

    def port(self, node: str, side: Side, port: str) -> Locator:
        """The sign of a port: drawn on a node's border; by keyboard the lists and the outline stand for it."""
        return self.page.locator(f'[data-port="{node} {side} {port}"]')

    def wire(self, source: str, target: str) -> Locator:
        """A line between two nodes."""
        return self.canvas.get_by_role("img", name=f"Edge from {source} to {target}", exact=True)

    def has_become(self, node: str, status: str) -> None:
        """What a screen reader hears of it."""
        expect(self.node(node)).to_have_accessible_name(re.compile(rf", {re.escape(node)}, {status}"), timeout=120_000)

    # By mouse

    def drag_from_palette(self, title: str, x: float, y: float) -> None:
        """An item of the palette, to a place of the canvas."""
        item = self.page.get_by_role("treeitem", name=title, exact=True)
        item.scroll_into_view_if_needed()
        item.drag_to(self.canvas, target_position={"x": x, "y": y})

    def drag_wire(self, begin: Locator, end: Locator) -> None:
        """From the middle of a port to the middle of another one."""
        self.drag(*middle(begin), *middle(end))

    def drag(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """With the mouse, in steps as a hand makes them."""
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=5)
        mouse.move(to_x, to_y, steps=5)
        mouse.up()

    # What is beside it

    def write(self, text: str) -> None:
        """Another script in the place of the one that is there."""
        self.script.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Escape")  # the list of completions, where there is one

    def run(self) -> None:
        """By its button."""
        self.page.get_by_role("button", name="Run", exact=True).click()

    def cell(self, text: str) -> Locator:
        """A cell of the preview."""
        return self.rows.get_by_role("gridcell", name=text, exact=True)

    def stands(self, what: Locator, there: Callable[[float, float], bool]) -> None:
        """Wait until its middle is there."""
        for _ in range(200):
            if there(*middle(what)):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"it stands at {middle(what)}")

    def is_saved(self) -> None:
        """The server has all that was edited."""
        expect(self.saved).to_be_visible()


def middle(of: Locator) -> tuple[float, float]:
    """Where it is on the page."""
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
