// A map of one made-up triangle; it says `idle` on its element when all is drawn.
import { Map } from "/maplibre-gl.mjs";

const element = document.getElementById("map");
const triangle = [[15.6, 58.4], [15.65, 58.4], [15.65, 58.43], [15.6, 58.4]];
const map = new Map({
  container: element,
  center: [15.63, 58.41],
  zoom: 11,
  attributionControl: false,
  style: {
    version: 8,
    sources: {
      area: {
        type: "geojson",
        data: { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [triangle] } },
      },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#dde8f0" } },
      { id: "area", type: "fill", source: "area", paint: { "fill-color": "#a03040" } },
    ],
  },
});
map.on("idle", () => element.setAttribute("data-state", "idle"));
map.on("error", ({ error }) => element.setAttribute("data-state", error.message));
