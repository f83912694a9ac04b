// What was done to an alarm stands in the audit log, step by step, for the auditor who asks.
import { checkAccessibility, checkFits, ok, picture, settle } from "../lib.mjs";
import { device, finish, key, loggedIn, openCard, press, responderOf, ROLES } from "../town.mjs";

/** What the log calls each step, and how many lines of it the alarm leaves at least. */
const STEPS = { "alarm.read": 2, "alarm.answer": 1, "alarm.note": 1, "alarm.send": 1, "alarm.respond": 3, "alarm.close": 1 };

export default async function ({ browser, url }) {
  const operator = await loggedIn(browser, url, ROLES.operator);
  const mine = device(5);
  await press(mine);
  const alarm = await openCard(operator, mine);
  await lived(browser, url, operator, alarm);
  const auditor = await loggedIn(browser, url, ROLES.auditor);
  await auditor.goto(`/audit?subject=alarm:${alarm}`);
  await checkAccessibility(auditor, "the audit log of an alarm");
  await checkFits(auditor, "the audit log of an alarm");
  await picture(auditor, "audit-of-alarm");
  const answer = await auditor.context().request.get(`/audit.csv?subject=alarm:${alarm}`);
  ok(answer.ok(), `the file of the log answered ${answer.status()}`);
  const lines = (await answer.text()).trim().split("\n").slice(1);
  for (const [action, count] of Object.entries(STEPS)) {
    const found = lines.filter((line) => line.includes(action)).length;
    ok(found >= count, `the log has ${found} lines of ${action}, wanted ${count}`);
  }
  const shown = await auditor.getByRole("table").getByRole("row").count();
  ok(shown - 1 === lines.length, `the page shows ${shown - 1} lines, the file ${lines.length}`);
  settle(auditor);
  settle(operator);
}

/** Answered, noted, sent, gone to and closed. */
async function lived(browser, url, operator, alarm) {
  await key(operator, "s", operator.getByRole("button", { name: /^Lämna tillbaka L$/ }));
  await key(operator, "n", operator.getByLabel("Anteckning", { exact: true }));
  await operator.keyboard.type("Svarar inte i högtalaren.");
  await key(operator, "Control+Enter", operator.locator("#alarm").getByText("Svarar inte i högtalaren."));
  // The live line may bring the note before the answer to the form closes its panel.
  await operator.locator(".panel--open").waitFor({ state: "detached" });
  await key(operator, "k", operator.getByRole("heading", { name: "Vem skickar du?" }));
  const label = await operator.getByRole("button", { name: /^Skicka till/ }).first().innerText();
  await key(operator, "1", operator.getByText("väntar på svar"));
  const phone = await loggedIn(browser, url, responderOf(label.replace(/^Skicka till /, "").replace(/\s*1$/, "")), "phone");
  await phone.goto(`/respond/${alarm}`);
  await phone.getByRole("button", { name: "Jag åker" }).click();
  await phone.getByRole("button", { name: "Jag är på plats" }).click();
  await phone.getByLabel("Vad hittade du och vad gjorde du?").fill("Allt väl.");
  await phone.getByRole("button", { name: "Skicka rapporten" }).click();
  await phone.getByText("Rapporterat").first().waitFor();
  await phone.context().close();
  await finish(operator);
}
