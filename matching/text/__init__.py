"""From wording in six languages to concepts: scripts, stems, phrases, cues, readings."""
