"""The page to try the API: every route is there, and nothing comes from elsewhere."""

from playwright.sync_api import expect

from engine.api.routes import ROUTES


def test_every_route_can_be_tried(page, address):
    page.goto(f"{address}/docs")

    expect(page.locator(".opblock")).to_have_count(len(ROUTES))
