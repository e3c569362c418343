"""Which column of a roster holds what, by what learning platforms and people call it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actionlearn.store.records import DETAILS

#: Without these a roster cannot be read.
REQUIRED = ("username", "firstname", "lastname", "email")

#: Our name of a column -> what it is called, best first, as `plain` writes it: Moodle, Canvas, Brightspace,
#: Blackboard, Google, Microsoft and OneRoster, in English, Portuguese, Spanish, French, German and Dutch.
_CALLED: dict[str, str] = {
    "username": (
        "username login loginid userprincipalname sisloginid primaryemail user userlogin utilizador "
        "nomedeutilizador usuario nomedeusuario nombredeusuario identifiant nomdutilisateur benutzername "
        "anmeldename gebruikersnaam loginname"
    ),
    "firstname": (
        "firstname givenname givennames forename first fname nomeproprio primeironome prenom prenoms vorname "
        "vornamen rufname voornaam voornamen roepnaam nombrepropio primernombre nombredepila"
    ),
    "middlename": "middlename middlenames middle segundonome segundonombre deuxiemeprenom zweitervorname",
    "prefix": "tussenvoegsel namenszusatz",
    "lastname": (
        "lastname surname familyname last lname sn apelido apelidos sobrenome ultimonome apellido apellidos "
        "primerapellido apellido1 apellidopaterno nomdefamille nachname familienname zuname achternaam "
        "familienaam"
    ),
    "secondlastname": "secondlastname segundoapelido segundoapellido apellido2 apellidomaterno",
    "email": (
        "email emailaddress mail emailadress studentemail useremail institutionalemail correioeletronico "
        "correioelectronico enderecodeemail enderecodecorreioeletronico correo correoelectronico "
        "direcciondecorreo direcciondecorreoelectronico direccionemail courriel adressedecourriel "
        "adresseemail adressemail adresseelectronique adressedemessagerie emailadresse mailadresse emailadres "
        "primaryemailaddress workemail personalemail proxyaddresses alternateemailaddress"
    ),
    "set": (
        "set profilefieldset group1 group groups learningset grupo grupos groupe groupes gruppe gruppen groep "
        "groepen groupname conjunto equipa equipe equipo team section sections seccion seccao secao turma"
    ),
    "cohort": "cohort1 cohort",
    "locale": "lang locale language idioma lingua langue sprache taal preferredlanguage",
    "name": (
        "name fullname displayname student studentname learner learnername participant nome nomecompleto "
        "aluno estudante nombre nombrecompleto nombreyapellidos estudiante alumno nom nomcomplet nometprenom "
        "prenometnom etudiant namen vollername vollstandigername teilnehmer teilnehmerin studierende naam "
        "volledigenaam deelnemer nameofstudent apellidosynombre lastnamefirstname nachnamevorname apelidonome"
    ),
    "role": (
        "role roles courserole coursrole enrolmentrole enrollmentrole papel papeis perfil perfis funcao rol "
        "role1 rolle rollen rollo usertype orgrole rolename rollenname"
    ),
    "status": "status estado state statut enrolmentstatus enrollmentstatus userstatus situacao etat zustand",
    "suspended": "suspended suspenso suspensa suspendido suspendu gesperrt geschorst deleted blocksignin",
    "enabled": "accountenabled enableduser enabled active available availability ativo activo aktiv actif",
    "id": (
        "id userid studentid sisuserid orgdefinedid idnumber objectid sourcedid numerodeidentificacao "
        "identificationnumber numerodeidentificacion numerodidentification idnummer"
    ),
}
COLUMNS: dict[str, tuple[str, ...]] = {ours: tuple(called.split()) for ours, called in _CALLED.items()}
COLUMNS |= {name: (name, re.sub("[^a-z0-9]", "", label)) for name, label in DETAILS.items() if name not in COLUMNS}
_OURS = {called: ours for ours, names in reversed(COLUMNS.items()) for called in names}
#: A column with a further group of somebody, as Moodle's upload has them.
_FURTHER = re.compile(r"(group|grupo|groupe|gruppe|groep)[2-9]")
_BRACKETS = re.compile(r"[\[(]([^\])]*)[\])]")


@dataclass(frozen=True)
class Columns:
    """Where each of our columns stands in a sheet, which hold further groups, and which are there twice."""

    places: dict[str, int]
    groups: tuple[int, ...]
    twice: tuple[str, ...]
    header: tuple[str, ...]

    @property
    def gradebook(self) -> bool:
        """Whether it is a gradebook of Canvas, which has rows that are nobody."""
        return {"id", "name"} <= self.places.keys() and any(plain(each) == "sisloginid" for each in self.header)


def plain(text: str) -> str:
    """Return what a column is called without capitals, accents, spaces and signs."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parted if letter.isalnum())


def column_of(head: str) -> str:
    """Return our name of a column; empty where we read none of that name."""
    return next((ours for ours, _ in _ours(head)), "")


def is_known(head: str) -> bool:
    """Tell whether a column of this name is one that we read."""
    return bool(column_of(head))


def _ours(head: str) -> Iterator[tuple[str, str]]:
    """Yield our names of a column with what it is called: as a whole, without brackets, by what is in them."""
    for called in (head, _BRACKETS.sub(" ", head), *_BRACKETS.findall(head)):
        name = plain(re.sub(r"\b(required|optional)\b", "", called, flags=re.IGNORECASE))
        if name in _OURS:
            yield _OURS[name], name


def find_columns(header: Sequence[str]) -> Columns:
    """Return which column holds what; of several for one thing that which is called best."""
    found: dict[str, list[tuple[int, bool, int]]] = {}
    for place, head in enumerate(header):
        ours, called = next(_ours(head), ("", ""))
        if ours:
            exact = head.strip().lower() != called
            found.setdefault(ours, []).append((COLUMNS[ours].index(called), exact, place))
    heads = [head.strip().lower() for head in header]
    twice = sorted({head for head in heads if head and heads.count(head) > 1 and is_known(head)})
    groups = tuple(place for place, head in enumerate(header) if _FURTHER.fullmatch(plain(head)))
    places = {ours: min(each)[2] for ours, each in found.items()}
    return Columns(places=places, groups=groups, twice=tuple(twice), header=tuple(header))
