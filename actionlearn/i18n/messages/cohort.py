"""Messages about programmes and cohorts: code -> (what is wrong, what to do next)."""

from __future__ import annotations

from actionlearn.i18n.messages import rosters

PROGRAMME: dict[str, tuple[str, str]] = {
    "programme.faults": (
        "The programme cannot be used as it is; nothing was changed.",
        "Correct what is listed here, and try again.",
    ),
    "programme.not_whole": (
        "This cohort has no whole programme.",
        "Open its programme in the office, fill in what is missing, and save it.",
    ),
    "programme.unreadable": (
        "The programme cannot be read: {reason}.",
        "Look at the name of the file and who may read it.",
    ),
    "programme.too_big": ("This is larger than 1 MB.", "Give the programme; the roster goes in a file of its own."),
    "programme.not_utf8": ("This is not a text in UTF-8.", "Save it as UTF-8."),
    "programme.not_toml": ("This is not TOML: {reason}.", "Text stands in quotation marks; dates do not."),
    "programme.missing_key": ("{where} has no “{key}”.", "Add it."),
    "programme.unknown_key": ("{where} has no use for “{key}”.", "Did you mean {suggestion}?"),
    "programme.not_text": ("“{key}” in {where} is not text: {value}.", "Put it in quotation marks."),
    "programme.no_text": ("“{key}” in {where} is empty.", "Write something, or remove it."),
    "programme.not_one_line": ("“{key}” in {where} is more than one line.", "Write it on one line."),
    "programme.not_date": ("“{key}” in {where} is not a date: {value}.", "Write it like 2026-10-05."),
    "programme.not_list": ("“{key}” in {where} is not a list: {value}.", "Write it in square brackets."),
    "programme.not_table": (
        "“{key}” in {where} is not a table: {value}.",
        'Write it like {{name = "…", email = "…"}}.',
    ),
    "programme.not_tables": ("“{key}” in {where} is not a list of tables.", "Begin each of them with [[{key}]]."),
    "programme.not_parameter": ("“{key}” in {where} cannot be {value}.", "Write a text, a number or a date."),
    "programme.wrong": ("“{key}” in {where} cannot be “{value}”.", "Look at examples/autumn/programme.toml."),
    "programme.bad_role": ("“{value}” is no role.", "Roles here: coach, facilitator, manager, sponsor."),
    "programme.bad_id": ("“{value}” cannot be an id.", "Write it like autumn-2026: small letters, digits, hyphens."),
    "programme.bad_username": ("“{value}” cannot be a username.", "Use small letters, digits and . _ @ + -."),
    "programme.bad_name": ("“{value}” cannot be the name of a person or a set.", "Begin it with a letter."),
    "programme.bad_email": ("“{value}” is not an e-mail address.", "Write it like name@example.org."),
    "programme.bad_time_zone": ("There is no time zone “{value}”.", "Write it like Europe/Lisbon."),
    "programme.bad_locale": ("There is no language “{value}”.", "Write it like en or pt."),
    "programme.bad_keep": ("“{value}” does not say how long.", "Write it like 18 months, 2 years or 90 days."),
    "programme.no_workbooks": ("The programme suggests no workbook.", "Add a [[workbooks]] table for each."),
    "programme.unknown_template": ("There is no template “{template}”.", "Did you mean {suggestion}?"),
    "programme.bad_template": (
        "The template “{template}” cannot be used.",
        "See what `actionlearn check` says about it.",
    ),
    "programme.not_a_manager": (
        "“{username}” has learners and is a {role}.",
        "Only a manager has learners: remove the line, or correct the role.",
    ),
    "programme.no_roster_file": (
        "There is no file “{file}”.",
        "Write the roster’s path as it is from the programme’s own folder.",
    ),
    "programme.no_templates": (
        "There is no folder “{folder}”.",
        "Write its path as it is from the programme’s own folder.",
    ),
    "programme.template_twice": (
        "“{template}” is suggested twice.",
        "Suggest it once; learners start another themselves.",
    ),
    "programme.due_before_opens": (
        "“{template}” is due on {due}, before it opens on {opens}.",
        "Correct one of the two dates.",
    ),
    "programme.out_of_order": (
        "“{template}” opens on {opens}, before “{before}” above it on {earlier}.",
        "List the workbooks in the order they open.",
    ),
    "programme.unknown_coach": ("“{set}” is given to “{coach}”, who is no coach here.", "The coaches are: {known}."),
    "programme.unknown_set": ("“{username}” is given “{set}”, and there is no such set.", "The sets are: {known}."),
    "programme.coach_without_set": (
        "No set is given to the coach “{username}”.",
        "Name the coach in a [[sets]] table.",
    ),
    "programme.set_twice": ("There are two sets called “{set}”.", "Give one of them another name."),
    "programme.person_twice": ("“{username}” is listed twice.", "Keep one of the two."),
    "programme.unknown_sign_off": (
        "“{template}” is to be signed off, but is not suggested.",
        "Suggested are: {known}.",
    ),
    "programme.unknown_parameter": (
        "The template “{template}” has no parameter “{name}”.",
        "It has: {known}.",
    ),
    "programme.bad_parameter": (
        "The parameter “{name}” of “{template}” cannot be “{value}”.",
        "It takes a {kind}.",
    ),
    "programme.reserved_parameter": (
        "“{name}” is set by the kit itself.",
        "Remove it from the parameters of “{template}”.",
    ),
}

COHORT: dict[str, tuple[str, str]] = {
    "cohort.faults": (
        "The cohort was not built; nothing was changed.",
        "Correct what is listed here, and build again.",
    ),
    "cohort.no_roster": (
        "Nobody is named as a learner.",
        "Give a roster: --roster FILE.csv, or roster = in [programme].",
    ),
    "cohort.not_writable": (
        "Nothing can be written to the folder {folder}: {reason}.",
        "Choose another with --data, or ask for the right to write there.",
    ),
    "cohort.not_made": ("It could not be made: {reason}.", "Build again to try again."),
    "cohort.lost": (
        "The file {path} is gone, and its template has changed since.",
        "Put the file back from a backup; the answers are safe in the store.",
    ),
    "cohort.no_cohort": ("There is no cohort “{cohort}”.", "There are: {known}."),
    "cohort.which": ("There are several cohorts.", "Name the one you mean: {known}."),
    "cohort.there_already": (
        "There is a cohort “{cohort}” already.",
        "Give this one another short name; it stands in addresses and folders.",
    ),
    "cohort.changed_since": (
        "Somebody changed this cohort since you looked.",
        "Nothing of yours was done. Look at what it would change now, and do it then.",
    ),
    "cohort.most_leave": (
        "{leaving} of {learners} learners would leave.",
        "If that is meant, say so; else look whether the file is whole.",
    ),
    "cohort.not_yours": (
        "With these changes you would no longer facilitate this cohort.",
        "Keep yourself among its people as a facilitator, or ask another facilitator to do it.",
    ),
    "cohort.none": ("There is no cohort in this data folder.", "Make one: actionlearn cohort build PROGRAMME.toml"),
    "cohort.no_card": ("There is no card “{card}”.", "Look for it among the needs."),
    "cohort.no_earlier": ("There is no earlier one of number {number} to go on from.", "Begin an ordinary one."),
    "cohort.no_template": ("There is no template “{template}”.", "There are: {known}."),
    "cohort.enough": (
        "There is no room for another workbook “{template}”: there may be {most}.",
        "Go on in the one you have.",
    ),
    "cohort.no_upgrade": ("This workbook has the newest version already.", "Go back and write on."),
    "cohort.no_set": (
        "The workbook “{template}” belongs to a set, and you are in none.",
        "Ask your facilitator in which set you are.",
    ),
    "cohort.nobody": ("Not in this cohort: {usernames}.", "See actionlearn cohort status."),
    "cohort.theirs": (
        "“{username}” belongs to another cohort too, which you do not facilitate.",
        "They sign in with the link they were sent there, or with a code; else ask whoever runs the server.",
    ),
    "cohort.not_written": ("The file {path} cannot be written: {reason}.", "Choose another with -o."),
}

MESSAGES: dict[str, tuple[str, str]] = {**rosters.ROSTER, **rosters.NOTES, **PROGRAMME, **COHORT}
