"""Times of a worker. All workers of an installation have the same lease."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds.

    ``lease_s`` without a sign of life lose a worker its work; ``heartbeat_s`` lie between two signs; ``poll_s`` between two looks for
    work; after a request to stop a run has ``grace_s`` to end; a run that ignores its time limit for ``stuck_s`` ends its worker.
    """

    heartbeat_s: float = 5.0
    lease_s: float = 45.0
    poll_s: float = 1.0
    progress_s: float = 0.5
    grace_s: float = 7.0
    stuck_s: float = 60.0
    longest_pause_s: float = 30.0
