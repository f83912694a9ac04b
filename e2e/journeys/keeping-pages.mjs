// People, devices, outages and senders as an administrator meets them: looked at wide, narrow and dark.
import { checkAccessibility, inspectAll, login, ok, open, picture, session, settle } from "../lib.mjs";

const USERNAME = process.env.TRYGGVE_USERNAME ?? "administrator";
const PASSWORD = process.env.TRYGGVE_PASSWORD ?? "tryggve-demo";
const PAGES = [
  ["people", "/people"],
  ["person-new", "/people/new"],
  ["people-export", "/people/export"],
  ["fallback", "/people/fallback"],
  ["devices", "/devices"],
  ["device-new", "/devices/new"],
  ["senders", "/senders"],
  ["outages", "/outages"],
  ["technical", "/alarms/technical"],
];

export default async function run({ browser, url }) {
  const first = await open(browser, "desktop", { baseURL: url });
  await login(first, USERNAME, PASSWORD);
  const storageState = await session(first);
  await first.goto("/people");
  const person = await first.locator("tbody a").first().getAttribute("href");
  await first.goto("/devices");
  const device = await first.locator("tbody a").first().getAttribute("href");
  await first.goto("/devices/new");
  await first.fill("[name=serial]", "två ord");
  await first.click("main form.stack button");
  const focused = await first.evaluate(() => document.activeElement.className);
  ok(focused.includes("error-summary"), `the summary of problems has the focus, not "${focused}"`);
  await checkAccessibility(first, "device form with problems");
  await picture(first, "device-new-problems");
  const all = [...PAGES, ["person", person], ["person-change", `${person}/change`], ["kin", `${person}/kin`]];
  all.push(["device", device], ["device-change", `${device}/change`], ["device-install", `${device}/install`]);
  const looks = all.map(([name, address]) => ({ name, address }));
  await inspectAll(browser, looks, { baseURL: url, storageState, views: ["desktop", "narrow", "dark"] });
  settle(first);
}
