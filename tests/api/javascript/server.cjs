// The official client of servers, @voucherify/sdk.
"use strict";

const assert = require("node:assert/strict");
const { VoucherifyServerSide } = require("@voucherify/sdk");

const TEN = { type: "DISCOUNT_VOUCHER", discount: { type: "AMOUNT", amount_off: 1000 } };
const ORDER = { amount: 5000 };

const refusal = (call) => call.then(() => assert.fail("it was not refused"), (error) => error);

async function done(api, action) {
  for (let asked = 0; asked < 500; asked += 1) {
    const found = await api.asyncActions.get(action.async_action_id);
    if (found.status === "DONE") return found;
  }
  return assert.fail("it does not end");
}

async function finished(api, id) {
  for (let asked = 0; asked < 500; asked += 1) {
    const found = await api.distributions.exports.get(id);
    if (found.status === "DONE") return found;
  }
  return assert.fail("it does not end");
}

const checks = {
  "a customer is created, read, changed and deleted": async ({ api }) => {
    const said = { source_id: "a/b c@example.com", name: "Ann", address: { city: "Rome", country: "IT" },
      birthdate: "1990-02-03", metadata: { size: 5, "a key": ["x", "y"] } };
    const made = await api.customers.create(said);
    assert.deepEqual(await api.customers.get("a/b c@example.com"), made);
    assert.deepEqual(await api.customers.get(made.id), made);
    assert.deepEqual([made.address, made.metadata, made.birthdate],
      [said.address, said.metadata, said.birthdate]);
    const changed = await api.customers.update({ source_id: said.source_id, name: "Ann M." });
    assert.deepEqual([changed.id, changed.name, changed.metadata], [made.id, "Ann M.", said.metadata]);
    const again = await api.customers.update({ id: made.id, metadata: { size: 6 } });
    assert.deepEqual(again.metadata, { ...said.metadata, size: 6 });
    assert.equal(await api.customers.delete(made.id), "");
    const gone = await refusal(api.customers.get(made.id));
    assert.deepEqual([gone.code, gone.key, gone.resource_type], [404, "not_found", "customer"]);
  },
  "a new customer has what the service gives one": async ({ api }) => {
    const made = await api.customers.create({ name: "Nobody" });
    assert.deepEqual([made.address, made.source_id, "metadata" in made], [null, null, false]);
    assert.deepEqual(made.referrals, { total: 0, campaigns: [] });
    assert.deepEqual(made.summary.orders,
      { total_amount: 0, total_count: 0, average_amount: 0, last_order_amount: 0 });
    assert.equal(made.object, "customer");
  },
  "null is not sent when a customer is created again, and clears when changed": async ({ api }) => {
    const said = { source_id: "nulls", name: "Nul", phone: "1" };
    await api.customers.create(said);
    const same = await api.customers.create({ source_id: "nulls", name: null });
    assert.equal(same.name, "Nul");
    const cleared = await api.customers.update({ source_id: "nulls", phone: null });
    assert.equal("phone" in cleared, false);
  },
  "customers are listed by what they are": async ({ api }) => {
    for (const [name, city] of [["L1", "Bonn"], ["L2", "Bonn"], ["L3", "Ulm"]]) {
      await api.customers.create({ source_id: name, name, email: `${name}@example.com`, address: { city } });
    }
    const names = async (params) => (await api.customers.list(params)).customers.map((one) => one.name);
    assert.deepEqual(await names({ city: "Bonn", order: "created_at" }), ["L1", "L2"]);
    assert.deepEqual(await names({ email: "L3@example.com" }), ["L3"]);
    assert.deepEqual(await names({ city: "Bonn", limit: 1, page: 2, order: "created_at" }), ["L2"]);
    const filters = { junction: "and", "address.city": { conditions: { $in: ["Bonn", "Ulm"] } },
      name: { conditions: { $is_not: ["L2"] } } };
    assert.deepEqual((await names({ filters })).sort(), ["L1", "L3"]);
    const page = await api.customers.list({ city: "Bonn", limit: 1 });
    assert.deepEqual([page.object, page.data_ref, page.total, page.has_more],
      ["list", "customers", 2, true]);
    assert.equal((await api.customers.list({ created_at: { before: "2000-01-01T00:00:00.000Z" } })).total, 0);
  },
  "customers are scrolled through, each once, either way": async ({ api }) => {
    for (let at = 0; at < 7; at += 1) await api.customers.create({ source_id: `s${at}`, address: { city: "Scroll" } });
    for (const order of ["created_at", "-created_at"]) {
      const seen = [];
      for await (const one of api.customers.scroll({ city: "Scroll", limit: 2, order })) seen.push(one.source_id);
      const all = [0, 1, 2, 3, 4, 5, 6].map((at) => `s${at}`);
      assert.deepEqual(seen, order === "created_at" ? all : all.reverse());
    }
  },
  "many customers are changed at once": async ({ api }) => {
    await api.customers.create({ source_id: "bulk", name: "Before", metadata: { kept: 1 } });
    const bulk = await done(api, await api.customers.updateInBulk(
      [{ source_id: "bulk", name: "After", metadata: { added: 2 } }, { source_id: "bulk-new" }]));
    assert.deepEqual([bulk.type, bulk.operation_status, bulk.result.done_count],
      ["CUSTOMERS.BULK_UPDATE", "SUCCESS", 2]);
    await done(api, await api.customers.updateMetadataInBulk(
      { source_ids: ["bulk", "bulk-new"], metadata: { tier: "gold" } }));
    const read = await api.customers.get("bulk");
    assert.deepEqual([read.name, read.metadata], ["After", { kept: 1, added: 2, tier: "gold" }]);
    assert.deepEqual((await api.customers.get("bulk-new")).metadata, { tier: "gold" });
  },
  "customers are imported from a CSV": async ({ api, csv }) => {
    const work = await done(api, await api.customers.importCSV(csv));
    assert.equal(work.operation_status, "SUCCESS");
    assert.equal((await api.customers.get("from-csv")).name, "Zoë");
    const listed = await api.asyncActions.list({ limit: 1 });
    assert.deepEqual([listed.data_ref, "result" in listed.async_actions[0]], ["async_actions", false]);
  },
  "what happened to a customer is told page by page": async ({ api }) => {
    const made = await api.customers.create({ source_id: "active", name: "A" });
    for (const name of ["B", "C", "D"]) await api.customers.update({ source_id: "active", name });
    const types = [];
    let params = { limit: 1 };
    for (let pages = 0; pages < 9; pages += 1) {
      const page = await api.customers.listActivity("active", params);
      types.push(...page.data.map((one) => one.type));
      assert.equal("more_starting_after" in page, page.has_more);
      if (!page.has_more) break;
      params = { limit: 1, starting_after_id: page.more_starting_after };
    }
    assert.equal(types.filter((type) => type === "customer.updated").length, 3);
    assert.equal(types.at(-1), "customer.created");
    assert.equal((await api.customers.listActivities(made.id)).data_ref, "data");
  },
  "a customer is erased for good": async ({ api }) => {
    await api.customers.create({ source_id: "erased", name: "E" });
    const told = await api.customers.deletePermanently("erased");
    assert.equal(told.data_json.customer, 1);
    assert.equal((await refusal(api.customers.get("erased"))).message, "Resource not found");
  },
  "segments are created, read, listed for a customer and deleted": async ({ api }) => {
    const member = await api.customers.create({ source_id: "member", address: { city: "Oslo" } });
    const filter = { junction: "AND", "address.city": { conditions: { $is: ["Oslo"] } } };
    const made = await api.segments.create({ name: "Oslo", type: "auto-update", filter });
    const fixed = await api.segments.create({ name: "Fixed", type: "static", customers: [member.id] });
    assert.equal((await api.segments.get(made.id)).name, "Oslo");
    assert.deepEqual((await api.segments.list("member")).data.map((one) => one.id).sort(),
      [made.id, fixed.id].sort());
    assert.equal((await api.customers.list({ segment_id: made.id })).total, 1);
    await api.segments.delete(made.id);
    assert.equal((await refusal(api.segments.get(made.id))).code, 404);
  },
  "an export is asked for, awaited, fetched and deleted": async ({ api, fetched }) => {
    await api.customers.create({ source_id: "exported", name: "Exported" });
    const filters = { junction: "and", source_id: { conditions: { $is: ["exported"] } } };
    const parameters = { fields: ["source_id", "name"], filters };
    const made = await api.distributions.exports.create({ exported_object: "customer", parameters });
    assert.equal(made.status, "SCHEDULED");
    const found = await finished(api, made.id);
    assert.equal((await fetched(found.result.url)).split("\n")[1].trim(), "exported,Exported");
    assert.ok((await api.distributions.exports.list({ limit: 5 })).exports.some((one) => one.id === made.id));
    await api.distributions.exports.delete(made.id);
    assert.equal((await refusal(api.distributions.exports.get(made.id))).code, 404);
  },
  "vouchers are created, changed, switched, listed and deleted": async ({ api }) => {
    const made = await api.vouchers.create({ ...TEN, code: "JS-1", metadata: { season: "winter" } });
    assert.deepEqual([made.code, made.active, made.validation_rules_assignments.object], ["JS-1", true, "list"]);
    const drawn = await api.vouchers.create(TEN);
    assert.equal((await api.vouchers.get(drawn.code)).id, drawn.id);
    assert.equal((await api.vouchers.disable("JS-1")).active, false);
    assert.equal((await api.vouchers.enable("JS-1")).active, true);
    const changed = await api.vouchers.update({ code: "JS-1", metadata: { year: 2026 } });
    assert.equal(changed.metadata.year, 2026);
    const filters = { junction: "OR", code: { conditions: { $is: ["JS-1"] } } };
    assert.deepEqual((await api.vouchers.list({ filters })).vouchers.map((one) => one.code), ["JS-1"]);
    const twice = await refusal(api.vouchers.create({ ...TEN, code: "JS-1" }));
    assert.deepEqual([twice.code, twice.key], [409, "duplicate_found"]);
    await api.vouchers.delete("JS-1", { force: true });
    assert.equal((await refusal(api.vouchers.get("JS-1"))).code, 404);
  },
  "a gift card takes more credit": async ({ api }) => {
    await api.vouchers.create({ code: "JS-GIFT", type: "GIFT_VOUCHER", gift: { amount: 1000 } });
    const told = await api.vouchers.balance.create("JS-GIFT", { amount: 500 });
    assert.deepEqual([told.amount, told.total, told.balance, told.type], [500, 1500, 1500, "gift_voucher"]);
  },
  "a campaign has its vouchers": async ({ api }) => {
    const made = await api.campaigns.create({ name: "JS summer", type: "AUTO_UPDATE", vouchers_count: 2,
      campaign_type: "DISCOUNT_COUPONS", voucher: TEN });
    const one = await api.campaigns.addVoucher("JS summer");
    const certain = await api.campaigns.addCertainVoucher("JS summer", "JS-CERTAIN");
    assert.deepEqual([typeof one.code, certain.code], ["string", "JS-CERTAIN"]);
    const more = await api.campaigns.addVoucher("JS summer", {}, { vouchers_count: 3 });
    await done(api, more);
    assert.equal((await api.vouchers.list({ campaign_id: made.id })).total, 7);
    assert.equal((await api.campaigns.get("JS summer")).id, made.id);
    assert.ok((await api.campaigns.list({ limit: 10 })).campaigns.some((each) => each.id === made.id));
    await done(api, await api.campaigns.delete("JS summer", { force: true }));
    assert.equal((await refusal(api.vouchers.get("JS-CERTAIN"))).code, 404);
  },
  "a code is validated, redeemed and rolled back": async ({ api }) => {
    await api.vouchers.create({ ...TEN, code: "JS-R" });
    const valid = await api.validations.validate("JS-R", { order: ORDER, customer: { source_id: "buyer" } });
    assert.deepEqual([valid.valid, valid.order.total_amount], [true, 4000]);
    const redeemed = await api.redemptions.redeem("JS-R",
      { tracking_id: valid.tracking_id, customer: { source_id: "buyer", name: "Buyer" }, order: ORDER });
    assert.deepEqual([redeemed.result, redeemed.order.total_amount], ["SUCCESS", 4000]);
    const read = await api.redemptions.get(redeemed.id);
    assert.deepEqual([read.status, read.customer_id], ["SUCCEEDED", redeemed.customer_id]);
    assert.deepEqual((await api.redemptions.getForVoucher("JS-R")).redemption_entries.map((one) => one.id),
      [redeemed.id]);
    assert.equal((await api.redemptions.list({ customer: redeemed.customer_id })).total, 1);
    const back = await api.redemptions.rollback(redeemed.id, { reason: "wrong order" });
    assert.deepEqual([back.redemption, back.reason], [redeemed.id, "wrong order"]);
    const summary = (await api.customers.get("buyer")).summary.redemptions;
    assert.deepEqual([summary.total_succeeded, summary.total_rolled_back], [1, 1]);
  },
  "codes are validated and redeemed together, and back together": async ({ api }) => {
    await api.vouchers.create({ ...TEN, code: "JS-S1" });
    await api.vouchers.create({ type: "DISCOUNT_VOUCHER", code: "JS-S2", discount: { type: "PERCENT", percent_off: 10 } });
    const redeemables = ["JS-S1", "JS-S2"].map((id) => ({ object: "voucher", id }));
    const said = { redeemables, order: ORDER, customer: { source_id: "stacker" } };
    const valid = await api.validations.validateStackable(said);
    assert.deepEqual([valid.valid, "inapplicable_redeemables" in valid], [true, false]);
    const all = await api.redemptions.redeemStackable(said);
    assert.equal(all.redemptions.length, 2);
    assert.equal(all.order.total_amount, valid.order.total_amount);
    const back = await api.redemptions.rollbackStackable(all.parent_redemption.id, { customer: { source_id: "stacker" } });
    assert.equal(back.rollbacks.length, 2);
  },
  "an unknown code is refused in the shape of the service": async ({ api }) => {
    const refused = await refusal(api.redemptions.redeem("NO-SUCH", { customer: { source_id: "x" } }));
    assert.deepEqual([refused.code, refused.key, refused.resource_id], [404, "not_found", "NO-SUCH"]);
    const valid = await api.validations.validateVoucher("NO-SUCH");
    assert.equal(valid.valid, false);
  },
  "orders are created, read, changed and listed": async ({ api }) => {
    const made = await api.orders.create({ source_id: "JS-O", customer: { source_id: "orderer" },
      items: [{ product_id: "p", quantity: 2, price: 1500 }] });
    assert.deepEqual([made.status, made.amount], ["CREATED", 3000]);
    assert.equal((await api.orders.get("JS-O")).id, made.id);
    assert.equal((await api.orders.update({ id: made.id, status: "PAID" })).status, "PAID");
    assert.ok((await api.orders.list({ limit: 5 })).orders.some((one) => one.id === made.id));
    assert.equal((await api.customers.get("orderer")).summary.orders.total_amount, 3000);
  },
  "what a customer did is recorded": async ({ api }) => {
    const told = await api.events.create("seen", { customer: { source_id: "seer" }, metadata: { page: "/" } });
    assert.deepEqual([told.object, told.type, told.customer.object], ["event", "seen", "customer"]);
    const activity = await api.customers.listActivity("seer");
    assert.ok(activity.data.some((one) => one.type === "customer.custom_event"));
  },
  "every fault of a body is told, with the id of the request": async ({ api }) => {
    const refused = await refusal(api.customers.create({ name: 5, address: { city: [] } }));
    assert.deepEqual([refused.code, refused.key], [400, "invalid_payload"]);
    assert.match(refused.details, /name[^]*address\.city/);
    assert.match(refused.request_id, /^v-/);
  },
  "a wrong key is refused": async ({ api, keyed }) => {
    const refused = await refusal(keyed("no-such-token").customers.list({}));
    assert.deepEqual([refused.code, refused.key], [401, "unauthorized"]);
  },
};

const fetched = async (url) => (await fetch(url)).text();

function opened({ address, app_id, app_token, csv }) {
  const keyed = (secretKey) => VoucherifyServerSide(
    { applicationId: app_id, secretKey, apiUrl: address, channel: "tests" });
  return { api: keyed(app_token), keyed, csv, fetched };
}

module.exports = { checks, opened };
