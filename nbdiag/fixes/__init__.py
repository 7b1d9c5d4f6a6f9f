"""What fixes share, below the rules.

In reading order:

- ``output_head``: how an output should end
- ``restart``: what a repaired training needs besides
- ``training_time``: how a longer training is named
- ``data_lines``: changes of lines that make the data
- ``conflicts``: which changes go together
- ``predict``: the run as it would be before its first step
- ``follow_up``: what would be the next exception
- ``gate``: which new cells are never offered
- ``candidates``: edits that may repair a failed cell
"""
