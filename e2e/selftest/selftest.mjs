// Proves that the tools of the journeys see what they must see, on pages that need no product.
import { createServer } from "node:http";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkAccessibility, checkFits, equal, inspect, ok, open, picture, settle, VIEWS } from "../lib.mjs";

const PICTURE_BYTES_MIN = 5_000;
const HERE = import.meta.dirname;
const VENDOR = join(HERE, "..", "..", "crates", "web", "static", "vendor");
const TYPES = { html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", mjs: "text/javascript" };

/**
 * Serves the pages of this folder and the vendored files, as strictly as the product does.
 * `answers` takes the request first and says whether it has answered.
 */
async function serve(work, answers = () => false) {
  const server = createServer((request, response) => {
    if (answers(request, response)) return;
    const name = request.url.slice(1);
    const path = name.split("?")[0];
    const home = existsSync(join(HERE, path)) ? HERE : VENDOR;
    try {
      const body = readFileSync(join(home, path));
      response.setHeader("Content-Type", TYPES[path.split(".").pop()] ?? "application/octet-stream");
      if (name !== "bad.html") response.setHeader("Content-Security-Policy", "default-src 'self'");
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    await work(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function refused(work, part) {
  try {
    await work();
  } catch (error) {
    ok(error.message.includes(part), `${error.message} lacks ${part}`);
    return;
  }
  throw new Error(`nothing was refused, wanted ${part}`);
}

async function goodPage({ browser }) {
  await serve(async (url) => {
    await inspect(browser, `${url}/good.html`, "selftest");
    const page = await open(browser);
    await page.goto(`${url}/good.html`);
    ok(statSync(await picture(page, "selftest")).size > PICTURE_BYTES_MIN, "the picture is empty");
    await page.context().close();
  });
}

async function badPage({ browser }) {
  await serve(async (url) => {
    const page = await open(browser, "narrow");
    await page.goto(`${url}/bad.html`);
    await refused(() => checkAccessibility(page, "bad"), "label");
    await refused(() => checkAccessibility(page, "bad"), "color-contrast");
    await refused(() => checkFits(page, "bad"), "320 px");
    await page.evaluate(() => fetch("http://localhost:9/").catch(() => {}));
    await refused(async () => settle(page), "another host");
    await page.context().close();
  });
}

async function darkPage({ browser }) {
  await serve(async (url) => {
    const colours = {};
    for (const view of ["desktop", "dark"]) {
      const page = await open(browser, view);
      await page.goto(`${url}/good.html`);
      colours[view] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.context().close();
    }
    equal(colours.desktop, "rgb(255, 255, 255)", "the light page's ground");
    ok(colours.dark !== colours.desktop, "the dark page is as light as the light one");
  });
}

/** The map draws with its worker under the strict policy, and asks nobody for anything. */
async function mapPage({ browser }) {
  await serve(async (url) => {
    const page = await open(browser);
    await page.goto(`${url}/map.html`);
    await page.locator("#map[data-state]").waitFor();
    equal(await page.locator("#map").getAttribute("data-state"), "idle", "the map");
    await picture(page, "selftest-map");
    settle(page);
    await page.context().close();
  });
}

/** A named event makes a part fetch itself, also in a hidden tab and after a lost line. */
async function livePage({ browser }) {
  let stream;
  let parts = 0;
  const answers = (request, response) => {
    if (request.url === "/events") {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      response.flushHeaders();
      stream = response;
      return true;
    }
    if (request.url === "/part") {
      parts += 1;
      response.end(`Larm ${parts}`);
      return true;
    }
    return false;
  };
  const change = () => stream.write("event: alarm-changed\ndata: 1\n\n");
  await serve(async (url) => {
    const page = await open(browser);
    const connected = () => page.waitForResponse((response) => response.url().endsWith("/events"));
    const shown = (text) => page.locator("main", { hasText: text }).waitFor();
    await Promise.all([connected(), page.goto(`${url}/live.html`)]);
    change();
    await shown("Larm 1");
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { value: true });
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    change();
    await shown("Larm 2");
    await Promise.all([connected(), stream.destroy()]);
    change();
    await shown("Larm 3");
    settle(page);
    await page.context().close();
  }, answers);
}

/** The self-tests, in the order in which they run. */
export const selftests = [
  { name: `selftest: a good page passes in ${Object.keys(VIEWS).length} views`, run: goodPage },
  { name: "selftest: a bad page is refused", run: badPage },
  { name: "selftest: dark is dark", run: darkPage },
  { name: "selftest: live parts stay live", run: livePage },
  { name: "selftest: a map is drawn", run: mapPage },
];
