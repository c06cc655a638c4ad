"""What tests do on the imports page, and what they read there."""

from tests.pages.conftest import (
    button,
    drawn,
    finish_jobs,
    literal,
    opened,
)

FILE = "people <b>$x$ *y*.csv"


def chosen(content, name=FILE):
    """The page with a file uploaded."""
    at = opened("imports")
    content = content if isinstance(content, bytes) else content.encode()
    return drawn(at.file_uploader(key="upload").upload(name, content).run())


def select(at, label):
    """The select box of a label."""
    return next(each for each in at.selectbox if literal(each.label) == label)


def options(at, header):
    """The page with what else can be said of a column shown."""
    [more] = [each for each in at.button if literal(each.help or "").startswith(f"How {header} is")]
    return drawn(more.click().run())


def checked(at):
    """The page when the check has ended."""
    finish_jobs()
    return drawn(at.run())


def committed(at):
    """The page after the import of the chosen file."""
    at = button(checked(at), "Import").click().run()
    finish_jobs()
    return drawn(at.run())


NOTHING = dict.fromkeys(("Created", "Updated", "Unchanged", "Rejected rows", "Set aside"), "0")


def metrics(at):
    return {metric.label: metric.value for metric in at.metric}


def tables(at, *places):
    """The rows of some tables on the page, as tuples."""
    return [list(at.dataframe[place].value.itertuples(index=False, name=None)) for place in places]


def placed(at, header):
    """Where a column goes, as the form shows it."""
    return select(at, f"{header} goes to").value


def labels(at):
    """What the expanders of the page are called."""
    return [literal(each.label) for each in at.expander]
