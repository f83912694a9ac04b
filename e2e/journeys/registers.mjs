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
  await refuseWhatIsWrong(page, profileAddress);
  await goBack(page, modelAddress);

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

/** What a field cannot hold is told beside it, every field at once, and what was written stands there to be mended. */
async function refuseWhatIsWrong(page, profileAddress) {
  const save = () => page.locator("form.stack button[type=submit]").click();
  const told = async (field, text) => page.locator(`#${field}-problem`).getByText(text).waitFor();
  // A number's field takes no letters from a keyboard; what is sent all the same is refused too.
  const write = async (field, text) => {
    await page.locator(`[name=${field}]`).evaluate((input) => (input.type = "text"));
    await page.fill(`[name=${field}]`, text);
  };
  await page.goto("/devices/models/new");
  await write("name", "M".repeat(5_000));
  await write("contact_seconds", "varje dag");
  await write("test_days", "-1");
  await save();
  for (const field of ["name", "category", "driver", "generation", "contact_seconds", "test_days", "profile"]) {
    await page.locator(`#${field}-problem`).waitFor();
  }
  await told("name", "För långt");
  await told("contact_seconds", "Skriv ett tal");
  ok((await page.inputValue("[name=contact_seconds]")) === "varje dag", "letters in a number stand there to be mended");
  await look(page, "model-problems");

  await page.goto(profileAddress);
  const html = "<script>document.title='x'</script><b>fet</b>";
  await write("name", html);
  await write("technical_codes", "113 abc");
  await write("duplicate_window_seconds", "1e9");
  await save();
  await told("technical_codes", "Skriv så här");
  await told("duplicate_window_seconds", "Skriv ett tal");
  ok((await page.inputValue("[name=name]")) === html, "what was written stands there as it was written");
  ok((await page.title()) !== "x", "what was written was run");
  await look(page, "profile-problems");

  await page.goto("/devices/labels?columns=många&rows=0&skip=<b>&words=9000");
  await told("skip", "Skriv ett tal från 0 till 23");
  await told("columns", "Skriv ett tal från 1 till 5");
  const answer = await page.request.get("/devices/labels?device=ingen");
  ok(answer.status() === 404, `labels of a device that is none: ${answer.status()}`);
}

/** A change of a model is taken back from its history, and the history tells of both. */
async function goBack(page, address) {
  const days = page.locator("[name=test_days]");
  const save = async () => {
    await page.locator("form.stack button[type=submit]").click();
    await page.waitForURL("**/devices/models");
  };
  await page.goto(address);
  const before = await days.inputValue();
  await days.fill(String(Number(before) + 7));
  await save();
  await page.goto(address);
  await page.getByRole("link", { name: "Gå tillbaka till före det här" }).first().click();
  await page.getByText("Spara för att gå tillbaka dit").waitFor();
  ok((await days.inputValue()) === before, "the form holds what stood before the change");
  await look(page, "model-go-back");
  await save();
  await page.goto(address);
  ok((await days.inputValue()) === before, "the model is as it was");
  ok((await page.getByRole("link", { name: "Gå tillbaka till före det här" }).count()) >= 2, "both changes are told");
}
