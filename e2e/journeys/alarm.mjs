// A press on a button becomes an alarm that is answered, sent, gone to and closed, seen from the console and the phone.
import { checkAccessibility, ok, picture, settle } from "../lib.mjs";
import { card, device, key, lineOf, loggedIn, press, responderOf } from "../town.mjs";

/** From the alarm being stored to its line standing on the operator's page. */
const SHOWN_MILLISECONDS_MAX = 1_000;

export default async function ({ browser, url }) {
  const operator = await loggedIn(browser, url, "operator1");
  const mine = device(0);
  await shown(operator, mine);
  await answered(operator, mine);
  const team = await sent(operator);
  await gone(browser, url, operator, mine, team);
  await closed(operator, mine);
  settle(operator);
}

/** The page that is open already shows the alarm, without being loaded anew. */
async function shown(page, mine) {
  await page.getByText("Linjen öppen").waitFor();
  await page.evaluate((person) => {
    window.sameDocument = true;
    const look = () => {
      const line = [...document.querySelectorAll("#queue-body li.row")].find((one) => one.textContent.includes(person));
      if (line) window.lineSeenAt ??= Date.now();
    };
    new MutationObserver(look).observe(document.getElementById("queue-body"), { childList: true, subtree: true });
  }, mine.person);
  await press(mine);
  const sippEnded = Date.now();
  await lineOf(page, mine).waitFor({ timeout: SHOWN_MILLISECONDS_MAX });
  const [seenAt, receivedAt, same] = await page.evaluate((person) => {
    const line = [...document.querySelectorAll("#queue-body li.row")].find((one) => one.textContent.includes(person));
    return [window.lineSeenAt, Date.parse(line.querySelector("[data-since]").dataset.since), window.sameDocument];
  }, mine.person);
  ok(same === true, "the page was loaded anew");
  const took = seenAt - receivedAt;
  ok(took < SHOWN_MILLISECONDS_MAX, `the alarm was on the page only ${took} ms after it was received`);
  const late = seenAt - sippEnded;
  ok(late < SHOWN_MILLISECONDS_MAX, `the alarm was on the page only ${late} ms after SIPp had ended`);
  const told = late > 0 ? `${late} ms after SIPp ended` : `${-late} ms before SIPp ended`;
  console.log(`        alarm on the page ${took} ms after it was received, ${told}`);
  ok((await page.title()).startsWith("(1)"), `the tab says ${await page.title()}`);
}

/** Two keys from alarm to answered. */
async function answered(page, mine) {
  await key(page, "s", card(page).getByText(mine.person).first());
  await picture(page, "alarm-1-waiting");
  await key(page, "s", card(page).getByText("Besvarat").or(page.getByRole("button", { name: /^Lämna tillbaka L$/ })).first());
  await page.getByText(/tillbaka i kön kl\. .* om inget görs/).waitFor();
  await key(page, "h", page.locator("#alarm").getByText("Fortfarande hos operatören"));
  await key(page, "n", page.getByLabel("Anteckning", { exact: true }));
  await page.keyboard.type("Ramlade i köket, vaken och talbar.");
  await key(page, "Control+Enter", page.locator("#alarm").getByText("Ramlade i köket, vaken och talbar."));
  // The live line may bring the note before the answer to the form closes its panel.
  await page.locator(".panel--open").waitFor({ state: "detached" });
}

/** K and a number; gives the name of the team. */
async function sent(page) {
  await key(page, "k", page.getByRole("heading", { name: "Vem skickar du?" }));
  const label = await page.getByRole("button", { name: /^Skicka till/ }).first().innerText();
  const team = label.replace(/^Skicka till /, "").replace(/\s*1$/, "");
  await key(page, "1", page.locator(".dispatch").getByText(team));
  await page.getByText("väntar på svar").waitFor();
  return team;
}

/** The responder's phone, and what the operator sees of it, without touching anything. */
async function gone(browser, url, operator, mine, team) {
  const phone = await loggedIn(browser, url, responderOf(team), "phone");
  await phone.goto("/respond");
  await phone.getByRole("link", { name: mine.person }).click();
  await checkAccessibility(phone, "the phone before accepting");
  await picture(phone, "alarm-2-phone");
  await phone.getByRole("button", { name: "Jag åker" }).click();
  await operator.getByText("på väg", { exact: false }).first().waitFor();
  await phone.getByRole("button", { name: "Jag är på plats" }).click();
  await operator.getByText(`${team} är på plats`).waitFor();
  await phone.getByLabel("Vad hittade du och vad gjorde du?").fill("Hjälpte upp. Inga skador.");
  await phone.getByRole("button", { name: "Skicka rapporten" }).click();
  await phone.getByText("Rapporterat").first().waitFor();
  await operator.getByText("Hjälpte upp. Inga skador.").waitFor();
  await picture(phone, "alarm-3-reported");
  settle(phone);
  await phone.context().close();
}

async function closed(page, mine) {
  await key(page, "a", page.getByRole("group", { name: "Vad var det?" }));
  await picture(page, "alarm-4-closing");
  await page.keyboard.press("1");
  await key(page, "Control+Enter", page.getByRole("button", { name: /^Öppna igen O$/ }));
  await lineOf(page, mine).waitFor({ state: "detached" });
  ok(!(await page.title()).startsWith("("), `the tab says ${await page.title()}`);
}
