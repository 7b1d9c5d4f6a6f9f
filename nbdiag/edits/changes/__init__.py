"""The edit of the text for each kind of change, a module a kind."""
