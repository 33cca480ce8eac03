// The page of API keys. All that it knows and does comes from /graphql, with the cookie of who is signed in.

const VIEWER = `query Viewer($page: Int) {
  viewer { name email organizations(first: 100, page: $page) { name slug role } }
}`;
const KEYS = `query Keys($org: String!, $page: Int) {
  organization(slug: $org) {
    apiKeys(first: 50, page: $page) {
      nodes {
        id dialect name permission tokenPrefix lastUsedAt expiresAt revokedAt
        creator { name }
      }
      totalCount
    }
  }
}`;
const SIGN_IN = `mutation SignIn($input: SignInInput!) { signIn(input: $input) { user { id } } }`;
const SIGN_OUT = `mutation SignOut { signOut }`;
const MAKE = `mutation Make($org: String!, $input: CreateApiKeyInput!) {
  createApiKey(org: $org, input: $input) { token }
}`;
const REVOKE = `mutation Revoke($org: String!, $id: ID!) { revokeApiKey(org: $org, id: $id) { id } }`;

const PRODUCTS = { GIPO: "Gipo", KITCHEN: "Kitchen", TICKWARD: "Tickward" };
const MAY = { FULL: "read and write", READ: "only read" };
const at = (id) => document.getElementById(id);
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

let page = 1;
let asked = 0;

class Refusal extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.extensions?.code;
  }
}

async function ask(query, variables = {}) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "same-origin",
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  if (errors?.length) throw new Refusal(errors[0]);
  return data;
}

/** Does the work; whatever goes wrong is told in words, and read out. */
async function attempt(work) {
  at("problem").hidden = true;
  at("notice").textContent = "";
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal && error.code === "UNAUTHENTICATED") return showSignIn();
    tell(error instanceof Refusal ? error.message : "The server cannot be reached. Try again.");
  }
}

function tell(problem) {
  at("problem").textContent = problem;
  at("problem").hidden = false;
  at("problem").focus();
}

function showSignIn() {
  forgetToken();
  at("signed-in").hidden = true;
  at("sign-in").hidden = false;
}

async function organizations() {
  const found = [];
  for (let number = 1; ; number += 1) {
    const { viewer } = await ask(VIEWER, { page: number });
    found.push(...viewer.organizations);
    if (viewer.organizations.length < 100) return { viewer, found: found.filter((each) => each.role !== "CLIENT") };
  }
}

async function open() {
  const { viewer, found } = await organizations();
  at("who").textContent = `${viewer.name} (${viewer.email})`;
  at("organization").replaceChildren(...found.map((each) => new Option(each.name, each.slug)));
  at("sign-in").hidden = true;
  at("signed-in").hidden = false;
  at("making").hidden = found.length === 0;
  if (found.length === 0) at("none").textContent = "You are in no organization that you could make keys for.";
  else await list();
}

async function list() {
  page = 1;
  at("keys").tBodies[0].replaceChildren();
  await append();
}

async function append() {
  asked += 1;
  const mine = asked;
  const { organization } = await ask(KEYS, { org: at("organization").value, page });
  if (mine !== asked) return; // another organization was chosen meanwhile
  const { nodes, totalCount } = organization.apiKeys;
  const rows = at("keys").tBodies[0];
  rows.append(...nodes.map(row));
  at("keys").hidden = rows.rows.length === 0;
  at("none").hidden = rows.rows.length > 0;
  at("none").textContent = "There are no keys yet.";
  at("more").hidden = rows.rows.length >= totalCount;
}

function row(key) {
  const made = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  name.textContent = key.name;
  const prefix = document.createElement("code");
  prefix.textContent = `${key.tokenPrefix}…`;
  const cells = [
    PRODUCTS[key.dialect],
    prefix,
    MAY[key.permission],
    key.creator.name,
    key.lastUsedAt ? moment.format(new Date(key.lastUsedAt)) : "never",
    key.expiresAt ? moment.format(new Date(key.expiresAt)) : "never",
    state(key),
  ];
  made.append(name, ...cells.map(cell));
  return made;
}

function cell(content) {
  const made = document.createElement("td");
  made.append(content);
  return made;
}

function state(key) {
  if (key.revokedAt) return `revoked ${day.format(new Date(key.revokedAt))}`;
  if (key.expiresAt && new Date(key.expiresAt) <= new Date()) return "ended";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = "Revoke";
  button.setAttribute("aria-label", `Revoke ${key.name}`);
  button.addEventListener("click", () => revoke(key));
  return button;
}

async function revoke(key) {
  if (!window.confirm(`Revoke “${key.name}”? Programs that use it stop working at once, for good.`)) return;
  await attempt(async () => {
    await ask(REVOKE, { org: at("organization").value, id: key.id });
    await list();
    at("notice").textContent = `“${key.name}” is revoked.`;
    at("keys-title").focus();
  });
}

/** The end of a day where the reader lives. */
function ending(text) {
  if (!text) return null;
  const [year, month, date] = text.split("-").map(Number);
  return new Date(year, month - 1, date, 23, 59, 59).toISOString();
}

function forgetToken() {
  at("token").value = "";
  at("made").hidden = true;
}

function submitted(id, work) {
  at(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = event.target.querySelectorAll("button");
    buttons.forEach((each) => (each.disabled = true));
    await attempt(() => work(Object.fromEntries(new FormData(event.target)), event.target));
    buttons.forEach((each) => (each.disabled = false));
  });
}

submitted("sign-in-form", async ({ email, password }, form) => {
  await ask(SIGN_IN, { input: { email, password } });
  form.reset();
  await open();
  at("organization").focus();
});

submitted("sign-out-form", async () => {
  await ask(SIGN_OUT);
  showSignIn();
  at("email").focus();
});

submitted("make-form", async ({ name, dialect, permission, expires }, form) => {
  const input = { name, dialect, permission, expiresAt: ending(expires) };
  const { createApiKey } = await ask(MAKE, { org: at("organization").value, input });
  form.reset();
  at("token").value = createApiKey.token;
  at("made").hidden = false;
  at("made-title").focus();
  await list();
});

submitted("copy-form", async () => {
  at("token").select();
  try {
    await navigator.clipboard.writeText(at("token").value);
    at("notice").textContent = "The key is copied.";
  } catch {
    at("notice").textContent = "The key is selected: copy it with Ctrl+C or ⌘C.";
  }
});

at("hide").addEventListener("click", () => {
  forgetToken();
  at("keys-title").focus();
});
at("organization").addEventListener("change", () => {
  forgetToken();
  attempt(list);
});
at("more").addEventListener("click", () => {
  page += 1;
  attempt(append);
});

attempt(open);
