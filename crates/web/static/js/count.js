// Seconds that count on the page, by the server's clock.
(() => {
  let ahead = 0;
  document.addEventListener("tryggve:clock", (event) => {
    ahead = event.detail - Date.now();
  });

  const two = (number) => String(number).padStart(2, "0");
  const shown = (seconds) => {
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  };
  const secondsSince = (moment) => Math.max(0, Math.floor((Date.now() + ahead - Date.parse(moment)) / 1000));

  setInterval(() => {
    for (const place of document.querySelectorAll("[data-since]")) {
      const text = shown(secondsSince(place.dataset.since));
      if (place.textContent !== text) place.textContent = text;
    }
    const age = document.getElementById("queue-age");
    const content = document.getElementById("queue-content");
    const words = document.getElementById("console-words");
    const lost = document.body.dataset.connection === "lost";
    if (age) age.textContent = lost ? `· ${secondsSince(content.dataset.at)} ${words.dataset.age}` : "";
  }, 1000);
})();
