// Speaks TLS for a SIPp that was built without it: `node tls-relay.mjs FROM TO`, both ports on 127.0.0.1.
import { createServer } from "node:net";
import { connect } from "node:tls";

const [from, to] = process.argv.slice(2).map(Number);

const server = createServer((plain) => {
  // The product under test signs its own certificate, so there is no chain to check.
  const secure = connect({ host: "127.0.0.1", port: to, rejectUnauthorized: false });
  plain.pipe(secure).pipe(plain);
  plain.on("error", () => secure.destroy());
  secure.on("error", (error) => {
    console.error(`TLS to ${to}: ${error.message}`);
    plain.destroy();
  });
});
server.listen(from, "127.0.0.1");
