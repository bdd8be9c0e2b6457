"""Import and export: formats, readers, writers, and the report that says what became of each row."""
