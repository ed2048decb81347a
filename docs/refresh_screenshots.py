"""Draws the pages of the review as they look on the sample: `docs/img/review-*.png`.

`python docs/refresh_screenshots.py` makes the sample's database in a folder of its own, which it
removes again, serves it, and photographs each page at two widths, light and dark, with the chromium
of this machine. The sample's texts are ours; a database of real news must never be drawn here.
"""

from __future__ import annotations

import base64
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data/sample"
IMAGES = ROOT / "docs/img"
SIZES = {1280: 900, 390: 844}
SCHEMES = ("light", "dark")
TOKEN = "screenshots"
COLOURS = 256
# The record of a run names files where they lie on this machine.
FORGET = """path => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    texts.currentNode.data = texts.currentNode.data.replaceAll(path, '');
}"""


def make_sample(folder: Path) -> Path:
    """The sample's database, made by the whole daily job, with its claims audited.

    Raises:
        subprocess.CalledProcessError: the job failed.
    """
    database = folder / "sample.db"
    command = [sys.executable, "-m", "bubblefear", "daily", "--sample", "--db", str(database)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    command[3:5] = ["claims", "audit", str(SAMPLE / "claims.toml")]
    command += ["--config", str(SAMPLE / "bubblefear.toml")]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return database


@contextmanager
def served(database: Path) -> Iterator[str]:
    """The address of a review server that runs meanwhile."""
    command = [sys.executable, "-m", "bubblefear", "review", "--port", "0", "--no-browser"]
    command += ["--token", TOKEN, "--db", str(database)]
    command += ["--config", str(SAMPLE / "bubblefear.toml")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=database.parent
    ) as server:
        try:
            assert server.stdout is not None
            said = re.search(r"http://\S+", server.stdout.readline())
            if said is None:
                raise RuntimeError("the review server did not start")
            yield said[0]
        finally:
            server.terminate()


def addresses(page: Page) -> dict[str, str]:
    """What is photographed: the newest day, and the article that added most to it."""
    page.goto("/")
    day = page.locator("main a[href^='/day/2']:visible").first.get_attribute("href") or "/"
    page.goto(day)
    article = page.locator("main a.headline").first.get_attribute("href") or "/"
    fixed = {name: f"/{name}" for name in ("queue", "transmission", "claims", "health")}
    return {"home": "/", "day": day, "article": article, **fixed, "search": "/search?q=泡沫"}


def name_a_coder(page: Page) -> None:
    """The queue shows articles only to somebody with a name."""
    page.goto("/queue")
    page.locator("form.review input[name=reviewer]").fill("Ada")
    page.locator("form.review input[name=token]").fill(TOKEN)
    page.locator("form.review button").click()
    page.locator("article.news").wait_for()


def photograph(browser: Browser, address: str) -> Iterator[tuple[str, bytes]]:
    """File names and PNGs of every page at every width in both schemes."""
    for scheme in SCHEMES:
        page = browser.new_page(base_url=address, color_scheme=scheme, reduced_motion="reduce")
        name_a_coder(page)
        for name, where in addresses(page).items():
            for width, height in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(where, wait_until="networkidle")
                page.evaluate(FORGET, f"{ROOT}/")
                yield f"review-{name}-{width}-{scheme}.png", page.screenshot()
        page.close()


def palette(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Colours, n x 3 with n at most 256, and the number of each pixel's colour, height x width.

    The commonest colours of each cell of an ever coarser grid stay as they are; what is left of the
    edges of letters takes the nearest of them.
    """
    flat = pixels.reshape(-1, 3)
    colours, which, counts = np.unique(flat, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    kept: list[int] = []
    for cell in (32, 16, 8):
        seen = {tuple(colours[one] // cell) for one in kept}
        for one in order:
            place = tuple(colours[one] // cell)
            if len(kept) < COLOURS and place not in seen:
                seen.add(place)
                kept.append(int(one))
    chosen = colours[sorted(set(kept))].astype(np.int32)
    nearest = np.array(
        [np.abs(chosen - colour.astype(np.int32)).sum(axis=1).argmin() for colour in colours]
    )
    return chosen.astype(np.uint8), nearest[which.ravel()].reshape(pixels.shape[:2])


def small_png(pixels: np.ndarray) -> bytes:
    """A PNG of height x width x 3 bytes, with 256 colours at most."""
    colours, numbers = palette(pixels)
    height, width = numbers.shape
    lines = np.zeros((height, width + 1), dtype=np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = numbers
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", colours.tobytes())]
    parts += [(b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def pixels_of(page: Page, png: bytes) -> np.ndarray:
    """The pixels of a PNG, height x width x 3, read by the browser."""
    page.set_content("<canvas></canvas>")
    width, height, data = page.evaluate(
        """async bytes => {
          const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
          const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
          pen.drawImage(image, 0, 0);
          const data = pen.getImageData(0, 0, image.width, image.height).data;
          let text = '';
          for (let at = 0; at < data.length; at += 30000)
            text += String.fromCharCode(...data.subarray(at, at + 30000));
          return [image.width, image.height, btoa(text)];
        }""",
        list(png),
    )
    flat = np.frombuffer(base64.b64decode(data), dtype=np.uint8)
    return flat.reshape(height, width, 4)[:, :, :3]


def main() -> None:
    """Write every picture, and say how large it is."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        reader = browser.new_page()
        with served(make_sample(Path(folder))) as address:
            for name, png in photograph(browser, address):
                small = small_png(pixels_of(reader, png))
                (IMAGES / name).write_bytes(small)
                sys.stdout.write(f"{name}: {len(small) / 1000:.0f} kB\n")
        browser.close()


if __name__ == "__main__":
    main()
