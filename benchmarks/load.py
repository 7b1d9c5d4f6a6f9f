"""What ``%load_ext nbdiag`` costs: CPU time beyond IPython's own start, and modules imported.

Usage: ``python benchmarks/load.py [--runs 9]``. Each run is a fresh process; medians are printed.
"""

import argparse
import json
import statistics
import subprocess
import sys

CODE = """
import json, sys, time
start = time.process_time()
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
ready = time.process_time()
before = set(sys.modules)
shell.run_line_magic("load_ext", "nbdiag")
loaded = time.process_time()
print(json.dumps([ready - start, loaded - ready, sorted(set(sys.modules) - before)]))
"""
HEAVY = ("tensorflow", "keras", "matplotlib", "ipywidgets", "numpy", "scipy")


def measure() -> tuple[float, float, list[str]]:
    """Load the extension in a fresh process."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    shell, extension, modules = json.loads(done.stdout.splitlines()[-1])
    return shell, extension, modules


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    runs = [measure() for _ in range(parser.parse_args().runs)]
    shell = statistics.median(run[0] for run in runs)
    extension = statistics.median(run[1] for run in runs)
    modules = runs[0][2]
    heavy = [name for name in HEAVY if name in {module.split(".")[0] for module in modules}]
    print(f"{'IPython itself':28} {shell:8.3f} s CPU")
    print(f"{'%load_ext nbdiag':28} {extension:8.3f} s CPU   {extension / shell:.2f} of IPython")
    print(f"{'modules imported':28} {len(modules):8}")
    print(f"{'heavy libraries imported':28} {', '.join(heavy) or 'none':>8}")


if __name__ == "__main__":
    main()
