// The map beside the alarm. Everything else works without it: the address stands in words on the card.
const QUIET = { interactive: true, attributionControl: false, keyboard: false };
const maps = new Set();
const style = () => `/map/style.json?theme=${document.documentElement.classList.contains("dark") ? "dark" : "light"}`;
let library;

// The map follows the page from light to dark and back.
let drawnStyle = style();
new MutationObserver(() => {
  if (style() === drawnStyle) return;
  drawnStyle = style();
  for (const map of maps) {
    if (map.getContainer().isConnected) map.setStyle(drawnStyle);
    else map.remove();
  }
}).observe(document.documentElement, { attributeFilter: ["class"] });

async function draw(place) {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "true";
  try {
    const answer = await fetch(place.dataset.map);
    const [feature] = (await answer.json()).features;
    if (!feature) return;
    library ??= await import("/static/vendor/maplibre-gl.mjs");
    const { coordinates } = feature.geometry;
    const map = new library.Map({ container: place, style: style(), center: coordinates, zoom: 15, ...QUIET });
    maps.add(map);
    map.on("remove", () => maps.delete(map));
    map.getCanvas().setAttribute("tabindex", "-1");
    new library.Marker({ color: "#c4341d" }).setLngLat(coordinates).addTo(map);
  } catch {
    place.classList.add("map--none");
  }
}

const drawAll = () => document.querySelectorAll("[data-map]").forEach(draw);
drawAll();
document.addEventListener("htmx:after:settle", drawAll);
