"""A real provider of OpenID Connect (django-oauth-toolkit) as a process of its own, for tests. The product knows nothing of it."""
