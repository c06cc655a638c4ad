"""The table of the API's routes: adding one is writing a row."""

from engine.accounts.roles import READ, WRITE
from engine.api.calls import SERVER
from engine.api.endpoints import customers, segments
from engine.api.resources.customers import CustomerAnswer
from engine.api.resources.lists import ListBody
from engine.api.resources.segments import SegmentAnswer
from engine.api.table import Route

CUSTOMER, SEGMENT = "/v1/customers/{customer_id}", "/v1/segments/{segment_id}"
ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/customers", SERVER, READ, customers.index, ListBody,
          "List customers; also by `filters[FIELD][conditions][$OPERATOR]=VALUE`"),
    Route("GET", CUSTOMER, SERVER, READ, customers.show, CustomerAnswer,
          "Get a customer by id or source id", resource="customer"),
    Route("GET", f"{CUSTOMER}/segments", SERVER, READ, customers.segments_of, ListBody,
          "List the segments of a customer; of an unknown one, those of an empty profile"),
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
