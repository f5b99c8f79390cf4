"""What every request passes: the edge (who asks, how much is sent), watching (log, figures), closing, limits."""

from .closed import closed_middleware
from .edge import edge_middleware
from .limits import LimitsMiddleware
from .watch import watch_middleware

__all__ = ["LimitsMiddleware", "closed_middleware", "edge_middleware", "watch_middleware"]
