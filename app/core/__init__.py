"""What every room stands on: settings, database, errors, clock, ids. It knows no HTTP."""
