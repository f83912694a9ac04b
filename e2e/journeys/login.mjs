// Logging in: a wrong password, the lock after too many, and the other language.
import { checkAccessibility, equal, open, settle } from "../lib.mjs";
import { PASSWORD, loggedIn } from "../town.mjs";

const FAILURES_MAX = 5;

export default async function ({ browser, url }) {
  await locked(browser, url);
  await inEnglish(browser, url);
}

/** The fourth operator, whom no other journey needs, is locked out. */
async function locked(browser, url) {
  const page = await open(browser, "desktop", { baseURL: url });
  await page.goto("/login");
  await shownOnRequest(page);
  const attempt = async (password) => {
    await page.getByLabel("Användarnamn").fill("operator4");
    await page.getByLabel("Lösenord").fill(password);
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Logga in" }).click()]);
  };
  for (let failure = 1; failure < FAILURES_MAX; failure += 1) {
    await attempt("fel-losenord");
    await page.getByRole("alert").getByText("stämmer inte").waitFor();
  }
  await checkAccessibility(page, "the login after a wrong password");
  await attempt("fel-losenord");
  await attempt(PASSWORD);
  await page.getByRole("alert").getByText("Kontot är låst").waitFor();
  settle(page);
  await page.context().close();
}

/** What is typed as a password is dots until someone asks to see it, and again when they ask once more. */
async function shownOnRequest(page) {
  const field = page.getByLabel("Lösenord");
  const button = page.getByRole("button", { name: "Visa det jag skriver" });
  equal(await field.getAttribute("type"), "password", "the kind of the field before anyone asks");
  await button.click();
  equal(await field.getAttribute("type"), "text", "the kind of the field that is shown");
  equal(await button.getAttribute("aria-pressed"), "true", "the button of a field that is shown");
  await button.click();
  equal(await field.getAttribute("type"), "password", "the kind of the field that is hidden again");
}

async function inEnglish(browser, url) {
  const page = await loggedIn(browser, url, "operator2");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText("Line open").waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Alarms", exact: true }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Svenska" }).click();
  await page.getByText("Linjen öppen").waitFor();
  settle(page);
  await page.context().close();
}
