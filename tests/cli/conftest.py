"""The command line over a workspace of its own."""

import json
import os

import pytest
from click.testing import CliRunner

from engine.cli.main import main
from tests.bases import Base

NOW = "2026-11-02T09:30:00Z"


class Shell:
    """Runs commands in this process, over one workspace, at one instant."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"WORKBENCH_WORKSPACE": str(folder / "workspace")}

    def run(self, *words, stdin=None, now=NOW, code=0):
        """One command; gives click's result, having checked the exit code."""
        words = [str(word) for word in (*words, *(["--now", now] if now else []))]
        runner = CliRunner(env=self.environment)
        result = runner.invoke(main, words, input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    def out(self, *words, **options):
        """What one command printed."""
        return self.run(*words, **options).stdout

    def json(self, *words, **options):
        """The JSON lines that one command printed."""
        return [json.loads(line) for line in self.out(*words, "--json", **options).splitlines()]

    def file(self, name, content):
        """A file; what is not text is written as JSON."""
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    def filter(self, **conditions):
        """A filter file: `address__city={"$is": ["Rome"]}`."""
        document = {
            name.replace("__", "."): {"conditions": tests} for name, tests in conditions.items()
        }
        return self.file("filter.json", document)


@pytest.fixture
def empty(tmp_path):
    """A shell over nothing."""
    return Shell(tmp_path)


@pytest.fixture
def shell(empty):
    """A shell over three customers."""
    Base.new(empty.folder / "workspace").filled(three).close()
    return empty


def three(base):
    text = "Source_id,Name,City,size\na,Ann,Rome,1\nb,Bob,Oslo,2\nc,=Cid,Rome,3\n"
    shell = Shell(base.folder.parent)
    shell.run("import", "customers", shell.file("shop.csv", text))


@pytest.fixture
def processes():
    """The environment of a real process that does not see this one's workspace."""
    return {key: value for key, value in os.environ.items() if key != "WORKBENCH_WORKSPACE"}
