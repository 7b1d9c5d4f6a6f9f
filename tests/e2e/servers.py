"""Starts a real JupyterLab or Notebook 7 of its own, far from the user's."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

APPS = {"lab": "jupyterlab", "notebook": "notebook"}
CLASSES = {"lab": "LabApp", "notebook": "JupyterNotebookApp"}
PATIENCE = 60  # seconds; a loaded machine starts a server in ten


@dataclass(frozen=True)
class Server:
    """A running server."""

    kind: Literal["lab", "notebook"]
    address: str
    token: str
    root: Path
    process: subprocess.Popen

    def url(self, name: str) -> str:
        """Address of a notebook; Lab opens it in a workspace of its own."""
        path = {
            "lab": f"lab/workspaces/{Path(name).stem}/tree/{name}",
            "notebook": f"notebooks/{name}",
        }
        return f"{self.address}/{path[self.kind]}?token={self.token}"

    def stop(self) -> None:
        """End the server and its kernels: they share the process group made for them."""
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(15)


def start(
    kind: Literal["lab", "notebook"], folder: Path, theme: str = "JupyterLab Light"
) -> Server:
    """Start a server and wait until it answers."""
    root, log = folder / "notebooks", folder / "server.log"
    root.mkdir(parents=True)
    environment = _environment(folder)
    _write_settings(folder / "settings", theme)
    _write_kernel(folder / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    options = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        f"--IdentityProvider.token={token}",
        f"--{CLASSES[kind]}.user_settings_dir={folder / 'settings'}",
        f"--{CLASSES[kind]}.workspaces_dir={folder / 'workspaces'}",
        f"--{CLASSES[kind]}.expose_app_in_browser=True",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", APPS[kind], *options],
            env=environment,
            cwd=root,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(kind, f"http://127.0.0.1:{port}", token, root, process)
    if not _answers(server):
        server.stop()
        raise RuntimeError(f"{kind} did not start:\n{log.read_text()[-3000:]}")
    return server


def _environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
    own = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "JUPYTER_PLATFORM_DIRS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    return kept | {key: str(value) for key, value in own.items()}


def _write_settings(folder: Path, theme: str) -> None:
    """No news from the network, no questions, the theme."""
    chosen = {
        "notification": {"fetchNews": "false", "checkForUpdates": False},
        "themes": {"theme": theme},
    }
    for name, values in chosen.items():
        path = folder / "@jupyterlab" / "apputils-extension" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))


def _write_kernel(folder: Path) -> None:
    """The kernel is the interpreter that runs the tests."""
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Python 3", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))


def _answers(server: Server) -> bool:
    end = time.monotonic() + PATIENCE
    while server.process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{server.address}/api?token={server.token}", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False
