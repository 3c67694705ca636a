"""`python -m credkit`."""

from credkit.cli import run

if __name__ == "__main__":
    run()
