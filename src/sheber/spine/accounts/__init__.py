"""How a person proves who they are: attempts that fail, and passwords that change."""
