"""Writing background work: asked for, cancelled, tried again, done."""

from .asking import job_cancel, job_retry, job_start
from .running import run_due, run_now
from .tidying import forget_old

__all__ = ["forget_old", "job_cancel", "job_retry", "job_start", "run_due", "run_now"]
