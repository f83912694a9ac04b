// A planner forecasts the municipality: chooses it, moves a slider, lets time pass, looks behind a chart, keeps an
// alternative, and takes every file home.
import { readFileSync } from "node:fs";
import { checkAccessibility, checkFits, equal, inspect, ok, picture, settle } from "../lib.mjs";
import { loggedIn, ROLES, stateOf } from "../town.mjs";

/**
 * How soon the page must have answered a slider. The promise is 100 ms, measured with a release build on a machine that
 * does nothing else; a test build beside other work only has to show that nobody waits.
 */
const ANSWER_MILLISECONDS_MAX = 1_000;
/** What each kind of file begins with. */
const BEGINNINGS = { pdf: "%PDF-1.7", xlsx: "PK", png: "\u0089PNG", svg: "<svg", csv: "\u00ef\u00bb\u00bf" };

export const secondsMax = 300;

export default async function ({ browser, url }) {
  const page = await loggedIn(browser, url, ROLES.planner);
  await page.getByRole("link", { name: "Prognos", exact: true }).click();
  await page.getByRole("heading", { name: "Prognos", level: 1 }).waitFor();
  await page.getByLabel("Kommun", { exact: true }).fill("riket");
  await page.getByRole("button", { name: "Visa", exact: true }).click();
  await page.getByRole("heading", { name: "Riket", level: 2 }).waitFor();
  await page.getByLabel("Kommun", { exact: true }).fill("tryggeby");
  await page.getByRole("button", { name: "Visa", exact: true }).click();
  await page.getByRole("heading", { name: "Tryggeby", level: 2 }).waitFor();
  await answersAtOnce(page);
  await lettersForMoney(page);
  await openTableStaysOpen(page);
  await timePasses(page);
  await behindTheChart(page);
  await files(page);
  await addsUp(page);
  await seniorHousing(page);
  await wrongAlternatives(page);
  await ownAlternative(page);
  await badFile(page);
  settle(page);
  const state = await stateOf(browser, url, ROLES.planner);
  for (const [address, name] of [
    ["/forecast/files", "forecast-files"],
    ["/forecast/alternatives", "forecast-alternatives"],
    ["/forecast/claims", "forecast-claims"],
    ["/homes/new", "homes-new"],
    ["/queue/new", "queue-new"],
  ]) {
    await inspect(browser, address, name, { baseURL: url, storageState: state, views: ["desktop", "dark", "narrow"] });
  }
}

/** Each slider is moved as by hand; the best and the middle of several answers are told. */
async function answersAtOnce(page) {
  const before = await page.locator("#result .keys").innerText();
  const times = [];
  for (const [label, keys] of [
    ["Särskilt boende, ändrade odds", 3],
    ["Hur fort dödligheten sjunker, av hittills", 2],
    ["Platser i ett nytt boende", 2],
    ["Till och med", 1],
  ]) {
    for (let press = 0; press < keys; press += 1) {
      const answered = page.waitForResponse((answer) => answer.url().includes("/forecast?") && answer.ok());
      await page.getByLabel(label).press("ArrowLeft");
      await answered;
      await page.waitForFunction(() => document.getElementById("answer-time").dataset.milliseconds);
      times.push(
        await page.evaluate(() => {
          const told = document.getElementById("answer-time");
          const milliseconds = Number(told.dataset.milliseconds);
          delete told.dataset.milliseconds;
          return milliseconds;
        }),
      );
    }
  }
  times.sort((one, other) => one - other);
  const middle = times[Math.floor(times.length / 2)];
  console.log(`        sliders answered in ${times[0]}–${times.at(-1)} ms, the middle one in ${middle} ms`);
  ok(middle < ANSWER_MILLISECONDS_MAX, `the middle answer took ${middle} ms`);
  ok((await page.locator("#result .keys").innerText()) !== before, "the figures did not move");
  await page.getByText("eget, reglagen").first().waitFor();
  await checkAccessibility(page, "the forecast");
  await checkFits(page, "the forecast");
  await picture(page, "forecast-sliders");
}

/** Letters where kronor are asked for are told, at once and in place, and what was written stays. */
async function lettersForMoney(page) {
  const field = page.getByLabel("Kostnad för en ny plats, kronor");
  const told = page.locator("#kronor-problem");
  await field.fill("tre miljoner");
  await told.getByText(/tre miljoner.*är inget tal från 0 till 20.000.000\. Räknat med 0\./).waitFor();
  equal(await field.inputValue(), "tre miljoner", "what was written is kept");
  await checkAccessibility(page, "the forecast with a figure that is none");
  await picture(page, "forecast-misread");
  await field.fill("3 000 000");
  await told.waitFor({ state: "hidden" });
  await page.goto(`${new URL(page.url()).pathname}?area=tryggeby&until=9999`);
  await page.locator("#result [role=alert]").getByText("”9999” är inget tal från 2030 till 2070").waitFor();
  await page.goBack();
}

/** A table that one reads follows the sliders; it is fetched when it is opened. */
async function openTableStaysOpen(page) {
  const part = page.locator('#result [data-table="demand-home-care"]');
  await part.locator("summary").click();
  const cell = part.getByRole("row").filter({ hasText: "2040" }).first();
  const before = await cell.innerText();
  await page.getByLabel("Hemtjänst, ändrade odds").press("ArrowLeft");
  await page.waitForFunction(
    (old) => {
      const rows = [...document.querySelectorAll('#result [data-table="demand-home-care"] tbody tr')];
      const now = rows.find((row) => row.innerText.includes("2040"))?.innerText;
      return now && now !== old;
    },
    before,
  );
  await part.locator("summary").click();
}

async function timePasses(page) {
  const shown = page.locator("#pyramid-shown");
  const slider = page.locator("#pyramid-year");
  const start = Number(await shown.innerText());
  await slider.press("ArrowLeft");
  await page.waitForFunction((year) => Number(document.getElementById("pyramid-shown").textContent) === year, start - 1);
  await page.getByRole("button", { name: "Spela upp" }).click();
  await page.getByRole("button", { name: "Pausa" }).waitFor();
  await page.waitForFunction((year) => Number(document.getElementById("pyramid-shown").textContent) !== year, start - 1);
  await page.locator("#pyramid-year").press("ArrowLeft");
  await page.getByRole("button", { name: "Spela upp" }).waitFor();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.reload();
  equal(await page.getByRole("button", { name: "Spela upp" }).count(), 0, "who asks for calm gets no playing");
  await page.emulateMedia({ reducedMotion: null });
  await page.reload();
}

async function behindTheChart(page) {
  await page.locator("summary").filter({ hasText: "hemtjänst" }).first().click();
  const table = page.getByRole("table").filter({ hasText: "2030" }).first();
  await table.waitFor();
  ok((await table.getByRole("row").count()) > 10, "the table behind the chart is whole");
  await page.locator("#demand").scrollIntoViewIfNeeded();
  await picture(page, "forecast-demand");
}

/** The areas as they are shown make the municipality as it is shown, to the person. */
async function addsUp(page) {
  const read = (table) =>
    table.locator("tbody tr").evaluateAll((rows) =>
      rows.map((row) => [...row.cells].map((cell) => cell.textContent.replaceAll("\u00a0", "").trim())),
    );
  const areas = await read(page.locator('section[aria-labelledby="areas"] table'));
  const demand = await read(page.locator(".pairs table").filter({ has: page.locator("caption", { hasText: "Hemtjänst" }) }).first());
  const until = demand.at(-1)[0];
  const parts = areas.filter((row) => row[1] === until && row[3] === "nulägesalternativ");
  ok(parts.length > 1, "the municipality has no areas");
  const sum = parts.reduce((total, row) => total + Number(row[4]), 0);
  equal(sum, Number(demand.at(-1)[1]), `the areas' home care in ${until}`);
}

async function seniorHousing(page) {
  const section = page.locator('section[aria-labelledby="senior-housing-heading"]');
  await section.locator(".figure__told").getByText(/Samma andel som i dag/).waitFor();
  await section.locator("summary").click();
  ok((await section.getByRole("table").getByRole("row").count()) > 10, "the table behind senior housing is whole");
  await section.scrollIntoViewIfNeeded();
  await picture(page, "forecast-senior-housing");
}

/** Each wrong figure of an own alternative is told beside its field; nothing that was written is lost. */
async function wrongAlternatives(page) {
  await page.goto("/forecast/alternatives");
  const damping = page.getByLabel("Dämpning");
  for (const [name, text, expected] of [
    ["", "0,9", "Namn: Måste fyllas i."],
    ["x".repeat(500), "1", "Namn: För långt: högst 80 tecken."],
    ["Huvudalternativ", "", "Namn: Finns redan."],
    ["<b>Fel</b>", "två", "Dämpning: Skriv ett tal från 0 till 1."],
    ["<b>Fel</b>", "-1", "Dämpning: Skriv ett tal från 0 till 1."],
  ]) {
    await page.getByLabel("Namn").fill(name);
    await damping.fill(text);
    await page.getByRole("button", { name: "Spara alternativet" }).click();
    await page.locator(".aksel-error-summary").getByText(expected).waitFor();
    equal(await damping.inputValue(), text, "what was written is lost");
  }
  await page.getByLabel("hemtjänst: oddsen").fill("mycket");
  await page.getByRole("button", { name: "Spara alternativet" }).click();
  await page.getByText("Skriv ett tal från -20 till 20.").first().waitFor();
  await page.goto("/forecast?area=tryggeby");
}

async function files(page) {
  const links = [
    page.getByRole("link", { name: "Skriv ut rapport (PDF)" }),
    page.getByRole("link", { name: "Alla tabeller (XLSX)" }),
    ...["CSV", "SVG", "PNG"].map((ending) => page.getByRole("link", { name: new RegExp(`^${ending}: .*hemtjänst`) }).first()),
  ];
  for (const link of links) {
    const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), link.click()]);
    const name = download.suggestedFilename();
    const folder = process.env.TRYGGVE_PICTURES ?? `${import.meta.dirname}/../../target/e2e/pictures`;
    const path = `${folder}/${name}`;
    await download.saveAs(path);
    const bytes = readFileSync(path);
    const beginning = BEGINNINGS[name.split(".").at(-1)];
    equal(bytes.subarray(0, beginning.length).toString("latin1"), beginning, `${name} begins`);
    ok(bytes.length > 1_000, `${name} has only ${bytes.length} bytes`);
  }
}

async function ownAlternative(page) {
  const name = `Mer hemma ${Date.now() % 100_000}`;
  await page.getByLabel("Särskilt boende, ändrade odds").press("ArrowLeft");
  await page.getByRole("button", { name: "Spara som eget alternativ" }).click();
  await page.getByRole("heading", { name: "Egna alternativ" }).waitFor();
  await page.getByLabel("Namn").fill(name);
  await page.getByLabel("Varför").fill("Nämndens mål");
  await page.getByRole("button", { name: "Spara alternativet" }).click();
  await page.getByRole("heading", { name: "Prognos", level: 1 }).waitFor();
  await page.getByText(name).first().waitFor();
}

async function badFile(page) {
  await page.getByRole("link", { name: "Filer" }).click();
  await page.getByLabel("Kommun", { exact: true }).fill("Exempelstad");
  await page.getByLabel("Vem som har gett ut siffrorna").fill("SCB");
  await page.getByLabel("Fil (CSV eller PX)").setInputFiles({
    name: "folkmangd.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("år;kön;ålder;folkmängd\n2025;män;3;-4\n"),
  });
  await page.getByRole("button", { name: "Granska filen" }).click();
  await page.getByRole("heading", { name: "Filen kan inte användas" }).waitFor();
  await page.getByText("rad 2: folkmängd: -4 är mindre än noll").waitFor();
  await checkAccessibility(page, "a refused file");
  await picture(page, "forecast-refused");
}
