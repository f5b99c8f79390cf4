"""Settings by occasion: ``prod`` for a university's server, ``dev`` for the demonstration and the desk, ``test``."""
