"""A proxy that passes on neither Host nor websockets: what is missing is said, on the page and in the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..support.narrow_proxy import narrow_proxy
from ..support.served_kit import Answer, World

FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": ""}


def test_the_code_page_has_the_address_that_people_use(world: World):
    """The browser says where it is, and that it is no other site."""
    reply = world.ask("ana", "POST", "/code", b"", {**FORM, "Origin": "https://learn.example:9101"})
    assert reply.status == 200
    assert "https://learn.example:9101/in" in reply.text
    assert "does not pass on the address that you opened, https://learn.example:9101" in reply.text
    assert "does not pass on Host" in world.log.read_text()


def test_a_page_that_was_reached_from_another_of_ours_says_it_too(world: World):
    """Its browser names the page it comes from."""
    reply = world.ask("ana", "GET", "/notifications", headers={"Referer": "http://learn.example/"})
    assert "http://learn.example. Whoever runs the server" in reply.text
    kept = world.ask("ana", "GET", "/notifications", headers={"Referer": f"http://127.0.0.1:{world.port}/"})
    assert "Whoever runs the server" not in kept.text


@pytest.mark.parametrize(
    "referer", ["http://elsewhere.example/x", "http://[broken", "about:blank", "javascript:alert(1)"]
)
def test_another_site_cannot_have_a_page_say_it(world: World, referer: str):
    """Only what the browser vouches for is believed."""
    reply = world.ask("ana", "GET", "/notifications", headers={"Referer": referer, "Sec-Fetch-Site": "cross-site"})
    assert reply.status == 200
    assert "Whoever runs the server" not in reply.text


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "https://a b", "null", "http://x:99999999"])
def test_an_odd_origin_is_refused_and_no_fault(world: World, origin: str):
    """An address that is none comes from no page of ours."""
    reply = world.ask("", "POST", "/in", b"", {**FORM, "Sec-Fetch-Site": "", "Origin": origin})
    assert reply.status == 403
    assert "<h1>" in reply.text


def test_signing_in_by_a_name_over_plain_http_names_both_addresses(world: World):
    """Browsers do not vouch for plain http: it is refused, by a page that says why."""
    headers = {**FORM, "Sec-Fetch-Site": "", "Origin": "http://learn.example:9101"}
    reply = world.ask("", "POST", "/in", b"username=ana&code=WRONGCODE", headers)
    assert reply.status == 403
    assert f"your browser is at http://learn.example:9101, the server was asked as 127.0.0.1:{world.port}" in reply.text
    assert "ACTIONLEARN_PUBLIC_URL" in reply.text


def test_a_host_that_the_server_does_not_know_is_named(world: World):
    """Host is passed on, and no address was set."""
    reply = world.ask("", "GET", "/in", headers={"Host": "learn.example"})
    assert reply.status == 403
    assert "The server does not know itself by the name learn.example" in reply.text


def test_a_websocket_that_lost_its_header_is_in_the_log(world: World):
    """What the proxy has to pass on is named once."""
    headers = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13"}
    for _ in range(2):
        reply = world.ask("ana", "GET", f"/api/workbooks/{world.book['ana/scope']}/push", headers=headers)
        assert reply.status == 400
        assert "passes on no websockets" in reply.text
    assert world.log.read_text().count("the proxy passes on no websockets") == 1


@pytest.mark.browser
def test_behind_such_a_proxy_a_person_signs_in_and_types(world: World, seat):
    """The page works, says what is missing, and its code leads to the address that people use."""
    with narrow_proxy(world.port, host=False) as proxy:
        page: Page = seat(world, "ben", port=proxy.port)
        page.goto(f"http://127.0.0.1:{proxy.port}/workbooks/{world.book['ben/scope']}")
        page.locator("#p-need-c").fill("typed behind a proxy")
        expect(page.locator("#p-need-state")).to_contain_text("Saved")
        page.locator(".wb-bar a").click()
        expect(page.locator("body")).to_contain_text("does not pass on the address that you opened")
        page.locator(".who summary").click()
        page.locator(".who form button").first.click()
        expect(page.locator("main")).to_contain_text(f"http://127.0.0.1:{proxy.port}/in")


class Below(World):
    """A kit that knows itself below a path."""

    def ask(self, who: str, method: str, path: str, *more: Any, **named: Any) -> Answer:
        """Ask below that path."""
        return super().ask(who, method, f"/learn{path}", *more, **named)


@pytest.mark.slow
def test_a_proxy_that_takes_the_path_off_is_told_of(tmp_path: Path):
    """Everything is below the path that was set: a page says which."""
    kit = Below(tmp_path, ACTIONLEARN_BASE_URL="/learn/").start()
    try:
        assert kit.ask("", "GET", "/in").status == 200
        for path in ("/", "/in", "/workbooks/1"):
            reply = World.ask(kit, "", "GET", path)
            assert reply.status == 404
            assert "everything of this server is below /learn/" in reply.text
    finally:
        kit.stop()
