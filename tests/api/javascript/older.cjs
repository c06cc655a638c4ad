// The client of servers of before, voucherify 5: it encodes twice, and sends null and bare texts.
"use strict";

const assert = require("node:assert/strict");
const voucherify = require("voucherify");

const TEN = { type: "DISCOUNT_VOUCHER", discount: { type: "AMOUNT", amount_off: 1000 } };

const checks = {
  "a customer is created, read, changed, listed and deleted": async ({ api }) => {
    const made = await api.customers.create({ source_id: "old/a+b", name: "Old", metadata: { size: 5 } });
    assert.equal((await api.customers.get("old/a+b")).id, made.id);
    assert.equal((await api.customers.update({ id: made.id, name: "Older" })).name, "Older");
    const filters = { junction: "and", name: { conditions: { $is: { 0: "Older" } } } };
    assert.equal((await api.customers.list({ filters, limit: 5 })).total, 1);
    await api.customers.delete(made.id);
    assert.equal((await api.customers.get(made.id).catch((error) => error)).code, 404);
  },
  "a voucher is switched off and on with null for a body": async ({ api }) => {
    await api.vouchers.create({ ...TEN, code: "OLD-SWITCH" });
    assert.equal((await api.vouchers.disable("OLD-SWITCH")).active, false);
    assert.equal((await api.vouchers.enable("OLD-SWITCH")).active, true);
  },
  "a code is redeemed for a token, and back for a reason with blanks": async ({ api }) => {
    await api.vouchers.create({ ...TEN, code: "OLD-R" });
    const valid = await api.validations.validate("OLD-R", { customer: { source_id: "old+buyer@example.com" } });
    const redeemed = await api.redemptions.redeem("OLD-R", valid.tracking_id);
    assert.deepEqual([redeemed.result, redeemed.tracking_id], ["SUCCESS", valid.tracking_id]);
    const back = await api.redemptions.rollback(redeemed.id, "wrong order, 100%");
    assert.equal(back.reason, "wrong order, 100%");
  },
  "a code is redeemed for a raw identity": async ({ api }) => {
    await api.vouchers.create({ ...TEN, code: "OLD-RAW" });
    const redeemed = await api.redemptions.redeem("OLD-RAW", "old+raw@example.com");
    const known = await api.validations.validate("OLD-RAW", { customer: { source_id: "old+raw@example.com" } });
    assert.equal(redeemed.tracking_id, known.tracking_id);
  },
  "segments, orders, events and exports": async ({ api }) => {
    const segment = await api.segments.create({ name: "Old", type: "auto-update",
      filter: { junction: "and", name: { conditions: { $is: ["Nobody at all"] } } } });
    assert.equal((await api.segments.get(segment.id)).name, "Old");
    await api.segments.delete(segment.id);
    const order = await api.orders.create({ source_id: "old-order", customer: { source_id: "old-orderer" }, amount: 700 });
    assert.equal((await api.orders.update({ id: order.id, status: "PAID" })).status, "PAID");
    assert.equal((await api.events.create("seen", { customer: { source_id: "old-orderer" } })).type, "seen");
    const made = await api.distributions.exports.create({ exported_object: "customer", parameters: { fields: ["name"] } });
    assert.equal((await api.distributions.exports.get(made.id)).id, made.id);
  },
};

function opened({ address, app_id, app_token }) {
  return { api: voucherify({ applicationId: app_id, clientSecretKey: app_token, apiUrl: address }) };
}

module.exports = { checks, opened };
