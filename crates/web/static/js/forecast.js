// The forecast: sliders say where they stand, the answer tells its time, and the pyramid moves through the years.
(() => {
  const MILLISECONDS_A_YEAR = 250;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);

  // Each slider's figure stands beside it while it is dragged.
  addEventListener("input", (event) => {
    const slider = event.target;
    if (slider.matches?.("#sliders input[type=range]")) {
      const shown = document.getElementById(`shown-${slider.name}`);
      const figure = slider.name === "until" ? slider.value : number.format(slider.valueAsNumber);
      shown.textContent = `${figure} ${shown.dataset.unit}`;
    }
  });

  // An answer to a slider leaves out the tables behind charts, which are most of a page: one is fetched when it is opened.
  let whole = { address: "", page: null };
  async function wholePage(address) {
    if (whole.address !== address) {
      whole = { address, page: fetch(address).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer))) };
    }
    return new DOMParser().parseFromString(await whole.page, "text/html");
  }
  async function fill(part) {
    const address = document.querySelector("#result [data-setting]").href;
    try {
      const found = (await wholePage(address)).querySelector(`[data-table="${part.dataset.table}"]`);
      if (part.isConnected && part.children.length === 1) part.append(...[...found.children].slice(1));
    } catch {
      // Opening it again tries again.
      whole = { address: "", page: null };
      part.open = false;
    }
  }
  // The event does not rise by itself.
  addEventListener(
    "toggle",
    ({ target }) => {
      if (target.matches?.("#result [data-table]") && target.open && target.children.length === 1) fill(target);
    },
    true,
  );

  // What one had opened stays open when a slider moves.
  let opened = [];
  addEventListener("htmx:before:swap", () => {
    opened = [...document.querySelectorAll("#result [data-table][open]")].map((part) => part.dataset.table);
  });
  function reopen() {
    for (const part of document.querySelectorAll("#result [data-table]")) {
      if (opened.includes(part.dataset.table)) part.open = true;
    }
  }

  // From the moment a request leaves until its answer has been put in place and painted.
  let asked = 0;
  addEventListener("htmx:before:request", () => (asked = performance.now()));
  addEventListener("htmx:after:swap", () => {
    const told = document.getElementById("answer-time");
    if (told && asked) {
      const milliseconds = Math.round(performance.now() - asked);
      told.textContent = `${told.dataset.text} ${milliseconds} ms`;
      told.dataset.milliseconds = milliseconds;
      asked = 0;
    }
    reopen();
    ready();
  });

  let pyramids = null;
  let loadedFrom = "";
  let playing = 0;

  async function load(frame) {
    const address = frame.dataset.pyramid;
    if (loadedFrom !== address) {
      const answer = await fetch(address);
      if (!answer.ok) return null;
      pyramids = await answer.json();
      loadedFrom = address;
    }
    return pyramids;
  }

  function draw(frame, year) {
    const one = pyramids?.years[year - pyramids.first_year];
    if (!one) return;
    const bars = (series) => frame.querySelectorAll(`svg .ink-series-${series}`);
    const move = (bar, count, left) => {
      const width = count * pyramids.unit_per_person;
      bar.setAttribute("width", width.toFixed(2));
      if (left !== null) bar.setAttribute("x", (left - width).toFixed(2));
      const tip = bar.querySelector("title");
      if (tip) tip.textContent = tip.textContent.replace(/: .*/u, `: ${number.format(count)}`);
    };
    bars(0).forEach((bar, age) => move(bar, one.women[age], pyramids.women_right));
    bars(1).forEach((bar, age) => move(bar, one.men[age], null));
    const title = `${pyramids.area} ${year}`;
    frame.querySelector("svg > title").textContent = title;
    frame.querySelector("svg > desc").textContent = one.told;
    frame.querySelector(".figure__title").textContent = title;
    frame.querySelector(".figure__told").textContent = one.told;
    frame.querySelector("output").textContent = year;
    for (const link of frame.querySelectorAll(".figure__files a")) {
      link.href = link.getAttribute("href").replace(/pyramid-\d+/u, `pyramid-${year}`);
    }
  }

  async function show(frame, year) {
    if (await load(frame)) draw(frame, year);
  }

  function stop(button) {
    clearInterval(playing);
    playing = 0;
    if (button?.dataset.start) button.textContent = button.dataset.start;
  }

  async function play(frame, button) {
    const slider = frame.querySelector("[data-year]");
    if (playing) return stop(button);
    if (!(await load(frame))) return undefined;
    button.dataset.start ??= button.textContent;
    button.textContent = button.dataset.pause;
    if (slider.value === slider.max) slider.value = slider.min;
    playing = setInterval(() => {
      if (!slider.isConnected || slider.value === slider.max) return stop(button);
      slider.stepUp();
      return draw(frame, slider.valueAsNumber);
    }, MILLISECONDS_A_YEAR);
    return undefined;
  }

  function ready() {
    stop(null);
    const button = document.querySelector("[data-play]");
    // Who has asked for less motion moves the years by hand.
    if (button) button.hidden = calm.matches;
  }

  addEventListener("input", (event) => {
    const slider = event.target.closest?.("[data-year]");
    if (!slider) return;
    const frame = slider.closest("[data-pyramid]");
    stop(frame.querySelector("[data-play]"));
    show(frame, slider.valueAsNumber);
  });
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-play]");
    if (button) play(button.closest("[data-pyramid]"), button);
  });
  ready();
})();
