// Every page of every role from six views and in both languages: accessible, fitting, without trouble.
import { inspect, inspectAll, ok, open } from "../lib.mjs";
import { ROLES, stateOf } from "../town.mjs";

/** In English, and when another role has had the same page, a page is seen where words have the least room. */
const LEAST = ["narrow"];

/** Some two hundred looks, each with its picture and its check. */
export const secondsMax = 900;

export default async function ({ browser, url }) {
  await inspect(browser, "/login", "login", { baseURL: url });
  await inspect(browser, "/api", "api", { baseURL: url });
  // Behind one's name, alike for everyone; the journey own-logins looks at it in English.
  const storageState = await stateOf(browser, url, ROLES.operator);
  await inspect(browser, "/account/sessions", "own-logins", { baseURL: url, storageState });
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
  const paths = [...new Set(links)];
  const looks = paths.map((address) => ({ name: nameOf(role, address), address, views: seen.has(address) ? LEAST : undefined }));
  for (const address of paths) seen.add(address);
  await inspectAll(browser, looks, { baseURL: url, storageState: state });
  await inEnglish(browser, url, page, role, paths);
  await page.context().close();
}

const nameOf = (role, address) => `${role}${address.replaceAll("/", "-")}`;

async function inEnglish(browser, url, page, role, paths) {
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Svenska" }).waitFor();
  const state = await page.context().storageState();
  const looks = paths.map((address) => ({ name: `${nameOf(role, address)}-en`, address }));
  await inspectAll(browser, looks, { baseURL: url, storageState: state, views: LEAST });
  await page.getByRole("button", { name: "Svenska" }).click();
  await page.getByRole("button", { name: "English" }).waitFor();
}
