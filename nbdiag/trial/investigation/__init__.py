"""What an expert would try when no rule knows a cause: experiments on copies, then a judgement.

In reading order:

- ``judgement``: when a change counts as a cure; numbers in, verdicts out
- ``variations``: what is made as usual, one aspect of a training each
- ``reduction``: from changes that help together to those that are needed
- ``simple_learner``: what scikit-learn finds in the same samples
- ``own_result``: what the user's training has reached
- ``battery``: the experiments in their order
- ``sentences``: what is said of each
"""
