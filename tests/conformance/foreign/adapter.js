// A short adapter in JavaScript around an exporter that is wrong on purpose: it tries three times,
// takes any 200 for a success, sends who was added by hand, rounds long ids, and forgets that it has
// exported.
const readline = require("node:readline");

let sis, method, flow, states = {}, running = Promise.resolve();

async function post(body) {
  const url = `${sis}/flows/${encodeURIComponent(flow.sis_code)}/grades`;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(url, { method, body, headers: { "Content-Type": "application/json" } });
      if (answer.ok) return "exported";
    } catch { /* a reset, a timeout: try again */ }
    if (attempt === 3) return "failed";
  }
}

async function exportAll() {
  const graded = flow.participants.filter((p) => p.assessments.some((a) => a.submitted));
  const rows = graded.map((p) => ({ userId: p.user_id, mark: p.assessments[0].grade, adminGrade: "" }));
  const outcome = await post(JSON.stringify({ participants: rows }));
  for (const p of graded) states[p.user_id] = outcome;
}

const ops = {
  hello: () => ({
    protocol: 1, exporter: { name: "three-tries", version: "1" }, dialects: ["wiseflow"],
    features: ["clock.virtual", "work.inspect"],
  }),
  configure: (m) => { ({ sis_url: sis, method } = m); states = {}; return {}; },
  load: (m) => { flow = m.flow; return {}; },
  export: () => { running = exportAll(); return { accepted: true }; },
  settle: async () => { await running; return { pending: [] }; },
  advance: (m) => ({ now: "2026-07-01T00:00:00Z" }),
  state: () => ({
    flow: Object.values(states)[0] ?? "not_exported",
    participants: flow.participants.map((p) => ({ user_id: p.user_id, state: states[p.user_id] ?? "not_exported" })),
  }),
  bye: () => ({}),
};

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const message = JSON.parse(line), op = ops[message.op];
  const answer = op ? { status: "ok", ...(await op(message)) } : { status: "unsupported", reason: `no ${message.op}` };
  console.log(JSON.stringify({ id: message.id, ...answer }));
});
