"""What privacy tells people."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.notices import types

types.register("erasure.refused", title=_("Your request to be erased"), explanation=_("When it is decided that your data stay."),
               sentence=_("Your data are not erased. The reason: %(reason)s"), letters="at_once", mandatory=True)
