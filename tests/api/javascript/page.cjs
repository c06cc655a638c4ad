// The client of pages of before, voucherify.js: every call has credentials and a type of content.
"use strict";

const assert = require("node:assert/strict");
const { page } = require("./pages.cjs");

const answer = (call) => new Promise((resolve) => call(resolve)); // errors come as answers, too

const checks = {
  "a code is validated": async ({ client }) => {
    const told = await answer((then) => client.validate("WEB", then));
    assert.deepEqual([told.valid, told.discount.amount_off], [true, 1000]);
    assert.equal(client.utils.calculatePrice(50, told), 40);
  },
  "an order with items, metadata and a customer is validated": async ({ client }) => {
    const told = await answer((then) => client.validate({ code: "WEB", amount: 5000,
      items: [{ product_id: "p", quantity: 1 }], metadata: { shop: "a&b" }, orderMetadata: { day: 1 },
      customer: { source_id: "old visitor", metadata: { age: 30 } } }, then));
    assert.deepEqual([told.valid, told.order.total_amount], [true, 4000]);
  },
  "a refused validation is well formed": async ({ client }) => {
    assert.equal((await answer((then) => client.validate("OFF", then))).valid, false);
    assert.equal((await answer((then) => client.validate("NO-SUCH", then))).valid, false);
  },
  "a code is redeemed for an identity": async ({ client }) => {
    client.setIdentity("old-visitor");
    const told = await answer((then) => client.redeem("WEB", { order: { amount: 5000 } }, then));
    client.setIdentity(undefined);
    assert.deepEqual([told.result, told.order.total_amount], ["SUCCESS", 4000]);
  },
  "a stranger redeems": async ({ client }) => {
    assert.equal((await answer((then) => client.redeem("WEB", undefined, then))).result, "SUCCESS");
  },
  "what a visitor did is recorded": async ({ client }) => {
    const told = await answer((then) => client.track("seen", { page: "/" }, { source_id: "old-seer" }, then));
    assert.deepEqual([told.object, told.type], ["event", "seen"]);
  },
  "a page of a site that is not allowed gets nothing": async ({ foreign }) => {
    const told = await answer((then) => foreign.validate("WEB", then));
    assert.equal(told.message, "XHR error happened.");
  },
};

function opened({ address, origin, client_app_id, client_token }) {
  const client = (site) => {
    const found = page(site, "voucherify.js/dist/voucherify.js").Voucherify;
    found.initialize(client_app_id, client_token);
    found.setBaseUrl(address);
    return found;
  };
  return { client: client(origin), foreign: client("http://evil.example") };
}

module.exports = { checks, opened };
