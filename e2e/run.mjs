// Runs the self-test of the browser tools, then every journey of journeys/; `node run.mjs NAME` runs those that match.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./lib.mjs";
import { selftests } from "./selftest/selftest.mjs";

const JOURNEY_SECONDS_MAX = 180;

/**
 * A journey is a file with a default export: an async function of `{ browser, url }`. One that looks at very many
 * pages says with `secondsMax` how long it may take.
 */
async function journeys() {
  const folder = join(import.meta.dirname, "journeys");
  const files = readdirSync(folder).filter((file) => file.endsWith(".mjs")).sort();
  return Promise.all(
    files.map(async (file) => {
      const { default: run, secondsMax = JOURNEY_SECONDS_MAX } = await import(pathToFileURL(join(folder, file)));
      if (typeof run !== "function") throw new Error(`journeys/${file} exports no function`);
      return { name: file.slice(0, -".mjs".length), run, secondsMax, needsProduct: true };
    }),
  );
}

async function within(seconds, work) {
  let timer;
  const late = new Promise((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(`took longer than ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const wanted = process.argv.slice(2);
const all = [...selftests, ...(await journeys())];
const chosen = all.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
if (chosen.length === 0) {
  console.log(`nothing matches ${wanted.join(" ")}; there are ${all.map(({ name }) => name).join(", ")}`);
  process.exit(1);
}
const url = process.env.TRYGGVE_URL;
if (!url && chosen.some(({ needsProduct }) => needsProduct)) {
  console.log("TRYGGVE_URL is not set: journeys need a running product; `cargo xtask test --only browser` starts one");
  process.exit(1);
}

let failed = 0;
const browser = await launch();
try {
  for (const { name, run, secondsMax = JOURNEY_SECONDS_MAX } of chosen) {
    const begun = Date.now();
    try {
      await within(secondsMax, run({ browser, url }));
      console.log(`ok      ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}: ${error.stack ?? error}`);
    }
  }
} finally {
  await browser.close();
}
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
