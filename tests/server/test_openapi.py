"""The API does what its description says: no fault of ours, and nothing outside the schema."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from actionlearn.cli import commands
from actionlearn.cohort.programme.schema import Contact, Programme
from actionlearn.server.app import handler_class
from actionlearn.server.openapi import description
from actionlearn.server.routes import ROUTES
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store
from actionlearn.store.people import members

from ..support.groups import furnish
from ..support.served_kit import World

#: Cases of each operation: a few in every run, more by hand.
FEW, MANY = 2, int(os.environ.get("ACTIONLEARN_CASES", "150"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts; the one that is asked about has a programme."""
    made = World(tmp_path_factory.mktemp("openapi"))
    contact = Contact(name="Somebody", phone="1")
    kept = Programme(id="autumn", name="Autumn", organisation="Us", time_zone="UTC", contact=contact)
    about = {"id": "autumn", "name": "Autumn", "locale": "en", "time_zone": "UTC"}
    with open_store(made.data) as store:
        furnish(made, store)
        store.write(lambda c: members.put_cohort(c, **about, programme=kept.model_dump(mode="json")))
    made.start()
    yield made
    made.stop()


def test_every_route_of_the_api_is_described():
    """All but the websockets, each by what stands on its method; one that says nothing is an error."""
    found = description()
    api = {
        r.handler for r in ROUTES if r.pattern.startswith("/api/") and issubclass(handler_class(r.handler), ApiHandler)
    }
    described = {each["operationId"] for path in found["paths"].values() for each in path.values()}
    named = {each.rpartition("_")[0] for each in described}
    assert named == {each.replace(".", "_") for each in api - {"web.not_found.NoApi"}}
    printed = CliRunner().invoke(commands, ["openapi"])
    assert json.loads(printed.output) == found


def known(world: World) -> dict[str, Any]:
    """Return the description with ids that are there, so that more than 404 comes back."""
    found = copy.deepcopy(description())
    books = [world.book["ana/scope"], world.book["ana/impact"], world.book["will/scope"], world.book["blue/meeting-2"]]
    ids = {"workbooks": books, "submissions": [world.submission], "comments": [world.comment, world.held]}
    ids |= {"agreements": [world.agreement], "questions": [world.question], "cohorts": ["autumn", "none"]}
    ids |= {"postings": [world.posting, world.offer], "posting-answers": [world.answer]}
    names = {"prompt": ["need", "seen", "ask", "Note", "none"], "cell": ["view-1", "need"], "cohort": ["autumn"]}
    names |= {"person": [world.person["ana"], world.person["cora"]]}
    for path, operations in found["paths"].items():
        for operation in operations.values():
            for each in operation["parameters"]:
                values = names.get(each["name"]) or (ids.get(path.split("/")[2]) if each["name"] == "id" else None)
                if values and each["in"] == "path":
                    each["schema"] = {"type": "string", "enum": values}
    edit = found["components"]["schemas"]["Edit"]["properties"]
    edit["person"] = {"type": "string", "enum": [world.person["ana"], world.person["cora"]]}
    return found


def hold(world: World, cases: int, without: tuple[str, ...] = ()) -> int:
    """Ask every operation as those it is for and as others; return how many times something was asked.

    What goes wrong is told once for each operation and kind, after everything was asked.
    """
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    held = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
    asked, wrong = 0, {}
    how = settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    for result in schemathesis.openapi.from_dict(known(world)).get_all_operations():
        operation = result.ok()
        if operation.label in without:
            continue

        @how
        @given(operation.as_strategy(), st.sampled_from(("ana", "ana", "cora", "cora", "fay", "wim", "")))
        def ask(case: Any, who: str) -> None:
            nonlocal asked
            asked += 1
            headers = {"X-Requested-With": "actionlearn", "Sec-Fetch-Site": "same-origin"}
            cookies = {SESSION_COOKIE: world.session[who]} if who else None
            base = f"http://127.0.0.1:{world.port}"
            try:
                case.call_and_validate(base_url=base, headers=headers, cookies=cookies, checks=held, timeout=120)
            except ExceptionGroup as error:
                for each in error.exceptions:
                    wrong.setdefault((case.operation.label, type(each)), f"{who}: {error}\n{each}")

        ask()
    assert not wrong, "\n\n".join(wrong.values())
    return asked


def test_the_api_does_what_it_says(world: World):
    """Schemathesis asks a little of every operation: no 5xx, and status, kind and shape as described.

    All but one: how long a kernel takes to start is the machine's affair.
    """
    assert hold(world, FEW, ("POST /api/workbooks/{id}/live",)) > 100


@pytest.mark.slow
def test_the_api_does_what_it_says_at_length(world: World):
    """The same, for longer."""
    asked = hold(world, MANY)
    assert world.ask("", "GET", "/health").status == 200
    print(f"{asked} requests")  # noqa: T201 - the count is told
