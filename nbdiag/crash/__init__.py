"""Repairs of cells that failed, judged by Keras itself.

In reading order:

- ``search``: candidates, tried one after the other
- ``repair``: what a report says once its fixes have been tried
"""

from nbdiag.crash.repair import with_tried_fixes

__all__ = ["with_tried_fixes"]
