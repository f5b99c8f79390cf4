"""What others may do to programmes."""

from .courses import course_update, requisites_set
from .demo import load_demo_programmes
from .importing import ImportReport, import_programme
from .matrix import CellsSet, cells_set
from .versions import version_archive, version_publish, version_revise

__all__ = ["CellsSet", "ImportReport", "cells_set", "course_update", "import_programme", "load_demo_programmes", "requisites_set",
           "version_archive", "version_publish", "version_revise"]
