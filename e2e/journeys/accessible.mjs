// Every page of every role from six views and in both languages: accessible, fitting, without trouble.
import { inspect, ok, open } from "../lib.mjs";
import { ROLES, stateOf } from "../town.mjs";

/** In English, and when another role has had the same page, a page is seen where it has the most and the least room. */
const MOST_AND_LEAST = ["desktop", "narrow"];

/** Some two hundred looks, each with its picture and its check. */
export const secondsMax = 900;

export default async function ({ browser, url }) {
  await inspect(browser, "/login", "login", { baseURL: url });
  const seen = new Set();
  for (const [role, username] of Object.entries(ROLES)) await pagesOf(browser, url, role, username, seen);
}

/** What the navigation of a role leads to: exactly the pages that the role may open. */
async function pagesOf(browser, url, role, username, seen) {
  const state = await stateOf(browser, url, username);
  const page = await open(browser, "desktop", { baseURL: url, storageState: state });
  await page.goto("/account");
  const links = await page.getByRole("navigation").getByRole("link").evaluateAll((all) => all.map((one) => one.pathname));
  ok(links.length > 0, `${role} has no navigation`);
  for (const path of new Set(links)) {
    const views = seen.has(path) ? MOST_AND_LEAST : undefined;
    seen.add(path);
    await inspect(browser, path, `${role}${path.replaceAll("/", "-")}`, { baseURL: url, storageState: state, views });
  }
  await inEnglish(browser, url, page, role, [...new Set(links)]);
  await page.context().close();
}

async function inEnglish(browser, url, page, role, paths) {
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Svenska" }).waitFor();
  const state = await page.context().storageState();
  for (const path of paths) {
    await inspect(browser, path, `${role}${path.replaceAll("/", "-")}-en`, {
      baseURL: url,
      storageState: state,
      views: MOST_AND_LEAST,
    });
  }
  await page.getByRole("button", { name: "Svenska" }).click();
  await page.getByRole("button", { name: "English" }).waitFor();
}
