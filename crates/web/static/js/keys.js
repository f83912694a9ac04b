// One key for each next step. What a key does stands on the control itself, as data-key; this file only finds it.
(() => {
  const on = document.getElementById("keys-on");
  const help = document.getElementById("keys");
  const helpButton = document.getElementById("keys-button");
  on.checked = localStorage.getItem("keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));
  helpButton.addEventListener("click", () => {
    help.hidden = !help.hidden;
    helpButton.setAttribute("aria-expanded", String(!help.hidden));
  });

  const links = () => [...document.querySelectorAll("#queue-body a[data-line]")].filter((link) => link.offsetParent);
  // A field that is out of sight takes no letters: focus may rest on one whose panel has just closed.
  const isTyping = (place) => place.checkVisibility() && place.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button])");
  const openPanel = () => document.querySelector("#alarm .panel--open");

  function move(step) {
    const all = links();
    if (all.length === 0) return;
    const at = all.indexOf(document.activeElement);
    const current = at >= 0 ? at : all.findIndex((link) => link.getAttribute("aria-current") === "true");
    all[Math.min(Math.max(current + step, 0), all.length - 1)].focus();
  }

  /** The control of a key: in the open panel first, so that digits mean what the panel shows. */
  function control(key) {
    const found = (root) => [...root.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.offsetParent);
    const panel = openPanel();
    return (panel && found(panel)) || found(document.getElementById("alarm")) || found(document.getElementById("queue"));
  }

  function leave(place) {
    const panel = openPanel();
    const button = panel && document.querySelector(`[data-panel="${panel.id}"]`);
    if (button) {
      button.click();
      button.focus();
    } else if (!help.hidden) helpButton.click();
    else place.blur();
  }

  function press(key) {
    if (key === "ArrowDown" || key === "j") return move(1), true;
    if (key === "ArrowUp") return move(-1), true;
    // Without an alarm before the operator, the answer key opens the most urgent one: seen first, then answered.
    if (key === "s" && !document.getElementById("alarm").dataset.alarm) {
      document.querySelector("#rows-waiting a[data-line]")?.click();
      return true;
    }
    const found = control(key);
    if (!found) return false;
    if (isTyping(found)) found.focus();
    else found.click();
    return true;
  }

  addEventListener("keydown", (event) => {
    const place = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Escape") return leave(place);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return place.closest("form")?.requestSubmit();
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(place)) return;
    const radio = place.matches("input[type=radio]");
    if (radio && event.key.startsWith("Arrow")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (press(key)) event.preventDefault();
  });
})();
