"""Messages about templates and notebooks: code -> (what is wrong, what to do next)."""

from __future__ import annotations

_ONE_OF = "Write one of: {known}."
_IDS = "Begin with a letter a-z and go on with letters a-z, digits and _, 40 at most."
_QUOTES = "Put quotation marks around a text that holds a brace, a colon, a comma or #."

#: Names nobody knows. Each has a second form, with the nearest known name.
UNKNOWN: dict[str, tuple[str, str]] = {
    "template.no_such_parameter": ("The template has no parameter “{name}”.", "It has: {known}."),
    "template.no_such_prompt": ("No prompt of this template is called “{name}”.", "It has: {known}."),
    "template.other_id": (
        "The file is called {id}.md, and its template “{found}”.",
        "Give the two the same name.",
    ),
    "template.no_such_answer": ("No answer to that prompt is “{name}”.", _ONE_OF),
    "template.not_shipped": ("No shipped template is called “{name}”.", "There are: {known}. Or give a path."),
    "template.unknown_audience": ("“{name}” is no audience.", "Write some of: {known}."),
    "template.unknown_by": ("“{name}” answers no prompts.", _ONE_OF),
    "template.card_elsewhere": (
        "There is no card “{name}” in this language: it is in “{where}” alone.",
        "Translate it, and put it into the folder cards beside this template, as {name}.md.",
    ),
    "template.unknown_card": ("There is no card “{name}”.", _ONE_OF),
    "template.unknown_card_kind": ("There is no kind of card “{name}”.", _ONE_OF),
    "template.unknown_choice": ("“{name}” is not known here.", _ONE_OF),
    "template.unknown_column_kind": ("A column cannot be of the kind “{name}”.", _ONE_OF),
    "template.unknown_directive": ("There is no directive “{name}”.", _ONE_OF),
    "template.unknown_field": ("The front matter has no field “{name}”.", _ONE_OF),
    "template.unknown_kind": ("There is no kind of prompt “{name}”.", _ONE_OF),
    "template.unknown_moment": ("There is no moment of need “{name}”.", _ONE_OF),
    "template.unknown_option": ("There is no option “{name}” here.", _ONE_OF),
    "template.unknown_parameter": (
        "No parameter is called “{name}”.",
        "Declare it in the front matter, or write one of: {known}.",
    ),
    "template.unknown_parameter_field": (
        "A parameter has no field “{name}”.",
        "It has: {known}. Put quotation marks around a label with a comma in it.",
    ),
    "template.unknown_parameter_kind": ("There is no kind of parameter “{name}”.", _ONE_OF),
    "template.unknown_stage": ("There is no stage “{name}”.", _ONE_OF),
    "template.unknown_view": ("There is no view “{name}”.", _ONE_OF),
}

#: The file as a whole, and its front matter.
FILE: dict[str, tuple[str, str]] = {
    "template.faults": ("The template cannot be used as it is ({count} to correct):", ""),
    "template.unreadable": ("It cannot be read: {reason}.", "Look at the name of the file and who may read it."),
    "template.not_utf8": ("This is not UTF-8 text.", "Save it as UTF-8; a template is a Markdown file."),
    "template.not_text": ("There is a character here that no text has ({what}).", "Save the file as UTF-8 text."),
    "template.too_big": (
        "{size} characters are more than a template may have ({most}).",
        "A workbook takes ten minutes; make two of it.",
    ),
    "template.empty": ("The file is empty.", "Begin with the front matter, between two lines of ---."),
    "template.no_body": ("Nothing comes after the front matter.", "Write the first prompt."),
    "template.no_front_matter": (
        "The front matter is missing.",
        "Begin the file with a line ---, then template, title, version and minutes, then another ---.",
    ),
    "template.open_front_matter": ("The front matter does not end.", "Put a line --- below its last field."),
    "template.missing_field": ("The front matter has no “{name}”.", "Add a line “{name}: …”."),
    "template.empty_field": ("“{name}” is empty.", "Write it behind the colon."),
    "template.field_is_no_text": ("“{name}” takes one text.", _QUOTES),
    "template.bad_template_id": (
        "“{text}” cannot be the id of a template.",
        "Begin with a letter a-z and go on with letters a-z, digits and -, 40 at most.",
    ),
    "template.bad_count": ("“{name}” is “{text}”.", "Write a whole number from 1 to 9999."),
    "template.bad_locale": ("“{text}” is no locale.", "Write a language such as en or pt."),
    "template.parameter_in_field": (
        "“{name}” is the same for everybody, and cannot hold a parameter.",
        "Take the {{{{ … }}}} out.",
    ),
    "template.yaml": ("This is no YAML: {problem}.", _QUOTES),
    "template.yaml_alias": ("YAML's & and * are not read here.", "Write the same again."),
    "template.yaml_list": ("A list cannot stand here.", "Write it as “name: value”."),
    "template.yaml_key": ("This cannot be a name.", "Write it as “name: value”."),
    "template.yaml_twice": ("“{name}” is here twice.", "Remove one of them."),
    "template.no_mapping": ("Lines of “name: value” are missing here.", "Write one for each."),
}

PARAMETERS: dict[str, tuple[str, str]] = {
    "template.parameters": ("The values do not fit the parameters of “{template}”:", ""),
    "template.parameter_value": (
        "“{value}” does not fit {name}, which is a {kind}.",
        "Numbers are written 12.5, dates 2026-10-05, texts have {most} characters at most.",
    ),
    "template.parameter_no_text": (
        "The parameter “{name}” is {value}, which is no text: what was written is lost.",
        "YAML reads no, 0042 and 12:30 as something else, and so does -p of papermill: put quotation marks around it, or use -r.",
    ),
    "template.bad_parameter": ("“{name}” cannot be the name of a parameter.", _IDS),
    "template.reserved_parameter": ("A parameter cannot be called “{name}”: the notebook uses it.", "Choose another."),
    "template.parameters_are_no_mapping": (
        "Parameters are missing their names.",
        "Write “organisation: {{kind: text, default: your organisation}}”, indented, a line for each.",
    ),
    "template.parameter_is_no_mapping": (
        "The parameter “{name}” does not say what it is.",
        "Write “{name}: {{kind: text, default: …}}”.",
    ),
    "template.no_default": ("The parameter “{name}” has no default.", "Give it words that read well on their own."),
    "template.unused_parameter": (
        "The parameter “{name}” is not used.",
        "Write {{{{ {name} }}}} where it goes, or remove it.",
    ),
    "template.single_braces": ("One pair of braces around “{name}” is not enough.", "Write {{{{ {name} }}}}."),
    "template.bad_braces": (
        "“{text}” is no parameter.",
        "Between two pairs of braces stands the name of one parameter and nothing else.",
    ),
}

DIRECTIVES: dict[str, tuple[str, str]] = {
    "template.bad_directive": ("“{text}” is no directive.", "Write ```{{prompt}} need, for instance."),
    "template.nested_directive": (
        "A directive cannot stand inside a list or a quotation.",
        "Begin it at the start of its line.",
    ),
    "template.open_directive": ("The directive does not end.", "Put a line ``` below it."),
    "template.colon_fence": ("A directive begins with ```, not with :::.", "Write ``` above and below it."),
    "template.option_twice": ("The option “{name}” is here twice.", "Remove one of them."),
    "template.bad_prompt_id": ("“{id}” cannot be the id of a prompt.", _IDS),
    "template.prompt_twice": (
        "The prompt “{id}” is in line {first} already.",
        "Give this one another id; the id is the key of the answer.",
    ),
    "template.no_question": ("The prompt “{id}” asks nothing.", "Write the question below its options."),
    "template.no_options": (
        "The prompt “{id}” gives nothing to choose from.",
        "Add :options: with a line “id: label” for each.",
    ),
    "template.no_columns": ("The table “{id}” has no columns.", "Add :columns: with a line “id: label” for each."),
    "template.option_of_other_kind": (
        "“{name}” is for {kinds}, and this prompt is of the kind {kind}.",
        "Remove it, or change the kind.",
    ),
    "template.bad_scale": (
        "A scale cannot go from {low} to {high}.",
        "Begin with the lower end; at most {most} steps.",
    ),
    "template.bad_flag": ("“{name}” is “{text}”.", "Write :{name}: with nothing behind it, or leave it out."),
    "template.bad_number": ("“{name}” is “{text}”.", "Write a whole number."),
    "template.bad_option_id": ("“{id}” cannot be the id of an option or column.", _IDS),
    "template.no_label": ("“{id}” has no label.", "Write what the learner sees behind the colon. " + _QUOTES),
    "template.column_options": (
        "Options belong to columns of the kind choice, and “{id}” does not fit.",
        "Write “{id}: {{label: …, kind: choice, options: {{a: One, b: Other}}}}”.",
    ),
    "template.bad_reference": (
        "“{text}” leads nowhere.",
        "Write need, scope.need or experiment*.result.",
    ),
    "template.bad_section_id": ("“{id}” cannot be the id of a section.", _IDS),
    "template.section_twice": ("The section “{id}” is in line {first} already.", "Give this one another id."),
    "template.bad_condition": (
        "“{text}” opens nothing.",
        "Write “kind”, “kind = complex, chaotic” or “kind != clear”: a prompt, then ids of its options.",
    ),
    "template.bad_day": (
        "“{text}” is no day of a workbook.",
        "Write “week 2” or “day 10”, counted from the day the workbook opens: at most week 53, or day 366.",
    ),
    "template.decided_later": (
        "“{id}” is asked only below this line.",
        "Open things by what was asked above them.",
    ),
    "template.undecided_kind": (
        "“{id}” is of the kind {kind}, which has no answers to name.",
        "Write its id alone, so that any answer opens this; or ask for a choice, choices or a scale.",
    ),
    "template.bad_default_from": (
        "“{text}” is not one earlier answer.",
        "Write one reference, such as scope.need.",
    ),
    "template.other_kind_default": (
        "“{other}” is of another kind, or the same prompt: “{id}” cannot begin with it.",
        "Give both the same kind, or show it with :recap: instead.",
    ),
    "template.locked_elsewhere": (
        "“{text}” is answered in another workbook, and cannot close this one.",
        "Name an answer of the same template.",
    ),
    "template.bad_later": (
        "“{text}” is not another prompt of this template.",
        "Name the one that takes later thoughts by its id.",
    ),
    "template.words_on_card": ("A card brings its own words.", "Write yours above it, or on the card."),
    "template.view_of_nothing": ("The view “{name}” shows nothing.", "Say which answers: “:of: need, scope.need”."),
    "template.bad_cell_id": ("“{id}” cannot be the id of this cell, or is taken.", _IDS),
    "template.empty_cell": ("The live cell is empty.", "Write Python in it, or remove it."),
    "template.syntax": ("The live cell is no Python: {problem}.", "Correct this line."),
    "template.bad_live": (
        "This call of live does not say which answers it reads.",
        'Write live(function, of=["need"]), the references as plain texts.',
    ),
}

CARDS: dict[str, tuple[str, str]] = {
    "template.bad_card_id": (
        "“{text}” cannot be the id of a card.",
        "Begin with a letter a-z and go on with letters a-z, digits and -, 40 at most.",
    ),
    "template.empty_card": ("The card says nothing.", "Write it below the front matter."),
    "template.long_card": ("The card has {count} words.", "At most {most}: one thing, told in a minute."),
    "template.no_needs": (
        "The card names no need that leads to it.",
        "Add “needs:” and, indented below it, “- ” and what a learner would say, one to a line.",
    ),
}

#: What an author might look at again, and what only several templates together can tell.
ADVICE: dict[str, tuple[str, str]] = {
    "template.long_question": (
        "The question of “{id}” has {count} words.",
        "{most} are enough where it can be said so; else add :long:.",
    ),
    "template.ordered": ("“{id}” orders (“{said}”) instead of asking.", "Make it a question."),
    "template.theory": (
        "“{id}” names a theory: {said}.",
        "Ask in everyday words; put the theory on a card that appears after the answer.",
    ),
    "template.many_prompts": (
        "{count} prompts can be seen at once.",
        "{most} are enough: leave some out, or open them by an answer ({{section}} with :when:).",
    ),
    "template.many_folded": (
        "“{id}” is folded, and so is another prompt before it.",
        "One that is not asked of everybody is enough: leave it out, or show it.",
    ),
    "template.much_typing": (
        "Typing alone takes about {count} minutes, and the workbook says {minutes}.",
        "Ask for less, or for choices and numbers; or say more minutes.",
    ),
    "template.open_end": (
        "The workbook ends, with “{id}”, neither in a date nor in a question for the set.",
        "Let one of the last three prompts have a date, or mark a question with :for-set:.",
    ),
    "template.also_required": (
        "“{id}” is required.",
        "Only “{need}” should be: “not yet” is an answer.",
    ),
    "template.programme_typing": (
        "Typing in what this programme suggests takes about {minutes} minutes, in {weeks} weeks.",
        "{most} are enough: suggest less, or shorter workbooks.",
    ),
    "template.unknown_template": (
        "No template “{name}” is known here.",
        "It may be in a pack that is not installed; look at its id.",
    ),
    "template.no_such_prompt_there": (
        "“{reference}” leads to no prompt.",
        "That template has: {known}.",
    ),
    "template.no_such_answer_there": (
        "No answer to “{reference}” is called {names}.",
        "There are: {known}.",
    ),
    "template.prompts_missing": (
        "These prompts of the template in “{other}” are missing: {ids}.",
        "A template asks the same in every language.",
    ),
    "template.prompts_added": (
        "The template in “{other}” has no such prompts: {ids}.",
        "A template asks the same in every language.",
    ),
    "template.prompt_differs": (
        "“{id}” is another prompt than in “{other}”.",
        "Its kind, options, columns, readers and references are the same in every language.",
    ),
    "template.parts_differ": (
        "Sections, views, cards and live cells are not those of the template in “{other}”.",
        "Put the same ones in the same order.",
    ),
    "template.head_differs": (
        "The front matter is not that of the template in “{other}”.",
        "Version, minutes, stage, owner, about, per and parameters are the same in every language.",
    ),
}

PACKS: dict[str, tuple[str, str]] = {
    "template.bad_pack": (
        "The template pack “{name}” cannot be used: {reason}.",
        "Install it again, or remove it.",
    ),
    "template.packs": ("Template packs stand in each other's way:", ""),
    "template.name_taken": (
        "“{name}” is in the pack “{one}” and in “{other}”.",
        "Remove one of the two packs, or give its template another id.",
    ),
}

NOTEBOOKS: dict[str, tuple[str, str]] = {
    "template.not_a_workbook": (
        "This notebook is no workbook.",
        "Make one with “actionlearn new”; a workbook has one cell that calls open_workbook.",
    ),
    "template.bad_cell": (
        "The call in the cell “{cell}” cannot be read (its line {line}).",
        "Make the notebook again from its template, or write plain values in the call.",
    ),
    "template.not_a_notebook": ("{path} is no notebook: {reason}.", "Make it again with “actionlearn new”."),
    "template.exists": ("{path} is there already.", "Choose another name, or say --force to replace it."),
    "template.cannot_write": ("{path} cannot be written: {reason}.", "Choose another place with -o."),
    "template.nothing_to_check": ("There is nothing to check in {path}.", "Give a .md, .toml or .csv file."),
    "template.not_checkable": ("Files like this are not checked.", "Give a .md, .toml or .csv file, or a folder."),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **UNKNOWN,
    **{f"{code}_near": (message, "Did you mean “{near}”?") for code, (message, _) in UNKNOWN.items()},
    **FILE,
    **PARAMETERS,
    **DIRECTIVES,
    **CARDS,
    **ADVICE,
    **PACKS,
    **NOTEBOOKS,
}
