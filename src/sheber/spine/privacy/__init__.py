"""What is held about a person: shown, and handed out to them."""
