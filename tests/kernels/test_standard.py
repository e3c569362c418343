"""The kernel `actionlearn` is a Jupyter kernel like any other: the suite for kernels, and notebooks side by side."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from actionlearn import kernels
from actionlearn.kernels import KERNEL, Fork, WarmProcess

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jupyter_kernel_test

#: Cells that are awkward in one way or another; each shows something.
AWKWARD = (
    "1 + 1",
    "print('out'); import sys; print('err', file=sys.stderr)",
    "%%time\nx = 1",
    "x",
    "_",
    "class A:\n    def _repr_html_(self):\n        return '<b>a</b>'\nA()",
    "from IPython.display import display, HTML, update_display\ndisplay(HTML('<i>one</i>'), display_id='d')",
    "update_display(HTML('<i>two</i>'), display_id='d')",
    "1 / 0",
    "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "import threading\nt = threading.Thread(target=lambda: print('from a thread'))\nt.start(); t.join()",
    "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(7)'], capture_output=True, text=True).stdout",
    "import os\nos.system('echo from a shell')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);\nplt.close()",
    "import ipywidgets\nipywidgets.IntSlider(3).value",
    "import pickle\nclass B: pass\ntype(pickle.loads(pickle.dumps(B()))) is B",
    "import multiprocessing\nmultiprocessing.get_context('fork').Pool(1).map(abs, [-1])",
    "input",
    "def f():\n    raise ValueError('deep')\nf()",
    "__name__, __doc__",
    "import sys\nsys.argv[0].endswith('ipykernel_launcher.py') or sys.argv[0]",
    "'ünï ✓'",
    "exit_code = 3; exit_code;",
    "!echo shell",
    "%lsmagic",
)


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess | None]:
    """Have kernels forked, and our kernelspec known to Jupyter where it was not installed."""
    place = tmp_path_factory.mktemp("share")
    (place / "kernels").symlink_to(Path(kernels.__file__).parent / "specs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(place))
        made = WarmProcess(blank=("ipywidgets",)) if kernels.available() else None
        if made:
            made.start()
            kernels.warm_process(made)
        yield made
        kernels.warm_process(none=True)
        if made:
            made.close()


#: A kernel that is made before it is forked, and shut in nowhere.
MADE = {"fork": Fork(rooms=("/",))}


class TestKernel(jupyter_kernel_test.KernelTests):
    """The suite of the Jupyter project for kernels, on one that is made before it is forked."""

    @classmethod
    def setUpClass(cls):
        """Start it."""
        cls.km, cls.kc = start_new_kernel(kernel_name=KERNEL, **MADE)

    kernel_name = KERNEL
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = ({"text": "zi", "matches": {"zip"}},)
    complete_code_samples = ("1", "print('hello')")
    incomplete_code_samples = ("print('''hello", "if True:")
    invalid_code_samples = ("import = 7q",)
    code_page_something = "zip?"
    code_generate_error = "1 / 0"
    code_execute_result = ({"code": "6*7", "result": "42"},)
    code_display_data = (
        {"code": "from IPython.display import HTML, display; display(HTML('<b>x</b>'))", "mime": "text/html"},
    )
    code_history_pattern = ""
    supported_history_operations = ()
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


def executed(name: str, **how: Any) -> list[Any]:
    """Run the awkward cells on a kernel; return their outputs, without what differs from run to run."""
    from nbclient import NotebookClient

    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in AWKWARD])
    client = NotebookClient(node, kernel_name=name, allow_errors=True, timeout=60)
    client.execute(env={**os.environ, "MPLBACKEND": "agg", "PYTHONWARNINGS": "ignore"}, **how)
    return [[normal(output) for output in cell.outputs] for cell in node.cells]


def normal(output: Any) -> Any:
    """Return an output without times, addresses, ids and colours."""
    text = nbformat.json.dumps(output, sort_keys=True) if hasattr(nbformat, "json") else str(output)
    text = re.sub(r"\\u001b\[[0-9;]*m", "", text)
    text = re.sub(r"0x[0-9a-f]+|\d+(\.\d+)?(e[+-]\d+)? ?[µμmn]?s\b|ipykernel_\d+/\d+|\b[0-9a-f]{32}\b", "#", text)
    return re.sub(r"Cell In\[\d+\]|model_id[^,]*", "#", text)


@pytest.mark.slow
def test_notebooks_give_the_same_on_it_as_on_python3():
    """Two dozen awkward cells under nbclient: the same outputs, one by one, whenever the kernel was made."""
    for source, late, ahead, stock in zip(
        AWKWARD, executed(KERNEL), executed(KERNEL, **MADE), executed("python3"), strict=True
    ):
        assert late == ahead == stock, source
