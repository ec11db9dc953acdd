// A WISEflow exporter with every function: one bulk request, durable state, retry, instant export,
// alternative grades, all credentials. It is written as a fold: every event (an action, a press, an
// answer of the SIS) is appended to a log in the state directory, and what it shows is computed from
// the log. A restart reads the log; requests without an answer in it have failed, and wait for retry.
//
// An instant export that failed may be retried before the period ends. If it certainly failed, it is
// sent when the grade is submitted again. After an unlock or a conflict the other assessors' grades
// stand.
const fs = require("node:fs");
const path = require("node:path");
const { ask, authorisation } = require("./http.js");
const { digits, parse, serve, stringify } = require("./jsonlines.js");

let sis, now, log, flow, running;

// The log

function record(event) {
  fs.appendFileSync(log, stringify(event) + "\n");
  apply(event);
}

function apply(event) {
  EVENTS[event.type](event);
}

const EVENTS = {
  loaded({ loaded }) {
    flow = { ...loaded, synchronised: false, instant: loaded.instant_export, retired: false };
    flow.people = new Map();
    for (const person of loaded.participants) {
      const grades = new Map();
      for (const { assessor, grade, submitted } of person.assessments)
        grades.set(assessor, { grade, standing: submitted && grade !== "" });
      flow.people.set(digits(person.user_id), {
        id: person.user_id, sis: person.source === "sis", alternative: person.alternative_grade || "",
        unlocked: person.unlocked, approved: false, grades, state: "not_exported", text: null, at: null,
      });
    }
  },
  synchronised({ found }) { flow.synchronised = found; },
  submitted({ participant, assessor, grade }) {
    const person = find(participant);
    person.grades.set(assessor, { grade: grade || "", standing: Boolean(grade) });
    person.unlocked = person.approved = false;
  },
  approved({ participant }) { find(participant).approved = true; },
  unlocked({ participant }) { Object.assign(find(participant), { unlocked: true, approved: false }); },
  overridden({ participant, grade }) { find(participant).alternative = grade || ""; },
  retired() { Object.assign(flow, { instant: false, retired: true }); },
  enabled() { flow.instant = true; },
  sent({ ids }) {
    for (const id of ids) Object.assign(find(id), { state: "queued", text: null });
  },
  answered({ exported, failed, uncertain, at }) {
    for (const id of exported) Object.assign(find(id), { state: "exported", at });
    for (const [id, text] of failed) Object.assign(find(id), { state: "failed", text, uncertain });
  },
};

function find(id) {
  return flow.people.get(digits(id));
}

// Grades

function markers() {
  return flow.assessors.filter((each) => each.role !== "reviewer").map((each) => each.id);
}

function standing(person) {
  return markers().map((id) => person.grades.get(id)).filter((each) => each && each.standing);
}

function status(person) {
  const given = standing(person);
  if (given.length === 0) return "none";
  if (new Set(given.map((each) => each.grade)).size > 1) return "conflict";
  return given.length < markers().length ? "partly" : "submitted";
}

function mark(person) {
  const reviewed = flow.assessors.some((each) => each.role === "reviewer");
  const final = status(person) === "submitted" && !person.unlocked && (person.approved || !reviewed);
  return final ? standing(person)[0].grade : "";
}

function ready(person) {
  return person.sis && (person.alternative !== "" || mark(person) !== "");
}

// The SIS

function address() {
  return `${sis.sis_url}/flows/${encodeURIComponent(flow.sis_code)}`;
}

// The export

function blocked(by) {
  if (flow.sis_sources.length === 0) return "The flow is not connected to a SIS source.";
  if (!flow.synchronised) return "The flow has not been synchronised.";
  if (flow.retired && by === "manager") return "Ask an administrator to export this flow.";
  return "";
}

function periodIsOver() {
  return now >= Date.parse(flow.marking.end);
}

function press(people) {
  if (people.length === 0) return "Everybody who can be exported has been.";
  const rows = people.map((each) => ({
    userId: each.id, mark: mark(each), ...(each.alternative && { adminGrade: each.alternative }),
  }));
  record({ type: "sent", ids: people.map((each) => each.id) });
  running.push(send(rows));
  return "";
}

async function send(rows) {
  const everybody = (text) => rows.map((row) => [row.userId, text]);
  const finish = (exported, failed, uncertain = false) =>
    record({ type: "answered", exported, failed, uncertain, at: new Date(now).toISOString() });
  const credentials = await authorisation(sis.credentials, sis.timeout);
  if (!credentials) return finish([], everybody("The SIS gave no token."));
  const headers = { "Content-Type": "application/json", ...credentials };
  const body = stringify({ participants: rows });
  const answer = await ask(sis.method, address() + "/grades", headers, body, sis.timeout);
  if (answer.lost) return finish([], everybody(answer.lost), true);
  if (answer.status !== 200) return finish([], everybody(`The SIS answered ${answer.status}.`));
  const refused = reported(rows, answer.body);
  if (!refused) return finish([], everybody("The counts of the SIS's answer are wrong."), true);
  const taken = rows.filter((row) => !refused.has(digits(row.userId)));
  const failed = rows.filter((row) => refused.has(digits(row.userId)));
  return finish(
    taken.map((row) => row.userId),
    failed.map((row) => [row.userId, refused.get(digits(row.userId))]),
  );
}

// Who was refused, and why, by the digits of the id; null if the answer is not to be believed.
function reported(rows, body) {
  try {
    const { numberOfSuccess, numberOfErrors, errors } = parse(body);
    const refused = new Map(errors.map((each) => [digits(each.userId), String(each.errorInfo)]));
    const sent = new Set(rows.map((row) => digits(row.userId)));
    const known = [...refused.keys()].every((id) => sent.has(id));
    const counted = numberOfErrors === errors.length && numberOfSuccess === rows.length - errors.length;
    return known && counted && refused.size === errors.length ? refused : null;
  } catch {
    return null;
  }
}

function finalised(person) {
  const unsent = person.state === "not_exported" || (person.state === "failed" && !person.uncertain);
  const open = flow.instant && !blocked("administrator");
  if (open && unsent && !person.alternative && ready(person)) press([person]);
}

const ACTIONS = {
  submit_assessment(message) {
    record({ ...message, type: "submitted" });
    finalised(find(message.participant));
    return true;
  },
  approve(message) {
    const person = find(message.participant);
    if (status(person) !== "submitted" || person.unlocked) return false;
    record({ ...message, type: "approved" });
    finalised(person);
    return true;
  },
  unlock(message) {
    if (find(message.participant).state === "exported") return false;
    record({ ...message, type: "unlocked" });
    return true;
  },
  set_alternative_grade(message) {
    const person = find(message.participant);
    if (person.state === "queued" || (person.state === "exported" && person.alternative)) return false;
    record({ ...message, type: "overridden" });
    return true;
  },
  change_setup() {
    if (flow.instant && now >= Date.parse(flow.marking.start)) record({ type: "retired" });
    return true;
  },
  enable_instant_export() {
    if (flow.retired) return false;
    record({ type: "enabled" });
    return true;
  },
};

function people(state) {
  return [...flow.people.values()].filter((each) => each.state === state && ready(each));
}

function whole() {
  const found = new Set([...flow.people.values()].map((each) => each.state));
  if (found.has("queued")) return "queued";
  if (found.has("failed")) return found.has("exported") ? "partly_exported" : "failed";
  return found.has("exported") ? "exported" : "not_exported";
}

serve({
  hello: () => ({
    protocol: 1, exporter: { name: "complete", version: "1" }, dialects: ["wiseflow"],
    features: [
      "sync", "period", "retry", "co_assessment", "unlock", "alternative_grades", "instant_export",
      "work.inspect", "clock.virtual", "state.durable", "export.concurrent", "participant.messages",
      "timeout.configurable", "auth.basic", "auth.bearer", "auth.api_key", "auth.oauth2", "method.patch",
    ],
  }),
  configure(message) {
    sis = message;
    now = Date.parse(message.clock.now);
    log = path.join(message.state_dir, "events.jsonl");
    running = [];
    if (!message.resume) return;
    const lines = fs.readFileSync(log, "utf-8").split("\n").slice(0, -1); // the last one may be cut
    for (const line of lines) apply(parse(line));
    fs.writeFileSync(log, lines.map((line) => line + "\n").join(""));
    const open = [...flow.people.values()].filter((each) => each.state === "queued");
    const failed = open.map((each) => [each.id, "The export was interrupted."]);
    record({ type: "answered", exported: [], failed, uncertain: true, at: null });
  },
  load(message) { record({ type: "loaded", loaded: message.flow }); },
  async sync() {
    const credentials = await authorisation(sis.credentials, sis.timeout);
    const answer = credentials ? await ask("GET", address(), credentials, null, sis.timeout) : {};
    let found = false;
    try {
      found = answer.status === 200 && Array.isArray(parse(answer.body).participants);
    } catch { /* no flow in it */ }
    record({ type: "synchronised", found });
    return { synchronised: found };
  },
  export(message) {
    const early = periodIsOver() ? "" : "The assessment period is running.";
    const answers = Array.from({ length: message.presses }, () =>
      blocked(message.by) || early || press(people("not_exported")));
    return { accepted: answers.includes(""), message: answers[0] };
  },
  retry() {
    const refusal = blocked("administrator") || press(people("failed"));
    return { accepted: !refusal, message: refusal };
  },
  act: (message) => ({ done: ACTIONS[message.action](message) }),
  async settle() {
    await Promise.all(running);
    return { pending: [] };
  },
  advance(message) {
    now += message.seconds * 1000;
    return { now: new Date(now).toISOString() };
  },
  state: () => ({
    flow: whole(), synchronised: flow.synchronised, instant_export: flow.instant,
    participants: [...flow.people.values()].map((each) => ({
      user_id: each.id, state: each.state, status: status(each), exported_at: each.at, message: each.text,
    })),
  }),
  bye: () => ({}),
});
