// Devices come in from a file, get labels, models and profiles; what is left to replace and to test is looked at.
import { checkAccessibility, checkFits, inspect, ok, picture, session, settle } from "../lib.mjs";
import { loggedIn } from "../town.mjs";

/** Some thirty looks, each with its picture and its check. */
export const secondsMax = 400;

const VIEWS = ["desktop", "narrow", "dark"];
const PAGES = [
  ["import-choose", "/devices/import"],
  ["import-people", "/people/import"],
  ["labels", "/devices/labels?words=9000&columns=3&rows=8"],
  ["overdue", "/devices/overdue"],
  ["replacement", "/devices/replacement"],
  ["models", "/devices/models"],
  ["model-new", "/devices/models/new"],
  ["profiles", "/devices/profiles"],
  ["profile-new", "/devices/profiles/new"],
];

/** A file as a spreadsheet in Swedish saves it: semicolons and Windows-1252. */
function file(model, run) {
  const rows = [
    ["Serienummer", "Modell", "Rum", "Färg"],
    [`RESA-${run}-1`, model, "Kök", "vit"],
    [`RESA-${run}-2`, model, "Hall", "vit"],
    [`RESA-${run}-3`, "Modellen finns inte", "Hall", "vit"],
    ["7,35E+11", model, "Hall", "vit"],
  ];
  return Buffer.from(rows.map((row) => row.join(";")).join("\r\n"), "latin1");
}

async function look(page, name) {
  await checkAccessibility(page, name);
  await checkFits(page, name);
  await picture(page, name);
}

export default async function ({ browser, url }) {
  const page = await loggedIn(browser, url, "administrator");
  const storageState = await session(page);
  await page.goto("/devices/models");
  const model = await page.locator("tbody a").first().innerText();
  const modelAddress = await page.locator("tbody a").first().getAttribute("href");
  await page.goto("/devices/profiles");
  const profileAddress = await page.locator("tbody a").first().getAttribute("href");

  await takeIn(page, model);
  await findByKey(page);

  const pages = [...PAGES, ["model", modelAddress], ["profile", profileAddress]];
  for (const [name, address] of pages) await inspect(browser, address, name, { baseURL: url, storageState, views: VIEWS });
  settle(page);
}

async function takeIn(page, model) {
  const run = String(Date.now());
  const choose = async () => {
    await page.goto("/devices");
    await page.getByRole("link", { name: "Hämta in enheter från fil" }).click();
    await page.setInputFiles("input[type=file]", { name: "enheter.csv", mimeType: "text/csv", buffer: file(model, run) });
    await page.getByRole("button", { name: "Visa vad filen innehåller" }).click();
  };
  await choose();
  await page.getByRole("button", { name: "Spara 2 nya rader" }).waitFor();
  await page.getByText("2 rader att rätta").waitFor();
  await look(page, "import-preview");
  await page.setViewportSize({ width: 320, height: 640 });
  await look(page, "import-preview-narrow");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.getByRole("button", { name: "Spara 2 nya rader" }).click();
  await page.getByText("2 rader är sparade").waitFor();
  await look(page, "import-done");
  await choose();
  await page.getByText("2 rader finns redan").waitFor();
  ok((await page.getByRole("button", { name: /^Spara/ }).count()) === 0, "nothing is left to save of the same file");
  await page.goto(`/devices?words=RESA-${run}-1`);
  await page.getByRole("link", { name: `RESA-${run}-1` }).click();
  await page.getByText("Kök").first().waitFor();
  await page.getByRole("link", { name: "Skriv ut etikett" }).click();
  await page.getByText("1 etikett").first().waitFor();
}

/** One key leads to the search from any page, and what is searched for never stands in the address. */
async function findByKey(page) {
  await page.goto("/outages");
  await page.keyboard.press("/");
  await page.keyboard.type("RESA-");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Sök", exact: true }).waitFor();
  await page.getByRole("link", { name: /^RESA-/ }).first().waitFor();
  ok(!page.url().includes("RESA"), `what was searched for stands in ${page.url()}`);
  await look(page, "search");
}
