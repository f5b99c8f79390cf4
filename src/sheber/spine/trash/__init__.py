"""What was deleted, kept for thirty days with everything that went with it, so that it can be put back as it was."""
