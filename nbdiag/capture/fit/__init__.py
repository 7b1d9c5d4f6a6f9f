"""What happens in one call of ``fit``.

In reading order:

- ``arguments``: what `fit` was called with
- ``callback_list``: the user's callbacks, and which of them steer
- ``callback``: the callback that hears of the training
- ``history``: the curves as they come in
- ``step_losses``: the losses of single steps
- ``custom_loop``: training loops without `fit`
"""
