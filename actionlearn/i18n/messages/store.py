"""Messages about the store and signing in: code -> (what is wrong, what to do next)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "store.newer": (
        "The store {where} was made by a newer actionlearn (it is at {found}, this one knows {known}).",
        "Upgrade actionlearn: pip install --upgrade actionlearn. Nothing was changed.",
    ),
    "store.locked": (
        "The store {where} is in use by another program, and it did not let go in time.",
        "Look for a second actionlearn, or a program that has the file open, and end it; then try again.",
    ),
    "store.not_writable": (
        "The store {where} cannot be written.",
        "Give yourself the right to write to this folder, or choose another with --data.",
    ),
    "store.full": ("There is no room left on the disk for {where}.", "Make room, then try again. Nothing was lost."),
    "store.journal": (
        "The journal of erasures {where} cannot be written.",
        "Nothing was erased. Give yourself the right to write to this folder, or make room on the disk.",
    ),
    "store.leftovers": (
        "{where} belongs to what was erased, and cannot be removed: {reason}.",
        "Give yourself the right to remove it, then start the server once more: it finishes the erasure.",
    ),
    "store.no_wal": (
        "The file system under {where} cannot hold a SQLite store safely.",
        "Put the data folder on a local disk, or use PostgreSQL.",
    ),
    "store.emptied": (
        "The store {where} is empty, but {data} holds cohorts: it was lost, or is not where it should be.",
        "Put the store back where it was, or restore the last backup into another folder. Nothing was changed.",
    ),
    "store.no_locks": (
        "The file system under {where} keeps no locks: two programs could write at once.",
        "Put the data folder on a local disk, or use PostgreSQL.",
    ),
    "store.not_a_store": (
        "{where} is not a store of actionlearn.",
        "Choose another data folder with --data, or move the file away.",
    ),
    "store.damaged": ("The store {where} is damaged.", "Restore the last backup. Keep the damaged file aside."),
    "store.unreachable": ("The database {where} does not answer.", "Is it running? Is the address right?"),
    "store.bad_url": (
        "“{url}” is no address of a store.",
        "Write postgresql://user@host/database, or sqlite:///path/to/file.sqlite.",
    ),
    "store.no_driver": (
        "PostgreSQL needs a driver that is not installed.",
        "pip install 'actionlearn[postgresql]'",
    ),
    "store.bad_text": ("This holds signs that cannot be stored.", "Type it again, without what was pasted."),
    "store.closed": ("The store is closed.", "The server is stopping. Try again in a moment."),
    "store.already_there": ("Something like this is there already.", "Reload the page to see it."),
    "store.username_taken": ("The username {username} is taken.", "Choose another."),
    "store.no_person": ("There is no such person.", ""),
    "store.no_cohort": ("There is no cohort {cohort}.", "actionlearn cohort status lists those there are."),
    "store.no_workbook": ("There is no such workbook.", "Go back to your journey."),
    "store.no_submission": ("Nothing like this was shared.", "Go back and look at what was shared."),
    "store.no_agreement": ("This agreement is not there.", "Reload the page."),
    "store.no_comment": ("There is no such comment.", "It may have been taken back. Reload the page."),
    "backup.there_already": ("{path} is there already.", "Give the backup another name with -o. Nothing was changed."),
    "backup.not_written": ("{path} cannot be written: {reason}.", "Nothing was changed. Choose another place."),
    "backup.not_there": ("There is no file {path}.", "Check the name."),
    "backup.no_store": (
        "There is nothing of actionlearn in {path}.",
        "Name the data folder with --data, as you do for actionlearn serve.",
    ),
    "backup.not_empty": (
        "{path} is not empty.",
        "Nothing is overwritten. Move it aside first, or choose another folder with --data.",
    ),
    "backup.not_a_backup": (
        "{path} is no backup of actionlearn, or only a part of one.",
        "Take another backup. Nothing was changed.",
    ),
    "backup.changed": (
        "What is in {path} is not what was put into it.",
        "Take another backup. Nothing was changed.",
    ),
    "backup.newer": (
        "{path} was made by a newer actionlearn ({version}).",
        "Upgrade actionlearn: pip install --upgrade actionlearn. Nothing was changed.",
    ),
    "backup.other_store": (
        "The store {where} is not the one that the backup is of.",
        "Restore its database first, then name it with --store. Nothing was changed.",
    ),
    "signin.link_unknown": (
        "We do not know this link.",
        "Copy it whole from the message you got, or ask your facilitator for a new one.",
    ),
    "signin.link_spent": (
        "This link was used before.",
        "On the device where you used it you can make a code for this one. Or ask your facilitator for a new link.",
    ),
    "signin.link_replaced": (
        "There is a newer link for you.",
        "Use the newest one you got, or ask your facilitator to send it again.",
    ),
    "signin.link_lapsed": ("This link has lapsed.", "Ask your facilitator for a new one. All you wrote is there."),
    "signin.code_wrong": (
        "That username and code do not go together, or the code is older than ten minutes.",
        "Make a new code on the device where you are signed in, and type it here.",
    ),
    "signin.nobody": ("Nobody has the username {username}.", "They join by a roster: actionlearn cohort build."),
    "signin.too_many_tries": (
        "That were too many wrong codes.",
        "Look at the code again, or make a new one: the right one is taken.",
    ),
    "store.no_posting": ("This is not there, or was taken back.", "Reload the page."),
    "store.no_entry": ("There is nothing shown here, or nothing for you.", "Go back and choose another."),
    "store.nothing_to_show": ("There is no answer here yet.", "Write a few words first, then show them."),
}
