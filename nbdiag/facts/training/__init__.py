"""What the curves and the end of a training say.

In reading order:

- ``curves``: slopes, jumps, turns
- ``jump``: a loss that had fallen jumps up
- ``oscillation``: the loss goes up and down
- ``baseline``: what always predicting the same value reaches
- ``gain``: how much was learnt, against that
- ``verdict``: how the training ended, in three words
- ``overfitting``: from which epoch on samples are memorised
- ``lost_numbers``: where values stop being numbers
- ``savings``: what an early end has saved
"""
