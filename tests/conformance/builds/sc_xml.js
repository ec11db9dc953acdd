// A Schoology exporter that speaks XML only, and looks before it sends. A press reads from the SIS
// what has changed, shows as exported what the SIS has already, and puts all the rest of the section,
// grades and final comments, in one PUT. It does nothing twice by itself: what was throttled or lost
// has failed, and the next press sends it, which is refused until the time that the SIS asked for.
const { ask } = require("./http.js");
const { digits, serve } = require("./jsonlines.js");
const { signature } = require("./oauth1.js");
const { all, read, text, writable, write } = require("./xml.js");

let sis, now, section, rows, seen, since, blockedUntil, running;

// What a teacher has entered

function gradeRow(given) {
  const { assignment_id, enrollment_id } = given;
  const [assigned, enrolled] = [digits(assignment_id), digits(enrollment_id)];
  const assignment = section.assignments.find((each) => digits(each.assignment_id) === assigned);
  return {
    grade: true, ids: { assignment_id, enrollment_id }, key: `${assigned} ${enrolled}`,
    names: [["type", "assignment"], ["assignment_id", assigned], ["enrollment_id", enrolled]],
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
  const grade = ["grade", row.points === null ? "" : String(row.points)];
  return row.exception ? exception : [grade, ...exception];
}

const value = (row) => JSON.stringify(members(row));
const isEmpty = (row) => !row.comment && (!row.grade || (row.points === null && !row.exception));

// A row that has nothing, and of which the SIS never had anything, is not sent.
function isDue(row) {
  return value(row) !== row.taken && !(row.taken === "" && isEmpty(row));
}

function unfit(row) {
  if (row.grade && typeof row.points === "string" && !row.letters.includes(row.points))
    return "The scale of the assignment has no such letter.";
  return writable(row.comment) ? "" : "The comment has a character that cannot be transferred.";
}

// The SIS

// One exchange, followed within the host where it is redirected, and signed anew each time.
async function exchange(method, url, headers, body) {
  for (let hops = 0; ; hops++) {
    const sent = { Accept: "text/xml", ...headers, ...signature(sis.credentials, method, url, now) };
    const answer = await ask(method, url, sent, body, sis.timeout);
    if (answer.status === 429) {
      const wait = answer.headers["retry-after"] ?? "60";
      blockedUntil = /^\d+$/.test(wait) ? now + 1000 * Number(wait) : Date.parse(wait) || now + 60000;
    }
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
      if (page.name !== "result") return false; // a web page is well-formed, too
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
  const bare = row.points === null || row.exception !== 0;
  return (bare ? points === "" : points !== "" && Number(points) === row.points) &&
    Number(text(there, "exception")) === row.exception && text(there, "comment") === row.comment &&
    (!row.comment || Number(text(there, "comment_status")) === Number(row.visible));
}

function press(chosen) {
  if (blockedUntil > now) return { accepted: false, message: "The SIS does not take more yet." };
  const due = chosen.filter(isDue);
  for (const row of due) Object.assign(row, { state: "queued", message: null });
  if (due.length) running.push(send(due));
  return { accepted: due.length > 0 };
}

function fail(row, message) {
  Object.assign(row, { state: "failed", message });
}

function take(row, taken) {
  Object.assign(row, { taken, state: taken === value(row) ? "exported" : "not_exported" });
}

async function send(due) {
  if (!await pull()) return due.forEach((row) => fail(row, "The SIS could not be read."));
  for (const row of due) {
    if (unfit(row)) fail(row, unfit(row));
    else if (isThere(row)) take(row, value(row));
  }
  const sent = due.filter((row) => row.state === "queued").map((row) => [row, value(row)]);
  if (sent.length === 0) return;
  const heads = { "Content-Type": "text/xml; charset=utf-8" };
  const answer = await exchange("PUT", address(), heads, document(sent.map(([row]) => row)));
  const judged = answer.status === 204 ? () => [200] : judgements(answer);
  for (const [row, taken] of sent) {
    const [code, message] = judged(row) ?? [0, "The SIS did not confirm it."];
    if (code === 200) take(row, taken);
    else fail(row, message || `The SIS refused it (${code}).`);
    if (code === 0 || code >= 500) row.taken = "?"; // it may be there
  }
}

function document(sent) {
  const list = (name, element, rows) =>
    rows.length ? [[name, rows.map((row) => [element, [...row.names, ...members(row)]])]] : [];
  return '<?xml version="1.0" encoding="utf-8"?>\n' + write(["body", [
    ...list("grades", "grade", sent.filter((row) => row.grade)),
    ...list("final_comments", "final_comment", sent.filter((row) => !row.grade)),
  ]]);
}

// A function that finds the code and the message of a row in an answer.
function judgements(answer) {
  const found = { true: new Map(), false: new Map() };
  if (answer.status === 200 || answer.status === 207) {
    try {
      const page = read(answer.body);
      const grades = all(page, ["grades", "grade"]);
      for (const each of [...grades, ...all(page, ["final_comments", "final_comment"])]) {
        const period = text(each, "period_id").replace(/^(?=\d)/, "p");
        const [assigned, enrolled] = [text(each, "assignment_id"), text(each, "enrollment_id")];
        const key = period ? `${enrolled} ${period}` : `${assigned} ${enrolled}`;
        found[!period].set(key, [Number(text(each, "response_code")), text(each, "message")]);
      }
    } catch { /* no XML */ }
  }
  return (row) => found[row.grade].get(row.key);
}

const shown = ({ ids, state, message }) => ({ ...ids, state, message });

serve({
  hello: () => ({
    protocol: 1, exporter: { name: "xml", version: "1" }, dialects: ["schoology"],
    features: [
      "pull", "retry", "format.xml", "letters", "exceptions", "comments", "final_comments",
      "row.messages", "work.inspect", "clock.virtual", "export.concurrent", "timeout.configurable",
      "auth.oauth1",
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
    const answers = Array.from({ length: message.presses }, () =>
      press(rows.filter((row) => row.state !== "queued")));
    return answers.find((each) => each.accepted) ?? answers[0];
  },
  retry: () => press(rows.filter((row) => row.state === "failed")),
  act(message) {
    const fresh = gradeRow(message);
    if (typeof message.grade === "string" && !fresh.letters.includes(message.grade))
      return { done: false };
    const row = rows.find((each) => each.grade && each.key === fresh.key) ?? (rows.push(fresh), fresh);
    row.points = message.grade;
    if (message.exception !== undefined) row.exception = message.exception;
    if (message.comment !== undefined) row.comment = message.comment ?? "";
    if (message.comment_visible !== undefined) row.visible = message.comment_visible;
    if (row.state !== "queued") {
      row.state = row.taken === value(row) ? "exported" : "not_exported";
      row.message = null;
    }
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
    rows: rows.filter((row) => row.grade).map(shown),
    final_comments: rows.filter((row) => !row.grade).map(shown),
    pulled: [...seen.values()].map((each) => ({
      assignment_id: text(each, "assignment_id"), enrollment_id: text(each, "enrollment_id"),
      grade: text(each, "grade") === "" ? null : Number(text(each, "grade")),
      exception: Number(text(each, "exception")),
    })),
  }),
  bye: () => ({}),
});
