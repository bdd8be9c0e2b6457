"""The service around the engine: records, consent, HTTP and the command line."""
