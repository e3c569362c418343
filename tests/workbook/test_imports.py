"""What a notebook's process loads: a kernel for each page is forked from one that has all of it in memory."""

from __future__ import annotations

import json
import subprocess
import sys

#: What only the server, or practice once something is saved, has to do with.
NOT_NEEDED = {"actionlearn.store", "sqlalchemy", "alembic", "tornado.web", "jupyter_server", "papermill"}


def test_a_workbook_loads_no_store():
    """Each page's kernel would carry a database and its tables, and be slower to come."""
    code = "import sys, json, actionlearn.workbook; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "actionlearn.workbook" in loaded
    assert loaded & NOT_NEEDED == set()
