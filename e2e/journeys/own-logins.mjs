// One's own logins: told once what happened since the last, seen on a page, ended one by one and all at once.
import { VIEWS, checkAccessibility, checkFits, equal, ok, open, picture, session, settle } from "../lib.mjs";
import { loggedIn } from "../town.mjs";

/** Whom no other journey needs. */
const USERNAME = "operator3";

export default async function ({ browser, url }) {
  const before = await loggedIn(browser, url, USERNAME);
  await before.getByRole("region", { name: "Sedan du sist loggade in" }).or(before.locator("#console")).first().waitFor();
  await wrongPassword(browser, url);
  const page = await loggedIn(browser, url, USERNAME);
  await toldOnce(page);
  const phone = await loggedIn(browser, url, USERNAME, "phone");
  await page.getByRole("link", { name: /^Mina inloggningar: / }).click();
  await page.getByRole("heading", { name: "Mina inloggningar" }).waitFor();
  equal(await page.getByRole("listitem").filter({ hasText: "Den här" }).count(), 1, "the browser that one sits at");
  await lookAt(browser, url, page);
  await ended(page, [before, phone]);
  settle(page);
  for (const one of [before, page, phone]) await one.context().close();
}

async function wrongPassword(browser, url) {
  const page = await open(browser, "desktop", { baseURL: url });
  await page.goto("/login");
  await page.getByLabel("Användarnamn").fill(USERNAME);
  await page.getByLabel("Lösenord").fill("fel-losenord-igen");
  await page.getByRole("button", { name: "Logga in" }).click();
  await page.getByRole("alert").getByText("stämmer inte").waitFor();
  await page.context().close();
}

/** On the first page, above the console and not over it; gone at a word, and on the next page. */
async function toldOnce(page) {
  const news = page.getByRole("region", { name: "Sedan du sist loggade in" });
  await news.getByText("Ett fel lösenord har skrivits sedan dess.").waitFor();
  await checkAccessibility(page, "the console with news of one's login");
  await picture(page, "news-desktop");
  const [ends, begins] = [await news.boundingBox(), await page.locator("#console").boundingBox()];
  ok(ends.y + ends.height <= begins.y, "the news cover the console");
  await news.getByRole("button", { name: "Stäng" }).click();
  equal(await news.count(), 0, "news after they were closed");
  await page.reload();
  await page.getByText("Linjen öppen").waitFor();
  equal(await news.count(), 0, "news on the second page");
}

/** In both languages, wide and at 320 px. */
async function lookAt(browser, url, page) {
  for (const [button, heading, language] of [["English", "My logins", "en"], ["Svenska", "Mina inloggningar", "sv"]]) {
    await page.getByRole("button", { name: button }).click();
    await page.getByRole("heading", { name: heading }).waitFor();
    const storageState = await session(page);
    for (const view of ["desktop", "narrow"]) {
      ok(VIEWS[view], `${view} is no view`);
      const look = await open(browser, view, { baseURL: url, storageState });
      await look.goto("/account/sessions");
      await look.getByRole("heading", { name: heading }).waitFor();
      await checkAccessibility(look, `own logins in ${language}, ${view}`);
      await checkFits(look, `own logins in ${language}, ${view}`);
      await picture(look, `own-logins-${language}-${view}`);
      settle(look);
      await look.context().close();
    }
  }
}

/** First one, then the rest; whoever is logged out is led to the login at their next step. */
async function ended(page, others) {
  const buttons = page.getByRole("button", { name: /^Logga ut: / });
  const count = await buttons.count();
  ok(count >= others.length, `${count} other logins are shown`);
  await buttons.first().click();
  await page.waitForFunction((left) => document.querySelectorAll("[name=session]").length === left, count - 1);
  const all = page.getByRole("button", { name: "Logga ut de andra" });
  await all.click();
  await page.getByText("Du är inte inloggad någon annanstans.").waitFor();
  for (const other of others) {
    await other.goto("/account");
    await other.getByRole("button", { name: "Logga in" }).waitFor();
  }
}
