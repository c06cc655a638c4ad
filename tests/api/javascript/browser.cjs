// The official client of pages, @voucherify/sdk, in a page of another site.
"use strict";

const assert = require("node:assert/strict");
const { page } = require("./pages.cjs");

const checks = {
  "a code is validated by its name alone": async ({ client }) => {
    const told = await client.validate("WEB");
    assert.deepEqual([told.valid, told.discount.amount_off], [true, 1000]);
  },
  "an order with items, metadata and a customer is validated": async ({ client }) => {
    const told = await client.validate({ code: " WEB\n", amount: 5000,
      items: [{ product_id: "p", quantity: 1 }, { sku_id: "s", quantity: 2 }],
      customer: { source_id: "web visitor", metadata: { age: 30 } }, orderMetadata: { shop: "a&b" } });
    assert.deepEqual([told.valid, told.order.total_amount], [true, 4000]);
    assert.match(told.tracking_id, /^track_/);
  },
  "a refused validation is an answer, not an error": async ({ client }) => {
    const told = await client.validate("NO SUCH");
    assert.deepEqual([told.valid, told.error.key], [false, "not_found"]);
  },
  "the visitor who validated redeems under the token": async ({ client }) => {
    const valid = await client.validate({ code: "WEB", customer: { source_id: "visitor-1" } });
    client.setIdentity(valid.tracking_id);
    const first = await client.redeem("WEB", { order: { amount: 5000 } });
    const again = await client.redeem("WEB", { customer: { source_id: "visitor-1" } });
    client.setIdentity(undefined);
    assert.deepEqual([first.result, first.tracking_id, again.tracking_id],
      ["SUCCESS", valid.tracking_id, valid.tracking_id]);
  },
  "a stranger redeems": async ({ client }) => {
    assert.equal((await client.redeem("WEB")).result, "SUCCESS");
  },
  "what a visitor did is recorded": async ({ client }) => {
    const told = await client.track("seen", { source_id: "visitor-2" }, { page: "/" });
    assert.deepEqual([told.object, told.type], ["event", "seen"]);
  },
  "codes are validated and redeemed together": async ({ client }) => {
    const said = { redeemables: [{ object: "voucher", id: "WEB" }], order: { amount: 5000 },
      customer: { source_id: "visitor-3" } };
    assert.equal((await client.validateStackable(said)).valid, true);
    assert.equal((await client.redeemStackable(said)).redemptions[0].result, "SUCCESS");
  },
  "a refused redemption is told with its reason": async ({ client }) => {
    const refused = await client.redeem("OFF").catch((error) => error);
    assert.deepEqual([refused.code, refused.key], [400, "voucher_disabled"]);
  },
  "a page of a site that is not allowed gets nothing": async ({ foreign }) => {
    const refused = await foreign.validate("WEB").catch((error) => error);
    assert.equal(refused.code, "ERR_NETWORK");
  },
  "a wrong key is refused, and the page may read why": async ({ keyed }) => {
    const refused = await keyed("no-such-token").validate("WEB").catch((error) => error);
    assert.deepEqual([refused.code, refused.key], [401, "unauthorized"]);
  },
};

const SCRIPTS = ["axios/dist/axios.min.js", "qs/dist/qs.js",
  "@voucherify/sdk/dist/voucherifysdk.umd.production.min.js"];

function opened({ address, origin, client_app_id, client_token }) {
  const client = (site, clientSecretKey) => page(site, ...SCRIPTS).VoucherifySDK.VoucherifyClientSide(
    { clientApplicationId: client_app_id, clientSecretKey, apiUrl: address });
  const keyed = (token) => client(origin, token);
  return { client: keyed(client_token), keyed, foreign: client("http://evil.example", client_token) };
}

module.exports = { checks, opened };
