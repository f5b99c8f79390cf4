"""What of people keeps an organisation where it is, in words. People are erased, and roles end: neither goes into the trash."""

from django.utils.translation import ngettext

from sheber.spine.trash.registry import counted

counted("people.roleassignment", lambda n: ngettext("%(n)s role held there", "%(n)s roles held there", n))
counted("people.invitation", lambda n: ngettext("%(n)s invitation", "%(n)s invitations", n))
