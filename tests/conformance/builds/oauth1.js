// OAuth 1.0a without a token, signed with HMAC-SHA1.
const crypto = require("node:crypto");

function encoded(part) {
  const strict = (each) => "%" + each.charCodeAt(0).toString(16).toUpperCase();
  return encodeURIComponent(part).replace(/[!'()*]/g, strict);
}

// The header for one request; none without such credentials. Every call makes another nonce.
function signature(credentials, method, url, now) {
  if (credentials.type !== "oauth1") return {};
  const signed = {
    oauth_consumer_key: credentials.consumer_key,
    oauth_nonce: crypto.randomUUID(),
    oauth_timestamp: String(Math.floor(now / 1000)),
    oauth_signature_method: "HMAC-SHA1",
    oauth_version: "1.0",
  };
  const { origin, pathname, searchParams } = new URL(url);
  const all = [...Object.entries(signed), ...searchParams];
  const pairs = all.map((pair) => pair.map(encoded).join("=")).sort();
  const base = [method, origin + pathname, pairs.join("&")].map(encoded).join("&");
  const key = encoded(credentials.consumer_secret) + "&";
  signed.oauth_signature = crypto.createHmac("sha1", key).update(base).digest("base64");
  const members = Object.entries(signed).map(([name, part]) => `${name}="${encoded(part)}"`);
  return { Authorization: "OAuth " + members.join(", ") };
}

module.exports = { signature };
