// The live connection: tells the page that something changed, and says so itself when it is lost.
// The browser's own EventSource is used: it keeps listening in a tab in the background, where the sound is needed.
(() => {
  const SILENT_MILLISECONDS_MAX = 4200;
  const RETRY_MILLISECONDS = 2000;
  const line = document.getElementById("line");
  const text = document.getElementById("line-text");
  let source;
  let heardAt = performance.now();
  let state = "wait";

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`tryggve:${name}`, { detail }));

  function show(next) {
    if (state === next) return;
    const before = state;
    state = next;
    line.dataset.state = next;
    text.textContent = line.dataset[next];
    document.body.dataset.connection = next;
    if (next === "open" && before === "lost") tell("all");
  }

  function alive() {
    heardAt = performance.now();
    show("open");
  }

  function connect() {
    source?.close();
    source = new EventSource("/events");
    source.addEventListener("ping", (event) => {
      alive();
      tell("clock", Number(event.data));
    });
    for (const name of ["alarm-new", "alarm", "device", "outage", "all"]) {
      source.addEventListener(name, (event) => {
        alive();
        tell(name, event.data);
      });
    }
  }

  setInterval(() => {
    const silent = performance.now() - heardAt;
    if (silent < SILENT_MILLISECONDS_MAX) return;
    show("lost");
    // A refusal, and not only silence: whoever is logged out is led to the login by the next fetch.
    if (source.readyState === EventSource.CLOSED) tell("all");
    if (source.readyState === EventSource.CLOSED || silent > SILENT_MILLISECONDS_MAX + RETRY_MILLISECONDS) {
      heardAt = performance.now() - SILENT_MILLISECONDS_MAX;
      connect();
    }
  }, 500);

  connect();

  // Pages that follow what happens fetch themselves anew; typed text is kept by page.js.
  const page = document.querySelector("[data-refresh]");
  async function refresh() {
    const typing = page.querySelector("textarea:focus, details[open]");
    if (typing) return;
    const answer = await fetch(page.dataset.refresh, { headers: { "HX-Request": "true" } }).catch(() => null);
    const login = answer?.headers.get("hx-redirect");
    if (login) location.href = login;
    else if (answer?.ok) window.htmx.swap({ target: `#${page.id}`, text: await answer.text(), swap: "outerMorph" });
  }
  const heard = page?.dataset.refreshOn?.split(" ") ?? ["alarm-new", "alarm", "all"];
  if (page) for (const name of heard) document.addEventListener(`tryggve:${name}`, refresh);
})();
