"""Who in a platform's list is a learner, and still active: roles and standing in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

#: How words for a learner begin, without capitals and accents.
_LEARNER = (
    "student|studier|learner|lernend|participa|particip|alun|alumn|estudant|estudiant|etudiant|eleve|apprenant|teilnehm|"
    "schuler|cursist|leerling|deelnem|formand|aprendiz|pupil|trainee|member"
)
#: How words for who teaches, runs or watches begin.
_OTHER = (
    "teach|instruct|professor|docen|profes|lehr|dozent|leraar|trainer|tutor|enseign|formador|formateur|manager|gestor|gerente|admin|"
    "observ|designer|assistant|assist|ta$|grader|coach|facilit|mentor|owner|editor|non|parent|guardian|aide|proctor|"
    "coordenad|coordinad|convidad|guest|gast|invite|invitad|creator|criador|kursersteller"
)
_GONE = (
    "suspen|inactiv|inativ|inaktiv|inactif|delet|remov|drop|withdr|disabl|desativ|desactiv|deaktiv|gesperrt|gelosch|geschorst|"
    "elimin|archiv|block|bloque|bloqu|conclud|reject|tobedeleted|notcurrent|unenrol|geblok|verwijderd|cancel|expir|former|ended"
)
_YES = {
    "1",
    "true",
    "yes",
    "y",
    "x",
    "sim",
    "s",
    "si",
    "oui",
    "o",
    "vrai",
    "ja",
    "j",
    "wahr",
    "verdadeiro",
    "verdadero",
    "waar",
}
_NO = {"0", "false", "no", "n", "nao", "non", "faux", "nein", "falsch", "falso", "nee", "onwaar"}
_NONE = {
    "",
    "-",
    "no roles",
    "none",
    "sem papeis",
    "nenhum papel",
    "sin roles",
    "aucun role",
    "keine rollen",
    "geen rollen",
}


def is_learner(roles: str) -> bool | None:
    """Tell whether somebody with these roles is a learner; None where no role among them is known."""
    parts = [_folded(part) for part in re.split(r"[,;|]", roles)]
    if any(re.match(_LEARNER, part) for part in parts):
        return True
    if all(part in _NONE for part in parts):
        return None if any(parts) else True
    return False if any(re.match(_OTHER, part) for part in parts) else None


def is_active(cells: Mapping[str, str]) -> bool:
    """Tell whether somebody is still active, as the cells of a row say, by our names of its columns."""
    if re.match(_GONE, _folded(cells.get("status", "")).replace(" ", "")):
        return False
    if _folded(cells.get("suspended", "")) in _YES:
        return False
    enabled = _folded(cells.get("enabled", ""))
    return enabled not in _NO and not re.match(_GONE, enabled.replace(" ", ""))


def _folded(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))
