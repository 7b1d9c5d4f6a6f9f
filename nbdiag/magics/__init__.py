"""IPython glue: the magics, and what loads and unloads them."""

from typing import Any

from nbdiag.magics.traindiag import TrainDiagMagics


def load(shell: Any) -> None:
    """Register the magics, and start noting where layers are made."""
    from nbdiag.capture import call_sites

    if "TrainDiagMagics" in shell.magics_manager.registry:
        return
    shell.register_magics(TrainDiagMagics)
    shell.magics_manager.registry["TrainDiagMagics"].cells.install()
    call_sites.install()


def unload(shell: Any) -> None:
    """Take everything back; Keras is left as it was."""
    from nbdiag.capture import call_sites
    from nbdiag.capture.overrides import clear_ended
    from nbdiag.trial.worker import close_worker

    close_worker()
    call_sites.uninstall()
    magics = shell.magics_manager.registry.pop("TrainDiagMagics", None)
    if magics is not None:
        magics.cells.uninstall()
    clear_ended()
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("traindiag", None)


def memory_of(shell: Any) -> Any:
    """Find the session's memory, None when nbdiag is not loaded there."""
    magics = shell.magics_manager.registry.get("TrainDiagMagics") if shell else None
    return magics.memory if magics else None
