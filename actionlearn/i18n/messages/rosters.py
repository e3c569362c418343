"""Messages about rosters: code -> (what is wrong, what to do next)."""

from __future__ import annotations

_SAVE_AS_CSV = "Save it from the spreadsheet as “CSV UTF-8”, and give that file."

ROSTER: dict[str, tuple[str, str]] = {
    "roster.faults": (
        "The roster cannot be used as it is; nothing was changed.",
        "Correct what is listed here, and give it again.",
    ),
    "roster.unreadable": ("The roster cannot be read: {reason}.", "Look at the name of the file and who may read it."),
    "roster.too_big": ("The roster is larger than {limit} MB.", "Give one cohort at a time."),
    "roster.no_text": (
        "This is neither a CSV file nor a spreadsheet (.xlsx, .xls, .ods) that can be read.",
        _SAVE_AS_CSV,
    ),
    "roster.old_spreadsheet": (
        "This spreadsheet is locked with a password, or broken.",
        "Save it as .xlsx without a password, or as “CSV UTF-8”.",
    ),
    "roster.several_files": (
        "These are several files: {names}.",
        "Give one of them; only OneRoster’s users.csv and enrollments.csv belong together.",
    ),
    "roster.several_sheets": (
        "Several sheets of this file name learners: {names}.",
        "Keep one of them, or hide the others.",
    ),
    "roster.too_many_rows": (
        "The sheet “{sheet}” goes on for more than {limit} rows, or for as many cells.",
        "Copy the list alone into a new sheet, or give one cohort at a time.",
    ),
    "roster.merged": ("The cells {cells} are merged into one.", "Undo it, and write in each row what belongs there."),
    "roster.lost_digits": (
        "The number in the cell {cell} is longer than the fifteen digits that a spreadsheet keeps; its end is lost.",
        "Make the column text, type the whole number, and save the file again.",
    ),
    "roster.shortened_number": (
        "“{value}” is a long number that a spreadsheet has shortened; its last digits are lost.",
        "In the spreadsheet, make the column text, bring the numbers in again, and save the file again.",
    ),
    "roster.cell_error": ("The cell {cell} shows an error: {value}.", "Correct its formula, or type the value."),
    "roster.no_value": (
        "The formula in the cell {cell} was saved without its result.",
        "Open the file in a spreadsheet and save it again, or type the value.",
    ),
    "roster.oneroster_half": (
        "This is one half of OneRoster: {missing} is missing.",
        "Choose users.csv and enrollments.csv together, or the zip file they came in.",
    ),
    "roster.oneroster_classes": (
        "None of the classes in this file is “{cohort}”.",
        "They are: {known}. Export the one class, or give the cohort its name.",
    ),
    "roster.empty": ("The roster is empty.", "Its first row names the columns, then comes one row for each learner."),
    "roster.nobody": ("The roster names its columns, and nobody.", "Add a row for each learner."),
    "roster.no_header": ("The first row does not name the columns.", "Put a row above it: {columns}."),
    "roster.unknown_columns": (
        "None of the columns has a name that we know: {found}.",
        "Rename those that hold it to: {columns}.",
    ),
    "roster.missing_columns": (
        "Columns are missing: {missing}.",
        "These were found: {found}. Rename those that hold it, or add them.",
    ),
    "roster.column_twice": ("There are two columns called “{column}”.", "Remove or rename one of them."),
    "roster.bad_quotes": (
        'A quotation mark (") is opened and never closed, or stands in the middle of a cell.',
        'Inside a quoted cell, write it twice ("").',
    ),
    "roster.too_many_cells": (
        "This row has {cells} cells, the header has {columns}.",
        "Perhaps a comma inside a name: put quotation marks around that cell.",
    ),
    "roster.no_username": ("There is no username.", "Give everybody one of their own; it never changes."),
    "roster.bad_username": (
        "“{value}” cannot be a username.",
        "Begin with a letter a-z or a digit, go on with letters, digits and . _ @ + -, with no two dots in a row.",
    ),
    "roster.username_twice": (
        "The username “{username}” is in row {first} already.",
        "Remove one of the two rows, or give one of them another username.",
    ),
    "roster.address_twice": (
        "The e-mail address “{username}” is in row {first} already, and nobody here has a username.",
        "Remove one of the two rows, or add a column “username” that tells them apart.",
    ),
    "roster.no_email": ("There is no e-mail address.", "Sign-in links go to it."),
    "roster.bad_email": ("“{value}” is not an e-mail address.", "Write it like name@example.org."),
    "roster.several_emails": (
        "“{value}” is more than one e-mail address.",
        "Keep the one that sign-in links are to go to.",
    ),
    "roster.curly_email": (
        "“{value}” has a curly apostrophe, which no e-mail address has.",
        "Write it with a straight one (').",
    ),
    "roster.foreign_email": (
        "“{value}” has letters before the @ that most mail servers do not take.",
        "Give another address, in plain letters a-z.",
    ),
    "roster.no_name": ("There is no first name.", "Where somebody has one name only, write it as the first name."),
    "roster.formula": (
        "A spreadsheet would take “{value}” in the column {column} for a formula.",
        "Remove the sign it begins with (= + - @).",
    ),
    "roster.control_characters": (
        "“{value}” in the column {column} has characters that cannot be seen.",
        "Type the cell again.",
    ),
    "roster.lost_characters": ("Letters of “{value}” were lost when the file was saved.", _SAVE_AS_CSV),
    "roster.bad_locale": ("“{value}” is not a language.", "Write it like en, pt or pt_br, or leave it out."),
    "roster.bad_set": ("“{value}” cannot be the name of a set.", "Leave out slashes and double dots."),
    "roster.too_long": ("The {column} is longer than {limit} characters.", "Shorten it."),
    "roster.other_cohort": (
        "“{username}” belongs to the cohort “{cohort}”, and this programme is “{programme}”.",
        "Remove the row, or correct the column cohort1.",
    ),
    "roster.no_such_learner": (
        "The programme says that “{manager}” is the manager of “{username}”, and the roster has nobody of that name.",
        "Correct learners under [[people]] in the programme, or add the learner to the roster.",
    ),
    "roster.unknown_set": (
        "The programme has no set “{set}”.",
        "Did you mean {suggestion}? Correct the roster, or add the set to the programme.",
    ),
    "roster.somebody_else": (
        "“{username}” is somebody else, in another cohort, with another e-mail address.",
        "Give the learner another username. If it is the same person, ask whoever runs the server.",
    ),
    "roster.also_staff": (
        "“{username}” is a {role} in the programme, under another name or e-mail address.",
        "Give the learner another username, or make the two say the same.",
    ),
}

#: What is best known of a roster that can be used.
NOTES: dict[str, tuple[str, str]] = {
    "roster.guessed": (
        "The file is not Unicode; it was read as {encoding}.",
        "Look whether the names are right.",
    ),
    "roster.by_address": (
        "The file has no usernames.",
        "Whoever is here already is known by their e-mail address; for the others it becomes the username.",
    ),
    "roster.one_name": (
        "Names stand in one column; they were parted at their comma, or behind the first word, as here: {names}.",
        "Where that is wrong, give first and last names columns of their own.",
    ),
    "roster.same_address": (
        "They have the same e-mail address, {email}: {names}.",
        "Each gets links of their own, and whoever reads that mail can open all of them.",
    ),
    "roster.not_learners": (
        "Left out, for their role is not a learner’s: {names}.",
        "Give them a role in the programme, if they have one. To take them as learners, change the role in the file.",
    ),
    "roster.unknown_roles": (
        "Taken as learners, for their role is not known here: {names}.",
        "Remove the rows of those who are not.",
    ),
    "roster.not_active": (
        "Left out, for the file says that they are suspended or have left: {names}.",
        "Whoever of them is in the cohort already counts as not in the file.",
    ),
    "roster.nobody_rows": ("Rows that are no person were left out: {names}.", ""),
    "roster.several_sets": (
        "They are in several groups, and here everybody is in one set: {names}.",
        "Correct the file where another group is meant.",
    ),
    "roster.one_set": (
        "The set “{set}” is written in other ways too, and taken as one: {names}.",
        "Give it another name where it is another one.",
    ),
    "roster.usernames_changed": (
        "Usernames that cannot be one here were changed: {names}.",
        "",
    ),
    "roster.stopped": (
        "After row {row} there are many empty cells; what may stand still further below was not read.",
        "If there is something, copy the list into a new sheet.",
    ),
    "roster.hidden_sheet": ("Hidden sheets were not read: {names}.", ""),
    "roster.hidden_rows": (
        "Rows that the spreadsheet hides were read as well: {rows}.",
        "Delete them in the file if they do not belong to it.",
    ),
    "roster.macro": ("The file has a macro in it. It was not run; only the cells were read.", ""),
    "roster.computed": (
        "Cells with a formula: {count}. They were read as the spreadsheet last showed them.",
        "",
    ),
    "roster.oneroster_others": (
        "Enrolled, but not as learners: {usernames}.",
        "Give them a role in the programme, if they have one.",
    ),
    "roster.oneroster_unknown": (
        "Enrolled, and missing or no longer active among the users: {ids}.",
        "They were left out.",
    ),
}
