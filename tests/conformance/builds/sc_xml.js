// A Schoology exporter that speaks XML only, and looks before it sends. A press reads from the SIS
// what has changed, shows as exported what the SIS has already, and puts all the rest of the section,
// grades and final comments, in one PUT. It does nothing twice by itself: what was throttled or lost
// has failed, and the next press sends it, which is refused until the time that the SIS asked for.
const crypto = require("node:crypto");
const { ask } = require("./http.js");
const { digits, serve } = require("./jsonlines.js");
const { all, read, text, writable, write } = require("./xml.js");

let sis, now, section, rows, seen, since, blockedUntil, running;

// What a teacher has entered

function gradeRow(given) {
  const assignment = section.assignments.find((each) => digits(each.assignment_id) === digits(given.assignment_id));
  return {
    grade: true,
    ids: { assignment_id: given.assignment_id, enrollment_id: given.enrollment_id },
    names: [["type", "assignment"], ["assignment_id", digits(given.assignment_id)], ["enrollment_id", digits(given.enrollment_id)]],
    key: `${digits(given.assignment_id)} ${digits(given.enrollment_id)}`,
    letters: assignment ? assignment.letters : [],
    points: given.grade, exception: given.exception ?? 0,
    comment: given.comment ?? "", visible: given.comment_visible ?? false,
    taken: "", state: "not_exported", message: null,
  };
}

function commentRow({ enrollment_id, period, comment, comment_visible }) {
  return {
    grade: false, ids: { enrollment_id, period }, key: `${digits(enrollment_id)} ${period}`,
    names: [["enrollment_id", digits(enrollment_id)], ["period_id", period.replace(/^p/, "")]],
    comment, visible: comment_visible, taken: "", state: "not_exported", message: null,
  };
}

// The members of a row beside its names, all of them.
function members(row) {
  const comment = [["comment", row.comment], ["comment_status", row.comment && row.visible ? "1" : "0"]];
  if (!row.grade) return comment;
  const exception = [["exception", String(row.exception)], ...comment];
  return row.exception ? exception : [["grade", row.points === null ? "" : String(row.points)], ...exception];
}

const value = (row) => JSON.stringify(members(row));
const isEmpty = (row) => !row.comment && (!row.grade || (row.points === null && !row.exception));

// A row that has nothing, and of which the SIS never had anything, is not sent.
function isDue(row) {
  return value(row) !== row.taken && !(row.taken === "" && isEmpty(row));
}

function unfit(row) {
  if (row.grade && typeof row.points === "string" && !row.letters.includes(row.points)) return "The scale of the assignment has no such letter.";
  return writable(row.comment) ? "" : "The comment has a character that cannot be transferred.";
}

// The SIS

// The header of OAuth 1.0a, signed with HMAC-SHA1.
function signature(method, url) {
  if (sis.credentials.type !== "oauth1") return {};
  const encoded = (part) => encodeURIComponent(part).replace(/[!'()*]/g, (each) => "%" + each.charCodeAt(0).toString(16).toUpperCase());
  const signed = {
    oauth_consumer_key: sis.credentials.consumer_key, oauth_nonce: crypto.randomUUID(),
    oauth_timestamp: String(Math.floor(now / 1000)), oauth_signature_method: "HMAC-SHA1", oauth_version: "1.0",
  };
  const { origin, pathname, searchParams } = new URL(url);
  const pairs = [...Object.entries(signed), ...searchParams].map((pair) => pair.map(encoded).join("=")).sort();
  const base = [method, origin + pathname, pairs.join("&")].map(encoded).join("&");
  signed.oauth_signature = crypto.createHmac("sha1", encoded(sis.credentials.consumer_secret) + "&").update(base).digest("base64");
  return { Authorization: "OAuth " + Object.entries(signed).map(([name, part]) => `${name}="${encoded(part)}"`).join(", ") };
}

// One exchange, followed within the host where it is redirected, and signed anew each time.
async function exchange(method, url, headers, body) {
  for (let hops = 0; ; hops++) {
    const sent = { Accept: "text/xml", ...headers, ...signature(method, url) };
    const answer = await ask(method, url, sent, body, sis.timeout);
    if (answer.status === 429) blockedUntil = now + 1000 * Number(answer.headers["retry-after"] || 60);
    const next = [307, 308].includes(answer.status) && new URL(answer.headers.location, url);
    if (!next || next.host !== new URL(url).host || hops === 3) return answer;
    url = next.href;
  }
}

const address = () => `${sis.sis_url}/sections/${encodeURIComponent(section.id)}/grades`;

// Read all pages of what has changed by the SIS's own time. Whether all of them could be read.
async function pull() {
  const found = new Map();
  let latest = since;
  let next = address() + (since ? `?timestamp=${since}` : "");
  while (next) {
    const answer = await exchange("GET", next);
    if (answer.status !== 200) return false;
    try {
      const page = read(answer.body);
      for (const each of all(page, ["grades", "grade"])) {
        if (!text(each, "assignment_id")) continue; // an empty list
        found.set(`${text(each, "assignment_id")} ${text(each, "enrollment_id")}`, each);
        latest = Math.max(latest, Number(text(each, "timestamp")));
      }
      next = text(page, "links", "next");
    } catch {
      return false;
    }
  }
  for (const [key, each] of found) seen.set(key, each);
  since = latest;
  return true;
}

// Whether the SIS shows a grade as it is here. Letters are sent anyway: the SIS shows points.
function isThere(row) {
  const there = row.grade && seen.get(row.key);
  if (!there || typeof row.points === "string") return false;
  const points = text(there, "grade");
  return (row.points === null || row.exception ? points === "" : points !== "" && Number(points) === row.points) &&
    Number(text(there, "exception")) === row.exception && text(there, "comment") === row.comment &&
    (!row.comment || Number(text(there, "comment_status")) === Number(row.visible));
}

function press(chosen) {
  if (blockedUntil > now) return { accepted: false, message: "The SIS wants to be left alone for a while." };
  const due = chosen.filter(isDue);
  for (const row of due) Object.assign(row, { state: "queued", message: null });
  if (due.length) running.push(send(due));
  return { accepted: due.length > 0 };
}

async function send(due) {
  const looked = await pull();
  const fail = (row, message) => Object.assign(row, { state: "failed", message });
  const take = (row, taken) => Object.assign(row, { taken, state: taken === value(row) ? "exported" : "not_exported" });
  if (!looked) return due.forEach((row) => fail(row, "The SIS could not be read."));
  due.filter(unfit).forEach((row) => fail(row, unfit(row)));
  due.filter((row) => !unfit(row) && isThere(row)).forEach((row) => take(row, value(row)));
  const sent = due.filter((row) => row.state === "queued").map((row) => [row, value(row)]);
  if (sent.length === 0) return;
  const answer = await exchange("PUT", address(), { "Content-Type": "text/xml; charset=utf-8" }, document(sent.map(([row]) => row)));
  const codes = judgements(answer);
  for (const [row, taken] of sent) {
    const [code, message] = answer.status === 204 ? [200] : codes.get(row.grade + row.key) ?? [0, "The SIS did not confirm it."];
    if (code === 200) take(row, taken);
    else fail(row, message || `The SIS refused it (${code}).`);
    if (code === 0 || code >= 500) row.taken = "?"; // it may be there
  }
}

function document(sent) {
  const lists = [["grades", "grade", true], ["final_comments", "final_comment", false]].map(([list, element, grade]) =>
    [list, sent.filter((row) => row.grade === grade).map((row) => [element, [...row.names, ...members(row)]])]);
  return '<?xml version="1.0" encoding="utf-8"?>\n' + write(["body", lists.filter(([, inside]) => inside.length)]);
}

// The code and message of each row, by its kind and key.
function judgements(answer) {
  const found = new Map();
  if (answer.status !== 200 && answer.status !== 207) return found;
  try {
    const page = read(answer.body);
    const judged = (each) => [Number(text(each, "response_code")), text(each, "message")];
    for (const each of all(page, ["grades", "grade"]))
      found.set(`true${text(each, "assignment_id")} ${text(each, "enrollment_id")}`, judged(each));
    for (const each of all(page, ["final_comments", "final_comment"]))
      found.set(`false${text(each, "enrollment_id")} ${text(each, "period_id").replace(/^(?=\d)/, "p")}`, judged(each));
  } catch { /* no XML */ }
  return found;
}

serve({
  hello: () => ({
    protocol: 1, exporter: { name: "xml", version: "1" }, dialects: ["schoology"],
    features: [
      "pull", "retry", "format.xml", "letters", "exceptions", "comments", "final_comments", "row.messages",
      "work.inspect", "clock.virtual", "export.concurrent", "timeout.configurable", "auth.oauth1",
    ],
  }),
  configure(message) {
    sis = message;
    now = Date.parse(message.clock.now);
    [seen, since, blockedUntil, running] = [new Map(), 0, 0, []];
  },
  load(message) {
    section = message.section;
    rows = [...section.grades.map(gradeRow), ...section.final_comments.map(commentRow)];
  },
  sync: async () => ({ synchronised: await pull() }),
  export(message) {
    const answers = Array.from({ length: message.presses }, () => press(rows.filter((row) => row.state !== "queued")));
    return answers.find((each) => each.accepted) ?? answers[0];
  },
  retry: () => press(rows.filter((row) => row.state === "failed")),
  act(message) {
    const fresh = gradeRow(message);
    if (typeof message.grade === "string" && !fresh.letters.includes(message.grade)) return { done: false };
    const row = rows.find((each) => each.grade && each.key === fresh.key) ?? (rows.push(fresh), fresh);
    row.points = message.grade;
    if (message.exception !== undefined) row.exception = message.exception;
    if (message.comment !== undefined) row.comment = message.comment ?? "";
    if (message.comment_visible !== undefined) row.visible = message.comment_visible;
    if (row.state !== "queued") Object.assign(row, { state: row.taken === value(row) ? "exported" : "not_exported", message: null });
    return { done: true };
  },
  async settle() {
    await Promise.all(running);
    return { pending: [] };
  },
  advance(message) {
    now += message.seconds * 1000;
    return { now: new Date(now).toISOString() };
  },
  state: () => ({
    rows: rows.filter((row) => row.grade).map(({ ids, state, message }) => ({ ...ids, state, message })),
    final_comments: rows.filter((row) => !row.grade).map(({ ids, state, message }) => ({ ...ids, state, message })),
    pulled: [...seen.values()].map((each) => ({
      assignment_id: text(each, "assignment_id"), enrollment_id: text(each, "enrollment_id"),
      grade: text(each, "grade") === "" ? null : Number(text(each, "grade")), exception: Number(text(each, "exception")),
    })),
  }),
  bye: () => ({}),
});
