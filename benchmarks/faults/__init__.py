"""What benchmarks/faults.py is made of.

::

    sheet.py    what was typed, what the page said was saved, what the store has; how they are compared
    proxy.py    the network in between, and how it fails
    places.py   a data folder or a database of one's own, and a real server on it
    lane.py     one browser profile that types, and waits until all is saved
    kinds.py    the faults, one function each
    run.py      rounds in lanes, one schedule for a seed
    report.py   the table
"""
