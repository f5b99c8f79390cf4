"""``python -m tests.operation.killed POINT restore …``: the command line, which kills itself (``kill -9``) when it comes to a point.

A point is the name of a step, reached when the restore has written it down; or one of those between two steps.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, count: int = 1, when: Callable[..., bool] = lambda *_: True) -> None:
    """Die where ``owner.name`` is called for the ``count``th time with arguments that ``when`` takes."""
    whole, seen = getattr(owner, name), [0]

    @wraps(whole)
    def called(*words: Any, **more: Any) -> Any:
        seen[0] += when(*words)
        if seen[0] == count:
            die()
        return whole(*words, **more)

    setattr(owner, name, called)


def arm(point: str) -> None:
    """Imports what it touches late: Django has no settings yet when this module is read."""
    from django.db.migrations.executor import MigrationExecutor

    from sheber.spine.operation.archive import tables
    from sheber.spine.operation.services import restore_note

    def then_among_migrations(name: str, **_more: object) -> bool:
        if name == "migrating":
            before(MigrationExecutor, "apply_migration", 5)
        return False

    between: dict[str, Callable[[], None]] = {
        "while tables are made": lambda: before(MigrationExecutor, "apply_migration", 20),
        "among the rows": lambda: before(tables, "load_rows", 25),
        "after the commit": lambda: before(restore_note, "step", when=lambda name, **_more: name == "migrating"),
        "while tables move forward": lambda: before(restore_note, "step", when=then_among_migrations),
        "between two names of a file": lambda: before(os, "replace", when=lambda _from, to: str(to).endswith("data.sqlite3")),
        "before the mark goes": lambda: before(restore_note, "mark", when=lambda digest: not digest),
    }
    if point in between:
        between[point]()
        return
    whole = restore_note.step

    def step(name: Any, **more: Any) -> None:
        whole(name, **more)
        if name == point:
            die()

    restore_note.step = step  # type: ignore[assignment]


if __name__ == "__main__":
    from sheber.site.cli import main, setup

    loads = setup.django_setup

    def armed(*words: Any) -> None:
        loads(*words)
        arm(sys.argv[1])

    from sheber.site.cli import restore

    restore.django_setup = armed  # type: ignore[assignment]
    sys.exit(main(sys.argv[2:]))
