"""`credkit demo`: the whole job on a synthetic practice."""

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer

from credkit.commands.session import GlobalOptions, Session
from credkit.demo.flow import run_demo
from credkit.errors import UsageError
from credkit.render.prose import bullets, paragraph
from credkit.render.text import terminal_width

HELP = "Run the whole job on a synthetic practice."

#: The file that says a folder is the demo's, to be replaced by the next one.
MARK = "MADE-BY-CREDKIT-DEMO.txt"
_MARK_TEXT = """\
This folder was made by `credkit demo`, and the next `credkit demo` replaces it.
The people in it are invented, their NPIs were never issued, and its sources were simulated.
"""
