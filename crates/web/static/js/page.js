// What every page does: focus on what went wrong, messages that can be dismissed, typed text that is never lost.
(() => {
  document.querySelector("[data-focus]")?.focus();

  addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) print();
    const dismiss = event.target.closest?.("[data-dismiss]");
    if (dismiss) dismiss.closest(".trouble, .news").remove();
    const panel = event.target.closest?.("[data-panel]");
    if (panel) togglePanel(panel);
    const call = event.target.closest?.("[data-calls]");
    // The telephone is opened beside the form, which notes that the call was made.
    if (call) location.href = call.dataset.calls;
  });

  /** Opens one panel of the next steps and closes the others; focus goes to its first control. */
  function togglePanel(button) {
    const opened = isOpen(button);
    for (const other of document.querySelectorAll("[data-panel]")) setPanel(other, false);
    if (!opened) {
      setPanel(button, true);
      document.querySelector(`#${button.dataset.panel} :is(textarea, input:not([type=hidden]), button)`)?.focus();
    }
  }

  /** The panel itself tells: a refresh leaves an open panel as it is, but writes its button anew. */
  const isOpen = (button) => document.getElementById(button.dataset.panel).classList.contains("panel--open");

  function setPanel(button, open) {
    const panel = document.getElementById(button.dataset.panel);
    button.setAttribute("aria-expanded", String(open));
    panel.classList.toggle("panel--open", open);
    panel.toggleAttribute("data-keep-open", open);
  }

  // What someone has opened stays as it is while the page around it is refreshed.
  addEventListener("toggle", (event) => event.target.toggleAttribute?.("data-keep-open", event.target.open), true);

  document.documentElement.classList.add("has-script");
  for (const button of document.querySelectorAll("[data-dismiss][hidden]")) button.hidden = false;

  // Whoever types a password may look at it; it is dots again when it is sent, so that no browser keeps it as a text.
  for (const button of document.querySelectorAll("[data-shows-password]")) {
    const fields = button.form.querySelectorAll("[type=password]");
    const show = (shown) => {
      for (const field of fields) field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.hidden = false;
    button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
    button.form.addEventListener("submit", () => show(false));
  }

  // Typed text is kept in this browser until it has been sent.
  const store = {
    get: (key) => {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set: (key, value) => {
      try {
        if (value) localStorage.setItem(key, value);
        else localStorage.removeItem(key);
      } catch {
        // A browser that keeps nothing still sends what is in the field.
      }
    },
  };
  const restore = (root) => {
    for (const field of root.querySelectorAll("[data-keep]")) {
      const kept = store.get(field.dataset.keep);
      if (kept && !field.value) field.value = kept;
    }
  };
  restore(document);
  addEventListener("htmx:after:settle", () => {
    restore(document);
    for (const button of document.querySelectorAll("[data-panel]")) button.setAttribute("aria-expanded", String(isOpen(button)));
  });
  addEventListener("input", (event) => {
    const field = event.target.closest?.("[data-keep]");
    if (!field) return;
    store.set(field.dataset.keep, field.value);
    const told = field.form?.querySelector("[data-kept]");
    if (told) told.hidden = !field.value;
  });
  addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!(ctx?.response?.status < 400)) return;
    forget(ctx.sourceElement);
    closeAround(ctx.sourceElement);
  });
  /** A panel whose form was sent has done its work; any other one that has been opened meanwhile stays. */
  function closeAround(form) {
    const panel = form?.closest?.(".panel--open");
    const button = panel && document.querySelector(`[data-panel="${panel.id}"]`);
    if (!button) return;
    form.reset();
    setPanel(button, false);
  }
  const forget = (form) => {
    for (const field of form?.querySelectorAll?.("[data-keep]") ?? []) store.set(field.dataset.keep, "");
  };

  // The search of the top bar is one key away, unless someone is writing; the console has a key of its own for its queue.
  addEventListener("keydown", (event) => {
    const place = event.target instanceof Element ? event.target : document.body;
    const typing = place.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button])");
    const search = document.querySelector("[data-search]");
    if (event.key !== "/" || !search || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
  });

  // A form without htmx is sent by fetch first, so that a lost network never shows the browser's own error page.
  addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.querySelector("[data-keep]") || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok) {
        forget(form);
        location.assign(answer.url);
      } else {
        const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".trouble");
        document.getElementById("messages").replaceChildren(...(part ? [part] : []));
        document.getElementById("messages").scrollIntoView();
      }
    } catch {
      showOffline(true);
    }
  });

  const showOffline = (lost) => {
    const told = document.getElementById("offline");
    if (told) told.hidden = !lost;
  };
  addEventListener("offline", () => showOffline(true));
  addEventListener("online", () => showOffline(false));
  if (!navigator.onLine) showOffline(true);
})();
