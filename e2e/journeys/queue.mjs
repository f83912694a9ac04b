// Somebody applies for a place: granted, offered, declined, offered again, accepted, moved in. The planner does it all.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkAccessibility, checkFits, equal, ok, picture, settle } from "../lib.mjs";
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
  await wrongApplications(page);
  await page.getByLabel("Personnummer").fill(identity);
  await page.getByLabel("Slag").selectOption({ label: "demensboende" });
  await page.getByLabel("Språk som personalen behöver tala").fill("somaliska");
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
  await page.getByRole("cell", { name: "språk: somaliska" }).first().waitFor();
  const days = page.getByRole("cell", { name: /^\d{4}-\d{2}-\d{2}$/ });
  ok((await days.count()) > 0, "no day stands in the queue");
  for (const day of await days.all()) {
    equal(await day.evaluate((cell) => getComputedStyle(cell).whiteSpace), "nowrap", "a day breaks at its hyphen");
  }
  await removed(page);
  settle(page);
}

/** Writes into a field as a browser does that knows no fields for days and numbers. */
async function write(page, label, text) {
  const field = page.getByLabel(label, { exact: true });
  await field.evaluate((input) => input.setAttribute("type", "text"));
  await field.fill(text);
}

/** Sends a form with what is written, and reads what is told about each of its fields. */
async function refused(page, button, written) {
  for (const [label, text] of Object.entries(written)) {
    await write(page, label, text);
  }
  await page.getByRole("button", { name: button }).click();
  const summary = page.locator(".aksel-error-summary");
  await summary.waitFor();
  return summary.innerText();
}

/** What is told must say what was expected of the field. */
async function checkRefused(page, button, written, ...expected) {
  const told = await refused(page, button, written);
  for (const sentence of expected) {
    ok(told.includes(sentence), `"${sentence}" is not in "${told}"`);
  }
}

async function wrongHomes(page) {
  const save = "Spara boendet";
  const good = { Namn: "Fel hem", Platser: "12", "Lediga nu": "", Öppnar: "", Stänger: "", Språk: "" };
  const check = (written, ...expected) => checkRefused(page, save, { ...good, ...written }, ...expected);
  await check({ Namn: "", Platser: "tolv" }, "Namn: Måste fyllas i.", "Platser: Skriv ett tal från 1 till 2000.");
  await check({ Namn: "å".repeat(5_000) }, "Namn: För långt: högst 80 tecken.");
  await check({ Öppnar: "2027-02-31", Stänger: "i fjol" }, "Öppnar: Skriv så här: 2027-05-01", "Stänger: Skriv så här");
  await check({ Öppnar: "2030-01-01", Stänger: "2029-01-01" }, "Stänger: Boendet stänger innan det öppnar.");
  await check({ "Lediga nu": "13" }, "Lediga nu: Fler platser är lediga än boendet har.");
  await check({ Språk: "<script>" }, "Språk: Skriv så här: finska, so");
  await check({ "Renovering 1: platser efteråt": "4" }, "Renovering 1: evakueras från: Måste fyllas i.");
  await checkAccessibility(page, "a refused home");
  await picture(page, "homes-refused");
}

async function wrongApplications(page) {
  const check = (written, ...expected) => checkRefused(page, "Spara ansökan", written, ...expected);
  await check({ Personnummer: "" }, "Personnummer: Skriv numret: ÅÅÅÅMMDD-NNNN.");
  await check({ Personnummer: "<b>19</b>", Ansökt: "2026-02-31" }, "Personnummer: Skriv ÅÅÅÅMMDD-NNNN", "Ansökt: Skriv så här");
  await check({ Ansökt: "2999-01-01" }, "Ansökt: Dagen har inte varit än.");
  await check({ Ansökt: "1026-01-01" }, "Ansökt: Dagen ligger mer än tio år tillbaka");
  await check({ Ansökt: "", "Korttid: från": "2026-12-01" }, "gäller bara korttidsplatser");
  await page.goto("/queue/new");
}

/** A home that came by mistake is removed, when its keeper has read what that means; one with offers stays. */
async function removed(page) {
  await page.goto("/homes/new");
  const name = `<i>Fel</i> ${Date.now() % 100_000}`;
  await page.getByLabel("Namn").fill(name);
  await page.getByLabel("Platser", { exact: true }).fill("5");
  await page.getByRole("button", { name: "Spara boendet" }).click();
  for (const [home, gone] of [[name, true], [/^Resans hem/, false]]) {
    await page.getByRole("link", { name: home }).first().click();
    equal(await page.getByRole("button", { name: "Ja, ta bort boendet" }).isVisible(), false, "removal waits to be asked for");
    await page.getByText("Ta bort boendet", { exact: true }).click();
    await page.getByText("Boendet försvinner ur registret").waitFor();
    await checkFits(page, "removing a home");
    await checkAccessibility(page, "removing a home");
    await picture(page, gone ? "homes-remove" : "homes-remove-used");
    await page.getByRole("button", { name: "Ja, ta bort boendet" }).click();
    if (gone) {
      await page.getByRole("heading", { name: "Boenden", level: 1 }).waitFor();
      equal(await page.getByText(name).count(), 0, "the removed home is still there");
    } else {
      await page.getByText("Används fortfarande och kan inte tas bort.").first().waitFor();
    }
  }
}

/** A home of one's own, so that no other journey takes its place. */
async function newHome(page) {
  await page.getByRole("link", { name: "Boenden", exact: true }).click();
  await page.getByRole("heading", { name: "Boenden", level: 1 }).waitFor();
  await page.getByRole("link", { name: "Lägg till ett boende" }).click();
  await wrongHomes(page);
  await page.goto("/homes/new");
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
