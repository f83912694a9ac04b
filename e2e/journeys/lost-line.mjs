// The live connection is lost: the page says so within five seconds, keeps what it has, and recovers by itself.
import { connect, createServer } from "node:net";
import { ok, picture, settle } from "../lib.mjs";
import { device, finish, lineOf, loggedIn, openCard, press } from "../town.mjs";

const TOLD_MILLISECONDS_MAX = 5_000;
/** One attempt is made every two seconds; a busy machine gets some more. */
const RECOVERED_MILLISECONDS_MAX = 15_000;

/** A network cable: everything passes through it until it is pulled, and nothing says that it was. */
async function cable(url) {
  const sockets = new Set();
  let whole = true;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    for (const [socket, other] of [[near, far], [far, near]]) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    if (!whole) hold(near, far);
  });
  const hold = (...held) => held.forEach((socket) => (socket.unpipe(), socket.pause()));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    pull() {
      whole = false;
      hold(...sockets);
    },
    // What hung in the cable is gone, as after a changed network.
    mend() {
      whole = true;
      sockets.forEach((socket) => socket.destroy());
    },
    close() {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
}

export default async function ({ browser, url }) {
  const line = await cable(url);
  try {
    const page = await loggedIn(browser, line.url, "operator1");
    await page.getByText("Linjen öppen").waitFor();
    line.pull();
    const pulledAt = Date.now();
    await page.getByText("Förbindelsen är bruten").waitFor();
    const took = Date.now() - pulledAt;
    ok(took < TOLD_MILLISECONDS_MAX, `the loss was told only after ${took} ms`);
    await page.getByText(/sekunder gammalt/).waitFor();
    await picture(page, "lost-line");
    const mine = device(2);
    await press(mine);
    ok((await lineOf(page, mine).count()) === 0, "the alarm came through a pulled cable");
    line.mend();
    const mendedAt = Date.now();
    await lineOf(page, mine).waitFor({ timeout: RECOVERED_MILLISECONDS_MAX });
    await page.getByText("Linjen öppen").waitFor();
    console.log(`        loss told after ${took} ms, recovered ${Date.now() - mendedAt} ms after the cable was mended`);
    await openCard(page, mine);
    await finish(page);
    settle(page);
    await page.context().close();
  } finally {
    line.close();
  }
}
