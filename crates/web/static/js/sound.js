// A sound of its own for each level of gravity, made by the browser itself. It can be muted, and says so.
(() => {
  const LATE_MILLISECONDS = 12000;
  // For each level: tones as [hertz, start second, length in seconds].
  const TONES = {
    1: [[988, 0, 0.16], [740, 0.2, 0.16], [988, 0.4, 0.16], [740, 0.6, 0.16], [988, 0.8, 0.3]],
    2: [[784, 0, 0.18], [988, 0.24, 0.3]],
    3: [[587, 0, 0.2], [587, 0.3, 0.2]],
    4: [[392, 0, 0.25]],
  };
  const button = document.getElementById("sound");
  let muted = localStorage.getItem("sound") === "off";
  let context;

  function show() {
    const blocked = !muted && context?.state !== "running";
    button.textContent = muted ? button.dataset.off : blocked ? button.dataset.blocked : button.dataset.on;
    button.setAttribute("aria-pressed", String(!muted && !blocked));
    button.classList.toggle("is-warning", muted || blocked);
  }

  async function wake() {
    context ??= new AudioContext();
    // Until someone has touched the page a browser lets no page sound; then this stays pending.
    if (context.state !== "running") context.resume().then(show, show);
    show();
  }

  function play(level) {
    if (muted || context?.state !== "running") return;
    for (const [hertz, start, length] of TONES[level] ?? []) {
      const [tone, volume] = [context.createOscillator(), context.createGain()];
      const at = context.currentTime + start;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + length);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + length + 0.05);
    }
  }

  button.addEventListener("click", () => {
    const blocked = !muted && context?.state !== "running";
    if (!blocked) muted = !muted;
    localStorage.setItem("sound", muted ? "off" : "on");
    wake();
  });
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => wake(), { once: true });
  document.addEventListener("tryggve:arrived", (event) => play(event.detail));
  setInterval(() => {
    const queue = document.getElementById("queue-content")?.dataset;
    if (queue?.late === "true") play(Number(queue.gravest));
  }, LATE_MILLISECONDS);
  wake();
})();
