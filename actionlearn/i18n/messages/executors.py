"""Sentences for the errors of doing work elsewhere."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "batch.executor": (
        "“{value}” is no place to do work.",
        "Say processes, here, or dask://HOST:PORT, as in dask://127.0.0.1:8786.",
    ),
    "batch.no_dask": ("Dask is not installed.", "Install it beside the kit: pip install 'actionlearn[dask]'."),
    "batch.no_scheduler": (
        "No Dask scheduler answers at {address}.",
        "Start one with “dask scheduler”, and workers with “dask worker”; then say its address again.",
    ),
    "batch.no_workers": ("The Dask scheduler at {address} has no workers.", "Start some: dask worker HOST:PORT."),
    "batch.other_version": (
        "The workers at {address} have version {version} of the kit, and this is {ours}.",
        "Install the same version where the workers run, and start them again.",
    ),
}
