"""Going on in this session when all others end."""

from django.contrib.auth import update_session_auth_hash

from sheber.kit.http import Request
from sheber.spine.accounts import services
from sheber.spine.people.models import User


def stay(request: Request, person: User) -> None:
    """The session gets a new key and the new stamp of the account."""
    update_session_auth_hash(request, person)
    services.session_moved(person=person, session=request.session)
