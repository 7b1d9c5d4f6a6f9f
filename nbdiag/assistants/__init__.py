"""nbdiag for assistants that work through a notebook server: three functions over saved files.

The entry point ``jupyter_server_mcp.tools`` names them in `TOOLS`. They run in the server's
process, read the saved notebook, and run nothing of it.
"""

from nbdiag.assistants.notebook_tools import nbdiag_check, nbdiag_explain, nbdiag_report

TOOLS = [
    "nbdiag.assistants:nbdiag_report",
    "nbdiag.assistants:nbdiag_check",
    "nbdiag.assistants:nbdiag_explain",
]

__all__ = ["TOOLS", "nbdiag_check", "nbdiag_explain", "nbdiag_report"]
