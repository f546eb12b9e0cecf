#!/usr/bin/python3
"""The report of a year as a page, and pictures of it, to be looked at: make report-screens [SCREENS=DIR] [TICKETS=N] [YEAR=mailgw.conf]

Narrow and wide, light and dark, and as it is printed.  Whatever the browser complains of is an error.
"""

import argparse
import contextlib
import datetime
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / "integration")]

import desk_history  # noqa: E402
import harness  # noqa: E402
from shoot import CHROMIUM, SCHEMES  # noqa: E402

SIMULATED = ["--since", "2026-01-05", "--until", "2027-01-04"]    # the year of tests/targets/simulation.py
SLICE = 1500                  # as much of a narrow page as one column of a picture shows


@contextlib.contextmanager
def made_up(tickets):
    """A configuration whose database holds two years, so that there is something to compare with."""
    gateway = harness.Gateway()
    try:
        with open(gateway.config, "a", encoding="utf-8") as config:
            config.write(desk_history.CONFIG)
        gateway.configure("queue support", "target", "standard")
        gateway.configure("gateway", "name", "Northwind")
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        first = now.date() - 729 * desk_history.DAY
        desk_history.write(gateway, desk_history.make(7, first, 730, tickets * 2, now=now))
        yield gateway.config
    finally:
        gateway.close()


def browse(folder, *options):
    done = subprocess.run([*CHROMIUM, "--enable-logging=stderr", "--allow-file-access-from-files", f"--user-data-dir={folder}/profile", *map(str, options)],
                          capture_output=True, text=True, check=False, timeout=180, env=os.environ | {"HOME": str(folder)})
    if done.returncode != 0 or "CONSOLE" in done.stderr:
        sys.exit(done.stderr)


def picture(folder, page, width, columns, scheme, target):
    """A window of Chromium has a least width, a frame has none; columns show a long page piece by piece."""
    frames = [f'<div style="width:{width}px;height:{SLICE}px;overflow:hidden;flex:none"><iframe src="{page.as_uri()}" style="border:0;width:{width}px;'
              f'height:{SLICE * columns}px;margin-top:-{SLICE * n}px"></iframe></div>' for n in range(columns)]
    sheet = folder / "sheet.html"
    sheet.write_text('<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;display:flex;gap:8px;background:#888">' + "".join(frames), encoding="utf-8")
    browse(folder, f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", f"--window-size={(width + 8) * columns},{SLICE}", f"--screenshot={target}",
           sheet.as_uri())
    print(target)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=20000)
    parser.add_argument("--year", default="", help="the configuration of an installation that holds the simulated year")
    parser.add_argument("target", nargs="?", default="screens")
    options = parser.parse_args()
    target = pathlib.Path(options.target).absolute()
    target.mkdir(parents=True, exist_ok=True)
    page = target / "report.html"
    with contextlib.nullcontext(options.year) if options.year else made_up(options.tickets) as config:
        began = time.monotonic()
        days = SIMULATED if options.year else ["--since", "365d"]
        subprocess.run([harness.MAILGW, "--config", config, "report", *days, "--html", page], check=True, timeout=600)
        print(f"{page}: {page.stat().st_size} octets in {time.monotonic() - began:.1f} s")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for scheme in SCHEMES:
            picture(folder, page, 400, 4, scheme, target / f"report-400-{scheme}.png")
            picture(folder, page, 1280, 1, scheme, target / f"report-1280-{scheme}.png")
        browse(folder, "--no-pdf-header-footer", f"--print-to-pdf={target}/report.pdf", page.as_uri())
        print(target / "report.pdf")


if __name__ == "__main__":
    main()
