"""Signing in and out: passwords, second factors, the sign-in provider, sessions of browsers."""
