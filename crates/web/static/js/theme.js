// Light or dark before anything is drawn: the visitor's own choice, or the system's.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const choice = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const draw = () => {
    const dark = choice() ? choice() === "dark" : system.matches;
    document.documentElement.classList.toggle("dark", dark);
    document.documentElement.classList.toggle("light", !dark);
  };
  draw();
  system.addEventListener("change", draw);
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = document.documentElement.classList.contains("dark");
      localStorage.setItem("theme", dark ? "light" : "dark");
      draw();
    });
  });
})();
