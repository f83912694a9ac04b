// A sender that cannot prove who it is: refused, and yet the operator sees it, raw, with whom it may be.
import { checkAccessibility, picture, settle, sipp } from "../lib.mjs";
import { card, device, finish, loggedIn } from "../town.mjs";

export default async function ({ browser, url }) {
  const page = await loggedIn(browser, url, "operator1");
  await page.getByText("Linjen öppen").waitFor();
  const claimed = device(4);
  await refused(claimed.controller_id, "digest-refused.xml");
  await opened(page);
  await card(page).getByText(`Kallar sig ${claimed.controller_id}`).waitFor();
  await card(page).getByText(`Det kan vara ${claimed.person}.`, { exact: false }).waitFor();
  await card(page).getByText(claimed.street, { exact: false }).waitFor();
  await card(page).getByText("<mrq>", { exact: false }).waitFor();
  await checkAccessibility(page, "the card of a doubtful sender");
  await picture(page, "doubtful-claimed");
  await finish(page);

  await page.goto("/alarms");
  await page.getByText("Linjen öppen").waitFor();
  await refused("77000077", "refused.xml");
  await opened(page);
  await card(page).getByText("Kallar sig 77000077").waitFor();
  await picture(page, "doubtful-unknown");
  await finish(page);
  settle(page);
}

function refused(controller, file) {
  const keys = { controller, reference: `doubt${Date.now()}`, kind: "ME", status: "0010" };
  return sipp(file, { username: controller, password: "gissat", keys });
}

/** Opens the only alarm that waits. */
async function opened(page) {
  await page.getByRole("listitem").getByText("Okänd person").click();
  await page.locator("#card-title").waitFor();
}
