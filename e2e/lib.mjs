// What every journey uses: a browser, views, accessibility, pictures, SIPp.
import { AxeBuilder } from "@axe-core/playwright";
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

/** WCAG 2.2 level A and AA, as axe names them. */
const ACCESSIBILITY_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const ACTION_SECONDS_MAX = 30;
const SIPP_SECONDS_MAX = 30;

/** Where people look from. A zoom of 200 % halves the room and doubles the dots, as a browser does. */
export const VIEWS = {
  desktop: { viewport: { width: 1366, height: 768 } },
  dark: { viewport: { width: 1366, height: 768 }, colorScheme: "dark" },
  zoom200: { viewport: { width: 683, height: 384 }, deviceScaleFactor: 2 },
  narrow: { viewport: { width: 320, height: 640 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  phoneDark: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    colorScheme: "dark",
  },
};

/** Views whose page is that of another view with less room. */
const FIT_ONLY = new Set(["zoom200", "phoneDark"]);

/** Starts Debian's Chromium without a window; nothing in it calls home. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.TRYGGVE_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      // Chromium's sandbox refuses to run as root, which is what a container's user often is.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Opens a page of its own session in one of VIEWS.
 *
 * The page remembers in `troubles` every script error, every breach of the content security policy
 * and every request to another host; `settle` reports them.
 * @param {import("playwright-core").Browser} browser
 * @param {keyof typeof VIEWS} view
 * @param {{ baseURL?: string, language?: string, storageState?: object }} options
 */
export async function open(browser, view = "desktop", options = {}) {
  const { language = "sv-SE", ...rest } = options;
  const context = await browser.newContext({ ...VIEWS[view], locale: language, timezoneId: "Europe/Stockholm", ...rest });
  context.setDefaultTimeout(ACTION_SECONDS_MAX * 1000);
  const page = await context.newPage();
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    const { url, lineNumber, columnNumber } = message.location();
    if (message.text().includes("Content Security Policy")) {
      page.troubles.push(`${message.text()} (${url}:${lineNumber}:${columnNumber})`);
    }
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && hostname !== "127.0.0.1") {
      page.troubles.push(`request to another host: ${request.url()}`);
    }
  });
  return page;
}

/** Fails if the page had any trouble since it was opened. */
export function settle(page) {
  ok(page.troubles.length === 0, `${page.url()}: ${page.troubles.join("; ")}`);
}

/** Logs in through the page that people use. */
export async function login(page, username, password) {
  await page.goto("/login");
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  await Promise.all([
    page.waitForURL((url) => !url.pathname.startsWith("/login")),
    page.click("main button[type=submit]"),
  ]);
}

/** The login of a page as something that `open` takes as `storageState`. */
export function session(page) {
  return page.context().storageState();
}

/** Fails with every breach of WCAG 2.2 A and AA that axe finds on the page. */
export async function checkAccessibility(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(ACCESSIBILITY_TAGS).analyze();
  const told = violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 5).map((node) => `    ${node.target.join(" ")}: ${node.failureSummary}`);
    return `  ${id} (${help}), ${nodes.length} places\n${places.join("\n")}`;
  });
  ok(violations.length === 0, `${name}: ${violations.length} accessibility breaches\n${told.join("\n")}`);
}

/** Fails if the page must be scrolled sideways to be read (WCAG 1.4.10). */
export async function checkFits(page, name) {
  const [wide, room] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  ok(wide <= room, `${name}: the page is ${wide} px wide in a room of ${room} px`);
}

/** Takes a picture and gives its path. */
export async function picture(page, name) {
  const folder = process.env.TRYGGVE_PICTURES ?? join(import.meta.dirname, "..", "target", "e2e", "pictures");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  // Hiding the caret would leave a style on the page that its security policy rightly refuses.
  await page.screenshot({ path, caret: "initial" });
  return path;
}

/** How many views are looked at side by side: a browser and a product keep two cores busy. */
const VIEWS_AT_ONCE = 2;

/**
 * Looks at pages from every view: each answers, fits, is accessible and has no trouble; a picture of each.
 * A view that only halves the room of another shows the same page, so it is judged by its fit alone.
 * @param {{ name: string, address: string, views?: string[] }[]} looks
 * @param {{ baseURL?: string, storageState?: object, views?: string[] }} options
 */
export async function inspectAll(browser, looks, options = {}) {
  const { views = Object.keys(VIEWS), ...rest } = options;
  const left = views.filter((view) => looks.some((look) => (look.views ?? views).includes(view)));
  const worker = async () => {
    for (let view = left.shift(); view; view = left.shift()) {
      await inspectFrom(browser, view, looks.filter((look) => (look.views ?? views).includes(view)), rest);
    }
  };
  await Promise.all(Array.from({ length: VIEWS_AT_ONCE }, worker));
}

async function inspectFrom(browser, view, looks, options) {
  const page = await open(browser, view, options);
  try {
    for (const { name, address } of looks) {
      const answer = await page.goto(address);
      ok(answer.ok(), `${address} answered ${answer.status()}`);
      if (!FIT_ONLY.has(view)) await checkAccessibility(page, `${name} (${view})`);
      await checkFits(page, `${name} (${view})`);
      await picture(page, `${name}-${view}`);
      settle(page);
    }
  } finally {
    await page.context().close();
  }
}

/** Looks at one address, as `inspectAll` does. */
export function inspect(browser, address, name, options = {}) {
  return inspectAll(browser, [{ name, address }], options);
}

/**
 * Lets SIPp play a file of e2e/sipp against the running product.
 * @param {{ transport?: "udp" | "tcp", calls?: number, keys?: object, username?: string, password?: string }} options
 */
export async function sipp(file, options = {}) {
  const { transport = "udp", calls = 1, keys = {}, username, password } = options;
  const words = [`127.0.0.1:${process.env.TRYGGVE_SIP_PORT}`, "-sf", join(import.meta.dirname, "sipp", file)];
  words.push("-i", "127.0.0.1", "-t", transport === "udp" ? "u1" : "t1", "-m", String(calls), "-nostdin");
  words.push("-timeout", `${SIPP_SECONDS_MAX}s`, "-timeout_error");
  if (username) words.push("-au", username);
  if (password) words.push("-ap", password);
  for (const [key, value] of Object.entries(keys)) words.push("-key", key, String(value));
  await promisify(execFile)("sipp", words);
}

/** Fails with a sentence unless the condition holds. */
export function ok(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

/** Fails unless both are equal. */
export function equal(found, wanted, what) {
  ok(Object.is(found, wanted), `${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}
