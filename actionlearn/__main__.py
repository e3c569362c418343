"""``python -m actionlearn`` is the command ``actionlearn``."""

from actionlearn.cli import main

main()
