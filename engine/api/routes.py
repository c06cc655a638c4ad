"""The table of the API's routes: adding one is writing a row."""

from engine.accounts.roles import EXPORT, IMPORT, READ, WRITE
from engine.api.calls import CLIENT, LINK, SERVER
from engine.api.endpoints import actions, bulk, customers, events, exports, segments, uploads
from engine.api.resources.actions import ActionAnswer, ActionLink
from engine.api.resources.customers import CustomerAnswer
from engine.api.resources.events import EventAnswer
from engine.api.resources.exports import ExportAnswer
from engine.api.resources.lists import ListBody
from engine.api.resources.segments import SegmentAnswer
from engine.api.table import Route

CUSTOMER, SEGMENT = "/v1/customers/{customer_id}", "/v1/segments/{segment_id}"
ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/customers", SERVER, READ, customers.index, ListBody,
          "List customers; also by `filters[FIELD][conditions][$OPERATOR]=VALUE`"),
    Route("POST", "/v1/customers", SERVER, WRITE, customers.upsert, CustomerAnswer,
          "Create a customer, or change the one of the id or source id; null is not sent"),
    Route("POST", "/v1/customers/bulk/async", SERVER, IMPORT, bulk.update, ActionLink,
          "Create or change many customers by their source ids; null clears", status=202),
    Route("POST", "/v1/customers/metadata/async", SERVER, IMPORT, bulk.update_metadata,
          ActionLink, "Change the metadata of many customers; null takes a key away", status=202),
    Route("GET", CUSTOMER, SERVER, READ, customers.show, CustomerAnswer,
          "Get a customer by id or source id", resource="customer"),
    Route("PUT", CUSTOMER, SERVER, WRITE, customers.change, CustomerAnswer,
          "Change a customer; null clears, metadata is merged by key", resource="customer"),
    Route("GET", f"{CUSTOMER}/activity", SERVER, READ, customers.activity, ListBody,
          "List what happened to a customer", resource="customer"),
    Route("GET", f"{CUSTOMER}/segments", SERVER, READ, customers.segments_of, ListBody,
          "List the segments of a customer; of an unknown one, those of an empty profile"),
    Route("POST", "/v1/customers/importCSV", SERVER, IMPORT, uploads.import_customers, ActionLink,
          "Import customers from a CSV; a match replaces the metadata unless `mode=merge`",
          status=202),
    Route("GET", "/v1/async-actions", SERVER, READ, actions.index, ListBody,
          "List long work, newest first"),
    Route("GET", "/v1/async-actions/{action_id}", SERVER, READ, actions.show, ActionAnswer,
          "Get how far long work is, or its result", resource="async_action"),
    Route("POST", "/v1/exports", SERVER, EXPORT, exports.create, ExportAnswer,
          "Ask for a file of customers, redemptions, orders or vouchers"),
    Route("GET", "/v1/exports", SERVER, EXPORT, exports.index, ListBody, "List exports"),
    Route("GET", "/v1/exports/{export_id}", LINK, EXPORT, exports.show, ExportAnswer,
          "Get an export; with its `token` the file", resource="export"),
    Route("DELETE", "/v1/exports/{export_id}", SERVER, EXPORT, exports.remove, None,
          "Delete an export with its file", status=204, resource="export"),
    Route("POST", "/v1/events", SERVER, WRITE, events.create, EventAnswer,
          "Record what a customer did; creates or changes the customer"),
    Route("POST", "/client/v1/events", CLIENT, WRITE, events.create, EventAnswer,
          "Record what a visitor or customer did"),
    Route("POST", "/v1/segments", SERVER, WRITE, segments.create, SegmentAnswer,
          "Create a segment"),
    Route("GET", "/v1/segments", SERVER, READ, segments.index, ListBody,
          "List segments; also by `filters[id, name, type or created_at]`"),
    Route("GET", SEGMENT, SERVER, READ, segments.show, SegmentAnswer,
          "Get a segment", resource="segment"),
    Route("PUT", SEGMENT, SERVER, WRITE, segments.change, SegmentAnswer,
          "Change the name or the filter of a segment", resource="segment"),
    Route("DELETE", SEGMENT, SERVER, WRITE, segments.remove, None,
          "Delete a segment", status=204, resource="segment"),
    Route("GET", f"{SEGMENT}/activities", SERVER, READ, segments.activities, ListBody,
          "List what was done to a segment", resource="segment"),
)  # fmt: skip
