"""
How much memory a child process took: `VmHWM` counts mapped files too.

`OWN` is what is without a file (`RssAnon`), and the files that lie in memory (`RssShmem`).
"""

import json
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

OWN, WITH_FILES = "own", "VmHWM"
PARTS = ("RssAnon", "RssShmem")
TAKEN = (OWN, WITH_FILES)
PAUSE = 0.02  # seconds between two looks


def status(pid: int) -> dict[str, int]:
    """What the kernel says of a process at this moment, in bytes; nothing once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except OSError:
        return {}
    found = (line.split() for line in lines if line.startswith((WITH_FILES, *PARTS)))
    sizes = {name.rstrip(":"): int(size) * 1024 for name, size, *_ in found}
    return {OWN: sum(sizes[name] for name in PARTS), WITH_FILES: sizes[WITH_FILES]} if sizes else {}


def measured(module: str, *words: str) -> tuple[dict[str, float], dict[str, int]]:
    """
    Runs a module as a process of its own.

    Returns:
        The JSON object that it prints, and the most memory it took, in bytes.
    """
    child = subprocess.Popen([sys.executable, "-m", module, *words], stdout=subprocess.PIPE)
    peak, done = dict.fromkeys(TAKEN, 0), Event()

    def watch() -> None:
        while not done.wait(PAUSE):
            for name, size in status(child.pid).items():
                peak[name] = max(peak[name], size)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        answer, _ = child.communicate()
    finally:
        done.set()
        watcher.join()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, module)
    return json.loads(answer), peak
