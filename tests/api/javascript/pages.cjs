// Pages that a browser has open, by jsdom: each with an origin of its own, and scripts as it loads
// them. Before a request to another site jsdom asks that site (CORS), as every browser does.
"use strict";

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { JSDOM, VirtualConsole } = require("jsdom");

function page(origin, ...scripts) {
  const virtualConsole = new VirtualConsole(); // what a browser says of a refused request is no output
  const { window } = new JSDOM("", { url: `${origin}/shop`, runScripts: "outside-only", virtualConsole });
  for (const script of scripts) window.eval(readFileSync(join(__dirname, "node_modules", script), "utf8"));
  return window;
}

module.exports = { page };
