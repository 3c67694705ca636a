"""credkit: credentialing of US healthcare providers on the command line."""

from credkit.version import __version__

__all__ = ["__version__"]
