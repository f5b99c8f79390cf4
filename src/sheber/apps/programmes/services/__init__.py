"""What others may do to programmes."""

from .course_editing import course_add, course_remove, course_save
from .courses import course_update, requisites_set
from .demo import load_demo_programmes
from .facts import facts_update, targets_update
from .figures import figures_keep, figures_refresh
from .importing import ImportReport, import_programme
from .matrix import CellsSet, cells_set
from .starting import programme_start
from .versions import version_archive, version_publish, version_revise

__all__ = ["CellsSet", "ImportReport", "cells_set", "course_add", "course_remove", "course_save", "course_update", "facts_update",
           "figures_keep", "figures_refresh", "import_programme", "load_demo_programmes", "programme_start", "requisites_set",
           "targets_update", "version_archive", "version_publish", "version_revise"]
