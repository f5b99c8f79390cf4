"""The six synthetic programmes of the demonstration."""

from importlib.resources import files

from sheber.apps.programmes.models import ProgrammeVersion
from sheber.apps.programmes.rules.reading import problem_sentence, read_plan
from sheber.spine.audit.services import Actor

from .importing import import_programme

FOLDER = "demo/programmes"


def load_demo_programmes(actor: Actor = None) -> int:
    """Add the demonstration's programmes that are not there yet, as drafts; returns how many were added.

    Needs the reference facts and the organisations. Raises DomainError as the import does, and ``ValueError`` when a file the product
    carries cannot be read.
    """
    added = 0
    for file in sorted(files("sheber.data").joinpath(FOLDER).iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".yaml"):
            continue
        result = read_plan(file.read_bytes(), file.name)
        if result.plan is None:
            raise ValueError(f"{file.name}: {problem_sentence(result.errors[0])}")
        plan = result.plan
        if ProgrammeVersion.objects.filter(programme__code=plan.code, version=plan.version).exists():
            continue
        import_programme(plan=plan, organisation=str(plan.details.get("faculty") or plan.details["university"]), actor=actor,
                         reason="demonstration")
        added += 1
    return added
