"""The commands of the README, one after the other, print what it shows."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = "$ .venv/bin/workbench "
TOLD = (ROOT / "README.md").read_text("utf-8").partition("## Five minutes at the command line")[2]
TOUR = TOLD.partition("\n## ")[0]
PARTS = re.findall(r"^```(\w*)\n(.*?)^```$", TOUR, re.MULTILINE | re.DOTALL)
# What each run draws or measures anew.
ANEW = re.compile(r"\b(?:(?:imp|exp|r)_[0-9a-f]{4,}…?|track_[\w-]+|[0-9]+\.[0-9] s)(?!\w)")
HASH = re.compile(r"\b([0-9a-f]{8})(?:[0-9a-f]{56}|…)")  # the first digits tell it


def told(text):
    """What is printed, as the README shortens it: what differs from run to run is left out."""
    return [HASH.sub(r"\1…", ANEW.sub("…", line)).rstrip() for line in text.splitlines()]


def commands():
    """Each command of the tour, with the lines that the README shows below it."""
    for language, block in PARTS:
        if not language:
            for part in block.split(COMMAND)[1:]:
                words, _, output = part.partition("\n")
                yield shlex.split(words, comments=True), output.splitlines()


@pytest.fixture
def place(empty, monkeypatch):
    """A folder as the README has it: the samples, and the filter that it shows."""
    shutil.copytree(ROOT / "data" / "samples", empty.folder / "data" / "samples")
    [shop_filter] = [block for language, block in PARTS if language == "json"]
    empty.file("filter.json", shop_filter)
    monkeypatch.chdir(empty.folder)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "you")
    return empty


def test_every_command_of_the_tour_prints_what_the_readme_shows(place):
    exports = []
    for words, lines in commands():
        given = [exports[-1] if word.startswith("exp_") else word for word in words]
        printed = place.out(*given)
        exports += re.findall(r"\bexp_[0-9a-f]+", printed)

        assert not lines or told(printed) == told("\n".join(lines)), words
