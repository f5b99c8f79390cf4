"""Finding by words what a reader may see."""

from .finding import Answer, Facet, Group, find, may_see
from .pages import Found, known_kind, look_up

__all__ = ["Answer", "Facet", "Found", "Group", "find", "known_kind", "look_up", "may_see"]
