// What the JavaScript exporters of this folder share: one HTTP request, and credentials.
const http = require("node:http");
const { parse } = require("./jsonlines.js");

// Send one request on a connection of its own; redirects are not followed. Resolves to
// {status, headers, body}, or to {lost: why}.
function ask(method, url, headers, body, seconds) {
  return new Promise((resolve) => {
    const request = http.request(url, { method, headers, agent: false });
    const timer = setTimeout(() => finish({ lost: "The SIS did not answer in time." }), seconds * 1000);
    function finish(found) {
      clearTimeout(timer);
      resolve(found);
      request.destroy();
    }
    request.on("error", () => finish({ lost: "The connection to the SIS broke." }));
    request.on("response", (answer) => {
      const parts = [];
      const broken = { lost: "The answer of the SIS broke off." };
      answer.on("data", (part) => parts.push(part));
      answer.on("error", () => finish(broken));
      answer.on("end", () => {
        const { statusCode: status, headers: heads, complete } = answer;
        finish(complete ? { status, headers: heads, body: Buffer.concat(parts).toString() } : broken);
      });
    });
    request.end(body);
  });
}

// The headers of the credentials; null if no token could be had.
async function authorisation(given, seconds) {
  const basic = (name, secret) => "Basic " + Buffer.from(`${name}:${secret}`).toString("base64");
  switch (given.type) {
    case "basic": return { Authorization: basic(given.username, given.password) };
    case "bearer": return { Authorization: `Bearer ${given.token}` };
    case "api_key": return { [given.header]: given.key };
    case "oauth2": {
      const form = new URLSearchParams({ grant_type: "client_credentials" });
      if (given.scope) form.set("scope", given.scope);
      const headers = {
        Authorization: basic(given.client_id, given.client_secret),
        "Content-Type": "application/x-www-form-urlencoded",
      };
      const answer = await ask("POST", given.token_url, headers, form.toString(), seconds);
      if (answer.status !== 200) return null;
      return { Authorization: `Bearer ${parse(answer.body).access_token}` };
    }
    default: return {};
  }
}

module.exports = { ask, authorisation };
