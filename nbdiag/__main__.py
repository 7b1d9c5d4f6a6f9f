"""``python -m nbdiag``."""

from nbdiag.cli import main

if __name__ == "__main__":
    main()
