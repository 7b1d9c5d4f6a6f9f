"""A report for people: plain text, static HTML, and the one drawing of its curves."""
