// A person presses by mistake and takes it back: the operator sees that at once, and still decides.
import { settle } from "../lib.mjs";
import { device, finish, lineOf, loggedIn, openCard, press } from "../town.mjs";

export default async function ({ browser, url }) {
  const page = await loggedIn(browser, url, "operator1");
  const mine = device(1);
  await page.getByText("Linjen öppen").waitFor();
  await press(mine);
  await lineOf(page, mine).waitFor();
  await press(mine, { kind: "RE", status: "0093" });
  await lineOf(page, mine).getByText("Återkallat av enheten").waitFor();
  await openCard(page, mine);
  await page.getByText(/återkallat kl\./).waitFor();
  await finish(page);
  settle(page);
}
