"""actionlearn: workbooks for action learning, as Jupyter notebooks and Voilà apps."""

__version__ = "0.1.0"
