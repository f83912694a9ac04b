// An alarm's card with each of its panels open, and the responder's page in each state: accessible, fitting, seen whole.
import { checkAccessibility, checkFits, inspect, ok, open, picture, settle } from "../lib.mjs";
import { device, finish, loggedIn, openCard, press, responderOf, ROLES, stateOf } from "../town.mjs";

/** The panels of the alarm card, by the key that opens each. */
const PANELS = ["r", "k", "n", "a"];
const PANEL_VIEWS = ["desktop", "dark", "narrow", "zoom200"];

/** Some fifty looks, each with its picture and its check. */
export const secondsMax = 600;

export default async function ({ browser, url }) {
  const mine = device(3);
  const operator = await loggedIn(browser, url, ROLES.operator);
  await press(mine);
  const alarm = await openCard(operator, mine);
  try {
    await cardOf(browser, url, alarm);
    await taskOf(browser, url, operator, alarm);
  } finally {
    await finish(operator);
  }
  settle(operator);
  await operator.context().close();
}

/** The card with each of its panels open. */
async function cardOf(browser, url, alarm) {
  const state = await stateOf(browser, url, ROLES.operator);
  await inspect(browser, `/alarms/${alarm}`, "card", { baseURL: url, storageState: state });
  for (const view of PANEL_VIEWS) {
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
