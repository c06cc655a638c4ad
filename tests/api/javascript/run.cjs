// Runs every check of a client against a server and prints what came of each, as JSON: null is well.
"use strict";

const CLIENTS = ["server", "browser", "page", "older"];

async function outcomes(checks, given) {
  const found = {};
  for (const [name, check] of Object.entries(checks)) {
    found[name] = await check(given).then(() => null, (fault) => String(fault.stack ?? fault));
  }
  return found;
}

async function run() {
  const given = JSON.parse(process.argv[2]);
  const found = {};
  for (const client of CLIENTS) {
    const { checks, opened } = require(`./${client}.cjs`);
    found[client] = await outcomes(checks, opened(given));
  }
  process.stdout.write(JSON.stringify(found));
}

run();
