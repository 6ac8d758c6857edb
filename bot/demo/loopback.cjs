// Loaded before Microsoft's Agents Playground: by itself it listens on every network this machine is on, and lives on
// when whoever started it is gone.
"use strict";
const { Server } = require("node:net");
const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...rest) {
  return typeof port === "number" ? listen.call(this, port, "127.0.0.1", ...rest) : listen.call(this, port, ...rest);
};
process.stdin.on("end", () => process.exit()).resume();
