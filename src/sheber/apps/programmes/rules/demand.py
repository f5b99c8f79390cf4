"""What a programme is measured against, as the spine works it out."""

from sheber.spine.competences.rules import Demand, demand_of_occupation, demand_of_type, weak_reason

__all__ = ["Demand", "demand_of_occupation", "demand_of_type", "weak_reason"]
