// Every page of every role from six views and in both languages: accessible, fitting, without trouble.
import { checkAccessibility, checkFits, inspect, ok, open, picture, settle } from "../lib.mjs";
import { device, finish, loggedIn, openCard, press, responderOf, ROLES, stateOf } from "../town.mjs";

/** In English, and when another role has had the same page, a page is seen where it has the most and the least room. */
const MOST_AND_LEAST = ["desktop", "narrow"];
/** The panels of the alarm card, by the key that opens each. */
const PANELS = ["r", "k", "n", "a"];
const CARD_VIEWS = ["desktop", "dark", "narrow", "zoom200"];

/** Some two hundred looks, each with its picture and its check. */
export const secondsMax = 900;

export default async function ({ browser, url }) {
  await inspect(browser, "/login", "login", { baseURL: url });
  const seen = new Set();
  for (const [role, username] of Object.entries(ROLES)) await pagesOf(browser, url, role, username, seen);
  const mine = device(3);
  const operator = await loggedIn(browser, url, ROLES.operator);
  await press(mine);
  const alarm = await openCard(operator, mine);
  await cardOf(browser, url, alarm);
  await taskOf(browser, url, operator, alarm);
  await finish(operator);
  await operator.context().close();
}

/** What the navigation of a role leads to: exactly the pages that the role may open. */
async function pagesOf(browser, url, role, username, seen) {
  const state = await stateOf(browser, url, username);
  const page = await open(browser, "desktop", { baseURL: url, storageState: state });
  await page.goto("/account");
  const links = await page.getByRole("navigation").getByRole("link").evaluateAll((all) => all.map((one) => one.pathname));
  ok(links.length > 0, `${role} has no navigation`);
  for (const path of new Set(links)) {
    const views = seen.has(path) ? MOST_AND_LEAST : undefined;
    seen.add(path);
    await inspect(browser, path, `${role}${path.replaceAll("/", "-")}`, { baseURL: url, storageState: state, views });
  }
  await inEnglish(browser, url, page, role, [...new Set(links)]);
  await page.context().close();
}

async function inEnglish(browser, url, page, role, paths) {
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Svenska" }).waitFor();
  const state = await page.context().storageState();
  for (const path of paths) {
    await inspect(browser, path, `${role}${path.replaceAll("/", "-")}-en`, {
      baseURL: url,
      storageState: state,
      views: MOST_AND_LEAST,
    });
  }
  await page.getByRole("button", { name: "Svenska" }).click();
  await page.getByRole("button", { name: "English" }).waitFor();
}

/** The card with each of its panels open. */
async function cardOf(browser, url, alarm) {
  const state = await stateOf(browser, url, ROLES.operator);
  await inspect(browser, `/alarms/${alarm}`, "card", { baseURL: url, storageState: state });
  for (const view of CARD_VIEWS) {
    const page = await open(browser, view, { baseURL: url, storageState: state });
    await page.goto(`/alarms/${alarm}`);
    const answer = page.getByRole("button", { name: /^Svara S$/ });
    if (await answer.isVisible()) {
      await answer.click();
      await answer.waitFor({ state: "detached" });
    }
    for (const key of PANELS) {
      await page.keyboard.press(key);
      await page.locator(".panel--open").waitFor();
      await checkAccessibility(page, `the card with panel ${key} (${view})`);
      await checkFits(page, `the card with panel ${key} (${view})`);
      await picture(page, `card-panel-${key}-${view}`);
      if (view === "desktop") await checkOneScreen(page, key);
      await page.keyboard.press("Escape");
      await page.locator(".panel--open").waitFor({ state: "detached" });
    }
    settle(page);
    await page.context().close();
  }
}

/** The operator's screen is seen whole: neither the page nor the panel of the next step scrolls. */
async function checkOneScreen(page, key) {
  const [tall, room, inside, insideRoom] = await page.evaluate(() => {
    const steps = document.querySelector(".steps");
    const page = document.documentElement;
    return [page.scrollHeight, page.clientHeight, steps.scrollHeight, steps.clientHeight];
  });
  ok(tall <= room, `panel ${key}: the page is ${tall} px tall on a screen of ${room} px`);
  ok(inside <= insideRoom, `panel ${key}: the panel is ${inside} px tall in a room of ${insideRoom} px`);
}

/** The responder's page in each state of the way. */
async function taskOf(browser, url, operator, alarm) {
  await operator.keyboard.press("k");
  const button = operator.getByRole("button", { name: /^Skicka till/ }).first();
  const team = (await button.innerText()).replace(/^Skicka till /, "").replace(/\s*1$/, "");
  await button.click();
  await operator.getByText("väntar på svar").waitFor();
  const username = responderOf(team);
  const state = await stateOf(browser, url, username);
  const phone = await loggedIn(browser, url, username, "phone");
  const look = (name) => inspect(browser, `/respond/${alarm}`, `task-${name}`, { baseURL: url, storageState: state });
  await inspect(browser, "/respond", "tasks", { baseURL: url, storageState: state });
  await look("waiting");
  await phone.goto(`/respond/${alarm}`);
  await phone.getByRole("button", { name: "Jag åker" }).click();
  await phone.getByRole("button", { name: "Jag är på plats" }).waitFor();
  await look("accepted");
  await phone.getByRole("button", { name: "Jag är på plats" }).click();
  await phone.getByRole("button", { name: "Skicka rapporten" }).waitFor();
  await look("on-site");
  await phone.getByLabel("Vad hittade du och vad gjorde du?").fill("Allt väl.");
  await phone.getByRole("button", { name: "Skicka rapporten" }).click();
  await phone.getByText("Rapporterat").first().waitFor();
  await look("reported");
  settle(phone);
  await phone.context().close();
}
