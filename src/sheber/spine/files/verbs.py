"""What happens to files."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

for _code, _sentence in (
    ("file.attached", gettext_lazy("%(actor)s attached the file %(file)s.")),
    ("file.removed", gettext_lazy("%(actor)s removed the file %(file)s.")),
    ("file.brought_back", gettext_lazy("%(actor)s brought the removed file %(file)s back.")),
    ("file.read", gettext_lazy("%(actor)s opened the file %(file)s, which is about a person.")),
    ("file.refused", gettext_lazy("%(actor)s sent the file %(file)s, in which the scanner found the virus %(virus)s. It was not taken.")),
    ("file.infected", gettext_lazy("The scanner found the virus %(virus)s in the file %(file)s. It is not given out any more.")),
    ("file.forgotten", gettext_lazy("The removed file %(file)s was forgotten after its thirty days.")),
):
    verbs.register(_code, _sentence)
