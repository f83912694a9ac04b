// The made-up municipality that the product runs with: its devices and logins, and what they do.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { login, ok, open, session, sipp } from "./lib.mjs";

/** The password of every login of the demo. */
export const PASSWORD = "tryggve-demo";
/** One login of each role. */
export const ROLES = {
  operator: "operator1",
  responder: "utryckare1",
  planner: "planerare",
  administrator: "administrator",
  auditor: "granskare",
};

let references = 0;

function rows(name) {
  const [head, ...lines] = readFileSync(join(process.env.TRYGGVE_DATA, name), "utf8").trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, place) => [names[place], value])));
}

/**
 * An installed device that gets its reply in a message of its own. Each journey takes a place of its own, so that no
 * two journeys share a person.
 */
export function device(place) {
  const people = new Set();
  const devices = rows("devices.csv").filter(({ reply, person }) => {
    const fresh = reply === "separate_message" && !people.has(person);
    people.add(person);
    return fresh;
  });
  ok(devices.length > place, `the municipality has only ${devices.length} such devices`);
  return devices[place];
}

/** Who may answer for a team. */
export function responderOf(team) {
  const found = rows("logins.csv").find(({ teams }) => teams.split("; ").includes(team));
  ok(found, `no login responds for ${team}`);
  return found.login;
}

/** The device proves itself with its password and sends an alarm: a press on its button unless said otherwise. */
export function press(device, { status = "0010", kind = "ME" } = {}) {
  references += 1;
  return sipp("digest.xml", {
    username: device.controller_id,
    password: device.password,
    keys: { controller: device.controller_id, reference: `journey${Date.now()}${references}`, kind, status },
  });
}

/** A page of someone who is logged in. */
export async function loggedIn(browser, url, username, view = "desktop", options = {}) {
  const page = await open(browser, view, { baseURL: url, ...options });
  await login(page, username, PASSWORD);
  return page;
}

/** Logs in once and gives what `open` takes as `storageState`. */
export async function stateOf(browser, url, username) {
  const page = await loggedIn(browser, url, username);
  const state = await session(page);
  await page.context().close();
  return state;
}

/** The line of a person in the operator's queue. */
export function lineOf(page, device) {
  return page.locator("#queue-body").getByRole("link", { name: device.person });
}

/** The open alarm card. */
export function card(page) {
  return page.getByRole("region").filter({ has: page.locator("#card-title") });
}

/** Opens an alarm from the queue and waits for its card. */
export async function openCard(page, device) {
  await lineOf(page, device).click();
  await card(page).getByText(device.person).first().waitFor();
  return page.locator("#alarm").getAttribute("data-alarm");
}

/** Presses a key that does something to the alarm, and waits for what it should lead to. */
export async function key(page, name, leadsTo) {
  await page.keyboard.press(name);
  await leadsTo.waitFor();
}

/** Answers and closes an alarm, so that the next journey finds a quiet queue. */
export async function finish(page) {
  const closing = page.getByRole("button", { name: /^Avsluta A$/ });
  const answering = page.getByRole("button", { name: /^Svara S$/ });
  await closing.or(answering).first().waitFor();
  if (await answering.isVisible()) await key(page, "s", closing);
  await key(page, "a", page.getByRole("group", { name: "Vad var det?" }));
  await page.keyboard.press("1");
  await key(page, "Control+Enter", page.getByRole("button", { name: /^Öppna igen O$/ }));
}
