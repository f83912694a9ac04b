// A fresh installation: `tryggve serve` on an empty database prints a link that makes the first administrator, once.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkAccessibility, equal, open, settle } from "../lib.mjs";

const LINK_SECONDS_MAX = 30;

export default async function ({ browser }) {
  const folder = mkdtempSync(join(tmpdir(), "tryggve-first-"));
  const config = join(folder, "tryggve.toml");
  writeFileSync(config, `database = "sqlite:${join(folder, "tryggve.sqlite")}"\n[web]\nlisten = ["127.0.0.1:0"]\nsecure_cookies = false\n`);
  const product = spawn(process.env.TRYGGVE_PROGRAM, ["serve", "--config", config], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    const page = await open(browser);
    const link = await printed(product);
    await page.goto(link);
    await checkAccessibility(page, "the page of the first administrator");
    await page.getByLabel("Användarnamn").fill("karin");
    await page.getByLabel("Namn som andra ser").fill("Karin Påhittsson");
    await page.getByLabel("Lösenord", { exact: true }).fill("en-lang-hemlighet");
    await page.getByLabel("Lösenordet en gång till").fill("en-lang-hemlighet");
    await page.getByRole("button", { name: "Skapa kontot" }).click();
    await page.getByText("Karin Påhittsson").waitFor();
    const again = await page.goto(link);
    equal(again.status(), 404, "the used link");
    settle(page);
    await page.context().close();
  } finally {
    const ended = new Promise((done) => product.once("exit", done));
    product.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/** The link as it is printed. */
function printed(product) {
  return new Promise((done, refuse) => {
    let said = "";
    const late = setTimeout(() => refuse(new Error(`no link was printed; it said:\n${said}`)), LINK_SECONDS_MAX * 1_000);
    product.stdout.resume();
    product.stderr.on("data", (part) => {
      said += part;
      const link = said.match(/http:\S+\/first\/\S+(?=\s)/)?.[0];
      if (!link) return;
      clearTimeout(late);
      done(link);
    });
  });
}
