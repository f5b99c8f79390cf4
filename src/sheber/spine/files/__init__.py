"""Files: kept by their hash, attached to things of other systems, opened only by whoever may see the thing."""
