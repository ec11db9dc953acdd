// What the JavaScript exporters of this folder share: messages in, answers out.
const readline = require("node:readline");

// Integers that a double cannot hold are read as text with this mark before them, and written as
// integers again.
const MARK = "\u0001";
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function parse(text) {
  const kept = text.replace(TOKEN, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"\\u0001${token}"` : token);
  return JSON.parse(kept);
}

function stringify(value) {
  return JSON.stringify(value).replace(/"\\u0001(-?\d+)"/g, "$1");
}

// The digits of an id, by which ids of either JSON type are compared.
function digits(id) {
  return String(id).replace(MARK, "");
}

// Answer each line by the operation of its name. Messages are answered one after the other.
function serve(ops) {
  let last = Promise.resolve();
  async function answer(message) {
    if (!ops[message.op]) return { status: "unsupported", reason: `no ${message.op}` };
    try {
      return { status: "ok", ...(await ops[message.op](message)) };
    } catch (error) {
      return { status: "error", message: String(error.stack) };
    }
  }
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const message = parse(line);
    last = last.then(async () => {
      const written = stringify({ id: message.id, ...(await answer(message)) });
      process.stdout.write(written + "\n", () => { if (message.op === "bye") process.exit(0); });
    });
  });
}

module.exports = { digits, parse, serve, stringify };
