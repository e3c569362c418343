"""Messages about the server: code -> (what is wrong, what to do next)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "evidence.empty": ("This file is empty.", "Look whether it is the one you meant."),
    "evidence.too_large": (
        "This file is larger than {megabytes} MB.",
        "Make it smaller, or add a link to where it is.",
    ),
    "evidence.kind": (
        "Files of this kind are not taken, whatever they are called.",
        "Pictures, PDF, CSV, plain text and documents without macros are. You can add a link instead.",
    ),
    "evidence.picture_size": (
        "This picture is too large to be shown: it has more than {millions} million points, or too many frames.",
        "Make it smaller, or take a picture of the part that matters.",
    ),
    "evidence.pages": (
        "This picture has {count} pages, and would lose all but the first.",
        "Save it as a PDF, and attach that.",
    ),
    "evidence.heic": (
        "This photograph is in a format (HEIC) that this installation does not read.",
        "Save it as JPEG and attach that. On an iPhone: Settings, Camera, Formats, Most Compatible.",
    ),
    "evidence.full": ("There is no more room for your files.", "Remove one for good, or add a link instead."),
    "evidence.no_room": ("The server has no room for this file.", "Nothing else is lost. Tell your facilitator."),
    "evidence.not_kept": ("The server could not keep this file.", "Nothing else is lost. Try again in a minute."),
    "evidence.missing": ("This file is not here.", "Its owner may have taken it back."),
    "mail.not_set": (
        "No mail server is set.",
        "Set ACTIONLEARN_MAIL_HOST and ACTIONLEARN_MAIL_FROM, or write the links to a file with -o.",
    ),
    "mail.unreachable": (
        "The mail server {host}:{port} does not answer.",
        "No link was made. Check ACTIONLEARN_MAIL_HOST, ACTIONLEARN_MAIL_PORT and ACTIONLEARN_MAIL_TLS.",
    ),
    "mail.no_tls": (
        "The connection to the mail server {host}:{port} cannot be made secure.",
        "No link was made. Check ACTIONLEARN_MAIL_TLS (starttls, tls or none) and the server’s certificate.",
    ),
    "mail.sign_in": (
        "The mail server {host} does not let us in.",
        "No link was made. Check ACTIONLEARN_MAIL_USER and ACTIONLEARN_MAIL_PASSWORD.",
    ),
    "mail.no_passwords": (
        "The mail server {host} takes no user name with a password.",
        (
            "No link was made. Exchange Online, for one, has ended that. Ask whoever runs your mail for a relay that takes "
            "one, or that needs none from this machine: then leave ACTIONLEARN_MAIL_USER empty."
        ),
    ),
    "mail.bad_address": ("“{address}” is no address that mail can be sent to.", "Correct it in the roster."),
    "mail.try_later": (
        "The mail server does not take the letter to {address} now.",
        "It asks to try again later. Send it again in some minutes.",
    ),
    "mail.not_taken": ("The mail server did not take the letter to {address}.", "Look at its log, and send it again."),
    "records.bad_url": (
        "“{url}” is no address of a learning record store.",
        "ACTIONLEARN_LRS_URL begins with http:// or https://, and ends before /statements.",
    ),
    "server.bad_settings": ("The server's settings cannot be used.", "Put right what is listed, and start again."),
    "server.bad_setting": ("“{value}” cannot be used for {name}.", "{help}."),
    "server.no_setting": ("There is no setting {name}.", "Take it away: nothing reads it."),
    "server.no_setting_but": ("There is no setting {name}.", "Did you mean {near}?"),
    "server.setting_missing": ("{name} is not set.", "Mail needs an address that letters come from."),
    "server.sign_in": (
        "Please sign in.",
        "Open the link you were sent, or use a code from a device on which you are signed in.",
    ),
    "server.refused": ("This page is not for you.", "If you think it should be, ask your facilitator."),
    "server.missing": ("There is no such page here.", "It may have moved. Your journey has all your workbooks."),
    "server.other_site": ("This request did not come from a page of ours.", "Reload the page and try again."),
    "server.other_origin": (
        "The server cannot tell that a page of ours sent this: your browser is at {origin}, the server was asked as {host}.",
        "Reload and try again. If that does not help: the proxy before the server has to pass on Host (see ACTIONLEARN_PUBLIC_URL).",
    ),
    "server.unknown_host": (
        "The server does not know itself by the name {host}.",
        "Whoever runs it sets ACTIONLEARN_PUBLIC_URL to the address that people use, and has the proxy pass on the header Host.",
    ),
    "server.outside": (
        "There is no such page here: everything of this server is below {base}.",
        "Open that address. If you did, the proxy before the server takes {base} off the path: whoever runs it lets it stay.",
    ),
    "server.head_too_large": (
        "Your browser sends more with each request than the server takes.",
        "Mostly other systems have left cookies: delete those of {host} in your browser, and sign in again. Nothing is lost.",
    ),
    "server.no_websocket": (
        "The proxy before the server passes on no websockets.",
        "The page goes on by asking every few seconds. Whoever runs the server has the proxy pass on Upgrade and Connection.",
    ),
    "server.bad_request": ("The server cannot make sense of this request.", "Go back, reload the page and try again."),
    "server.conflict": ("Somebody else was there first.", "Reload the page to see how it is now."),
    "server.too_large": ("That is more than the server takes at once.", "Send less, or in smaller parts."),
    "server.too_many": ("That was too often in a short time.", "Wait a minute and try again."),
    "server.unavailable": ("The server cannot do this just now.", "Nothing you wrote is lost. Try again in a minute."),
    "server.fault": (
        "Something went wrong on our side.",
        "Nothing you wrote is lost. Try again; if it happens again, tell your facilitator the reference.",
    ),
    "server.port_taken": (
        "Something else already listens on {ip}:{port}.",
        "Stop it, or choose another port with --port.",
    ),
    "server.port_refused": (
        "This computer does not let us listen on {ip}:{port}.",
        "Choose another address or port with --ip and --port (ports below 1024 need rights).",
    ),
    "server.already_served": (
        "Another server (process {pid}) already serves {data}.",
        "Use that one, or stop it first. One folder has one server.",
    ),
    "server.served_elsewhere": (
        "Another server already serves {data}, by another path or from the machine {host} (process {pid}).",
        "Use that one, or stop it first. If it is gone for good, remove {file} and start again.",
    ),
    "server.data_not_writable": ("The folder {data} cannot be written to.", "Choose another folder with --data."),
    "server.no_workbook_file": (
        "The file of this workbook is not there.",
        "What you wrote is safe. Tell your facilitator: building the cohort again brings the file back.",
    ),
    "server.notebook_unreadable": (
        "This workbook’s file cannot be read.",
        "What you wrote is safe. Tell your facilitator the reference.",
    ),
    "server.no_live_cells": ("This workbook has no live part.", "Reload the page."),
    "server.behind": (
        "This was changed in another place while you wrote here.",
        "Nothing is lost: choose which words should stand.",
    ),
    "server.no_runtime": (
        "There is no folder for the server’s sockets: {folder} is full, cannot be written to, or has too long a name.",
        "Make room there, or set TMPDIR to another folder, with a name of at most 40 letters.",
    ),
    "server.kernels_full": (
        "All places for live parts are taken just now.",
        "Everything else on this page works. The live part comes by itself as soon as there is room.",
    ),
    "server.kernel_failed": (
        "The live part of this page could not start.",
        "Everything else on this page works. Try again, or tell your facilitator the reference.",
    ),
    "server.live_cell_failed": (
        "The live part “{cell}” stopped with an error.",
        "Everything else on this page works. Tell your facilitator the reference.",
    ),
    "server.building": (
        "Workbooks of this cohort are being made already.",
        "Wait until that is done; the page shows how far it is.",
    ),
    "server.no_build": ("Nothing is being made for this cohort.", "Choose a roster to begin."),
    "server.no_lab": ("JupyterLab is not installed here.", "Install it with: pip install jupyterlab"),
    "server.no_such_hour": ("“{hour}” is no time of day.", "Write it as 18:00."),
    "server.no_such_file": ("There is no file {path}.", "Check the name."),
}
