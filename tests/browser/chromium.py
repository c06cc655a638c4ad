"""The Chromium of the browser tests: finds it; as a program, installs one where none stands."""

import os
import shutil
import subprocess
import sys

# The same Chromium without the window that nobody sees: a page costs a tenth less.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")


def launcher() -> str | None:
    """Path of the first browser that starts; None when only Playwright's own can be there."""
    paths = [path for name in NAMES if (path := shutil.which(name))]
    return next((path for path in paths if starts(path)), None)


def starts(path: str) -> bool:
    """Whether the program runs: some systems ship a `chromium-browser` that only names a shop."""
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def install() -> None:
    """Chromium from the system where we may ask it, else from Playwright."""
    if not (shutil.which("apt-get") and from_system() and launcher()):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def from_system() -> bool:
    """Whether apt-get, as root or through sudo, installed it."""
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and not shutil.which("sudo"):
        return False
    apt = [*rights, "apt-get"]
    install = [*apt, "install", "--yes", "--no-install-recommends", "fonts-liberation"]
    return done([*apt, "update"]) and any(done([*install, each]) for each in NAMES[:2])


def done(command: list[str]) -> bool:
    """Whether a command did what it was told."""
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__" and not launcher():
    install()
