"""A static segment of the customers whom an import wrote."""

from functools import partial

from engine.imports import history
from engine.imports.history import ImportRun
from pages._components.segments.static_segment import static_segment
from pages._components.shell.session import workbench


def segment_card(run: ImportRun) -> None:
    """Offers to fix these customers under a name; nothing where the import wrote nobody."""
    if history.wrote_customers(run):
        label, usual = "Make a static segment of these customers", f"From {run.file_name}"
        static_segment(run.id, label, usual, partial(history.written_customers, workbench(), run))
