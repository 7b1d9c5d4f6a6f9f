"""The one drawing of the curves.

In reading order:

- ``charts``: what they show, as data
- ``levels``: what to compare them with
- ``figure``: the whole drawing
- ``axes``: one chart
- ``description``: the curves in words and as a table
- ``live_svg``: the quick drawing while a training runs
- ``scales``: its axes
- ``rate_sweep``: a learning-rate range test
- ``fonts``: whether a language can be drawn
"""
