"""What programmes keep about a person: as a student, and as an assessor."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import at_erasure, holding, table

from .models import Assessment, Enrolment

_ENROLMENT = ("version__programme__code", "version__version", "entry_year", "class_year", "goal__code", "is_active", "is_synthetic")
_ASSESSMENT = ("course__version__programme__code", "course__version__version", "course__code", "kind", "title", "held_on")

holding("programmes.enrolments", title=_("Programmes you study"), why=_("To show which courses you take and what you aim at."),
        kept=_("Without a limit: evidence from courses refers to it."), fields=("programmes.Enrolment.student",),
        export=table("programme", "version", "entry_year", "class_year", "goal", "is_active", "is_synthetic",
                     source=lambda person: Enrolment.objects.filter(student_id=person).order_by("pk").values_list(*_ENROLMENT)))
holding("programmes.assessments", title=_("Assessments you held"), why=_("So that it can be asked who assessed."),
        kept=_("Without a limit: evidence from courses refers to it."), fields=("programmes.Assessment.assessor",),
        export=table("programme", "version", "course", "kind", "title", "held_on",
                     source=lambda person: Assessment.objects.filter(assessor_id=person).order_by("pk").values_list(*_ASSESSMENT)))
at_erasure("programmes.Enrolment", "kept", "figures of cohorts stay as they were; whose they are is no longer known")
at_erasure("programmes.Assessment", "kept", "that an assessment was held, and that one person held it, stays true")
