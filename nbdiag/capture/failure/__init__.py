"""What ended a fit or a cell.

In reading order:

- ``error``: the exception as a value
- ``traces``: what reads a traceback
- ``reason``: an exception in one line
- ``context``: the calls that led there and the names of the user
- ``failing_model``: which model it is about
- ``variables``: what one name refers to
"""
