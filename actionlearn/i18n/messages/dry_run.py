"""Why the live cells of a template cannot be run once for everybody: code -> (what it is, what to do next)."""

from __future__ import annotations

_EACH = "The page works; every learner’s kernel runs the cells by itself, which takes longer. "

MESSAGES: dict[str, tuple[str, str]] = {
    "template.live_magic": (
        "This live cell has a line that only a notebook’s shell understands.",
        _EACH + "Write it as plain Python, without % and !.",
    ),
    "template.live_shell": (
        "This live cell uses “{detail}”, which only a notebook’s shell has.",
        _EACH + "Return what you want to be shown from the function you give to live().",
    ),
    "template.live_raises": (
        "This live cell stops with an error ({detail}).",
        "The page says so in its place. Make the notebook with “actionlearn new” and run it, to see where.",
    ),
    "template.live_prints": (
        "This live cell prints more than anybody reads.",
        _EACH + "Print nothing; return what you want to be shown.",
    ),
    "template.live_figures": (
        "This live cell leaves a figure of pyplot open.",
        _EACH + "Make figures inside the function, with matplotlib.figure.Figure.",
    ),
    "template.live_threads": (
        "This live cell leaves threads running ({detail}).",
        _EACH + "Do without them: one learner’s answers are few.",
    ),
    "template.live_files": (
        "This live cell leaves something open: {detail}.",
        _EACH + "Open files with “with”, and connections inside the function.",
    ),
    "template.live_children": (
        "This live cell leaves a process running.",
        _EACH + "Wait for its end, or do without it.",
    ),
    "template.live_timer": (
        "This live cell leaves an alarm set.",
        _EACH + "Take it back at the end of the cell.",
    ),
    "template.live_programs": (
        "This live cell starts a program that prints.",
        _EACH + "Capture what it prints (capture_output=True).",
    ),
    "template.live_ends": (
        "This live cell takes longer than {seconds} seconds, or ends its own process.",
        "The page says so in its place. Do less when the cell is run, and the rest in the function.",
    ),
}
