// Somebody applies for a place: granted, offered, declined, offered again, accepted, moved in. The planner does it all.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkAccessibility, checkFits, ok, picture, settle } from "../lib.mjs";
import { loggedIn, ROLES } from "../town.mjs";

export default async function ({ browser, url }) {
  const identity = await identityOf(browser, url);
  const page = await loggedIn(browser, url, ROLES.planner);
  await newHome(page);
  await page.getByRole("link", { name: "Kö till boende" }).click();
  await page.getByText(/beslut har inte verkställts inom 90 dagar/).waitFor();
  await page.getByText(/dagar, ska rapporteras/).first().waitFor();
  await checkAccessibility(page, "the queue");
  await checkFits(page, "the queue");
  await picture(page, "queue");
  const report = await page.context().request.get("/queue/report?format=csv");
  ok(report.ok() && (await report.text()).trim().split("\n").length > 1, "the list to report is empty");
  await page.getByRole("link", { name: "Ny ansökan" }).click();
  await page.getByLabel("Personnummer").fill(identity);
  await page.getByLabel("Slag").selectOption({ label: "demensboende" });
  await page.getByLabel("Språk som personalen behöver tala").fill("so");
  await page.getByRole("button", { name: "Spara ansökan" }).click();
  await page.getByText("väntar på beslut").waitFor();
  await page.getByRole("button", { name: "Bevilja" }).click();
  await page.getByText("väntar på plats").waitFor();
  await picture(page, "queue-application");
  await checkAccessibility(page, "an application");
  for (const [button, told] of [
    [/^Erbjud Resans hem/, "har fått erbjudande"],
    [/^Tackar nej/, "väntar på plats"],
    [/^Erbjud Resans hem/, "har fått erbjudande"],
    [/^Tackar ja/, "har tackat ja"],
    [/^Har flyttat in/, "har flyttat in"],
  ]) {
    await page.getByRole("button", { name: button }).click();
    await page.locator("strong").getByText(told).waitFor();
  }
  await page.getByRole("link", { name: "Kö till boende" }).first().click();
  await page.getByText(/har flyttat in det senaste året/).waitFor();
  settle(page);
}

/** A home of one's own, so that no other journey takes its place. */
async function newHome(page) {
  await page.getByRole("link", { name: "Boenden", exact: true }).click();
  await page.getByRole("heading", { name: "Boenden", level: 1 }).waitFor();
  await page.getByRole("link", { name: "Lägg till ett boende" }).click();
  await page.getByLabel("Namn").fill(`Resans hem ${Date.now() % 100_000}`);
  await page.getByLabel("Slag").selectOption({ label: "demensboende" });
  await page.getByLabel("Platser", { exact: true }).fill("12");
  await page.getByLabel("Lediga nu").fill("1");
  await page.getByLabel("Språk", { exact: true }).fill("so");
  await page.getByRole("button", { name: "Spara boendet" }).click();
  await page.getByText("Resans hem").first().waitFor();
  await checkFits(page, "the homes");
  await picture(page, "homes");
}

/** The whole number of somebody in the register, as an administrator's file of people has it. */
async function identityOf(browser, url) {
  const page = await loggedIn(browser, url, ROLES.administrator);
  const name = readFileSync(join(process.env.TRYGGVE_DATA, "devices.csv"), "utf8").trim().split("\n")[9].split(",")[3];
  await page.goto("/people");
  await page.locator("main form[role=search] input:not([type=hidden])").fill(name);
  await page.locator("main form[role=search] button").click();
  await page.getByRole("main").getByRole("link", { name }).first().click();
  await page.getByRole("heading", { name }).first().waitFor();
  await page.locator("summary").filter({ hasText: "Visa hela personnumret" }).click();
  await page.locator("#reason").fill("Ansökan om plats");
  await page.getByRole("button", { name: "Visa hela personnumret" }).click();
  await page.getByText(/\d{8}-?\d{4}/).first().waitFor();
  const text = await page.locator("main").innerText();
  const found = text.match(/\b\d{8}-?\d{4}\b/u);
  ok(found, "no whole identity number is shown");
  await page.context().close();
  return found[0];
}
