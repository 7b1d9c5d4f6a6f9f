"""The one drawing of the curves.

In reading order:

- ``charts``: what they show, as data
- ``levels``: what to compare them with
- ``figure``: the whole drawing
- ``axes``: one chart
- ``arrangement``: where charts are, and the words around them
- ``description``: the curves in words and as a table
- ``scales``: where numbers stand on its axes, and which are written
- ``ticks``: these numbers, drawn
- ``bare_axes``: axes without matplotlib's ticks
- ``colours``: of both drawings
- ``legend``: the names of the curves
- ``text_images``: words that are drawn once
- ``live_svg``: the quick drawing while a training runs
- ``rate_sweep``: a learning-rate range test
- ``fonts``: whether a language can be drawn
"""
