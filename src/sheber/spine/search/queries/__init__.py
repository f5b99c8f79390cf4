"""Finding by words what a reader may see."""

from .finding import Answer, Facet, Group, find, may_see
from .lists import ids_found
from .pages import Found, known_kind, look_up

__all__ = ["Answer", "Facet", "Found", "Group", "find", "ids_found", "known_kind", "look_up", "may_see"]
