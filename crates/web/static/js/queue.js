// The queue follows the server, but never moves what the operator is about to click: while the pointer or the
// focus is in it, lines stay where they are, new ones come below, and a button of fixed height offers the new order.
(() => {
  const body = document.getElementById("queue-body");
  const queue = document.getElementById("queue");
  const arrivals = document.getElementById("arrivals");
  const search = document.getElementById("queue-search");
  const words = document.getElementById("console-words").dataset;
  const selected = () => document.getElementById("alarm")?.dataset.alarm ?? "";
  const lines = (root) => [...root.querySelectorAll("li.row")];
  const title = document.title;
  let held = false;
  let fetching = false;
  let again = false;
  // A line calls while it waits, and anew when the help that was sent is overdue.
  const calls = (line) => line.matches(".row--waits, .row--overdue");
  let known = new Set(lines(body).filter(calls).map((line) => line.id));

  const isHeld = () => queue.matches(":hover") || body.contains(document.activeElement);

  async function refresh() {
    if (fetching) {
      again = true;
      return;
    }
    fetching = true;
    try {
      const answer = await fetch(`/alarms/queue?selected=${selected()}`, { headers: { "HX-Request": "true" } });
      if (answer.headers.get("hx-redirect")) location.href = answer.headers.get("hx-redirect");
      if (answer.ok) take(await answer.text());
    } catch {
      // The live line says that the connection is lost; the queue stays as it was, with its age.
    } finally {
      fetching = false;
      if (again) {
        again = false;
        refresh();
      }
    }
  }

  function take(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const content = fresh.content.getElementById("queue-content");
    if (!content) return;
    announce(content);
    if (isHeld()) merge(content);
    else replace(content);
    badge();
    filter();
    document.dispatchEvent(new CustomEvent("tryggve:queue", { detail: body.firstElementChild.dataset }));
  }

  /** The server's order, whole. Groups that were open stay open. */
  function replace(content) {
    for (const open of body.querySelectorAll("details[open]")) content.querySelector(`#${open.id}`)?.setAttribute("open", "");
    body.replaceChildren(content);
    window.htmx.process(body);
    hold(0);
  }

  /** What each line says is new, its place is not; new lines come below. */
  function merge(content) {
    const now = body.firstElementChild;
    Object.assign(now.dataset, content.dataset);
    for (const part of [".queue__title", ".queue__at"]) now.querySelector(part).replaceWith(content.querySelector(part));
    const fresh = new Map(lines(content).map((line) => [line.id, line]));
    for (const line of lines(now)) {
      const next = fresh.get(line.id);
      fresh.delete(line.id);
      if (!next) {
        line.classList.add("row--gone");
        line.querySelector("a").setAttribute("title", words.gone);
        continue;
      }
      line.className = next.className;
      const [old, link] = [line.querySelector("a"), next.querySelector("a")];
      if (old.innerHTML !== link.innerHTML) old.replaceChildren(...link.childNodes);
    }
    now.querySelector(".quiet-state")?.remove();
    const last = now.querySelector("#rows-waiting");
    last.append(...fresh.values());
    window.htmx.process(last);
    hold(held ? fresh.size + 1 : fresh.size, fresh);
  }

  function hold(count, fresh) {
    held = count > 0;
    arrivals.disabled = !held;
    if (!held) arrivals.textContent = arrivals.dataset.none;
    else if (fresh?.size) {
      const [line] = fresh.values();
      arrivals.textContent = `${arrivals.dataset.some} ${line.querySelector(".row__kind").innerText.trim()}`;
    }
  }

  /** Says and sounds what has come since the last look. */
  function announce(content) {
    const calling = lines(content).filter(calls);
    const come = calling.filter((line) => !known.has(line.id));
    known = new Set(calling.map((line) => line.id));
    if (come.length === 0) return;
    const gravest = Math.min(...come.map((line) => Number(line.dataset.level)));
    document.getElementById("heard").textContent =
      `${come[0].classList.contains("row--overdue") ? words.overdue : words.new} ${come[0].querySelector(".row__kind").textContent.trim()}`;
    document.dispatchEvent(new CustomEvent("tryggve:arrived", { detail: gravest }));
  }

  function badge() {
    const waiting = Number(body.firstElementChild.dataset.waiting);
    document.title = waiting > 0 ? `(${waiting}) ${title}` : title;
  }

  function filter() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const line of lines(body)) {
      const text = line.textContent.toLowerCase();
      line.hidden = !wanted.every((word) => text.includes(word));
    }
  }

  function mark() {
    for (const link of body.querySelectorAll("a[data-line]")) {
      if (link.dataset.line === selected()) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  async function refreshAlarm(id) {
    const alarm = document.getElementById("alarm");
    if (!selected() || (id && id !== selected())) return;
    const answer = await fetch(`/alarms/${selected()}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || document.getElementById("alarm") !== alarm) return;
    window.htmx.swap({ target: "#alarm", text: await answer.text(), swap: "outerMorph" });
  }

  search.addEventListener("input", filter);
  arrivals.addEventListener("click", () => {
    arrivals.blur();
    fetch(`/alarms/queue?selected=${selected()}`, { headers: { "HX-Request": "true" } })
      .then((answer) => answer.text())
      .then((html) => {
        const fresh = document.createElement("template");
        fresh.innerHTML = html;
        replace(fresh.content.getElementById("queue-content"));
      });
  });
  const release = () => {
    if (held && !isHeld()) refresh();
  };
  queue.addEventListener("pointerleave", () => setTimeout(release, 50));
  queue.addEventListener("focusout", () => setTimeout(release, 50));
  for (const name of ["alarm-new", "alarm", "all"]) {
    document.addEventListener(`tryggve:${name}`, (event) => {
      refresh();
      refreshAlarm(event.detail);
    });
  }
  // Waiting makes an alarm graver and later: the order is looked at anew even when nothing comes.
  setInterval(refresh, 15000);
  document.addEventListener("htmx:after:settle", () => {
    mark();
    if (document.getElementById("alarm")?.matches(":not(:has(:focus))") && document.activeElement === document.body) {
      document.getElementById("card")?.focus({ preventScroll: true });
    }
  });
  document.addEventListener("htmx:finally:request", () => refresh());
  badge();
})();
