"""Time and memory from starting Python to the wizard's first full frame, against a bare Textual app.

The bare app shows as many inputs as the wizard's first screen. Both run headless, in turns, each in
a process of its own; the medians are compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 15
TIME_LIMIT, MEMORY_LIMIT = 1.25, 1.3

PROBE = """
import os, resource, time
class Probe:
    # the frame is full once the last input and the keys of the footer have their places
    def on_mount(self):
        self.looking = self.set_interval(0.002, self.look)
    def look(self):
        inputs, keys = self.screen.query("Input"), self.screen.query("FooterKey")
        if len(inputs) == 3 and keys and all(widget.region for widget in (*inputs, *keys)):
            self.looking.stop()
            self.call_after_refresh(self.frame_is_up)
    def frame_is_up(self):
        print(time.time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
        os._exit(0)
"""
WIZARD = (
    PROBE
    + """
import tui.cli
from tui.start import load_app
class Probed(Probe, load_app()):
    pass
Probed().run(headless=True, size=(80, 24))
"""
)
BARE = (
    PROBE
    + """
from textual.app import App
from textual.widgets import Footer, Header, Input, Select
class Probed(Probe, App):
    def compose(self):
        yield Header()
        yield Select([("default", "default")])
        yield Input(); yield Input(); yield Input()
        yield Footer()
Probed().run(headless=True, size=(80, 24))
"""
)


def measure(program: str, compiled: str) -> tuple[float, int]:
    """Return the seconds to the first frame and the peak memory in KiB of one run.

    Python's compiled modules are kept in the folder `compiled`, as they are for an installed program.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = compiled
    began = time.time()
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    at, memory = ended.stdout.split()
    return float(at) - began, int(memory)


def main() -> None:
    wizard, bare = [], []
    with tempfile.TemporaryDirectory() as compiled:
        for program in (WIZARD, BARE):  # compile, and fill the file cache
            measure(program, compiled)
        for _ in range(RUNS):
            wizard.append(measure(WIZARD, compiled))
            bare.append(measure(BARE, compiled))
    for name, place, limit in (("time in s", 0, TIME_LIMIT), ("memory in KiB", 1, MEMORY_LIMIT)):
        ours, theirs = (statistics.median(run[place] for run in runs) for runs in (wizard, bare))
        ratio = ours / theirs
        verdict = "ok" if ratio <= limit else "OVER"
        print(f"first frame, {name}: {ours:.3g} against {theirs:.3g}, ratio {ratio:.2f}, limit {limit}: {verdict}")


if __name__ == "__main__":
    main()
