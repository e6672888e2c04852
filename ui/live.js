// Hears over a socket that something on this desk moved, and says so; a lost socket is opened again, ever more slowly.
export default function (component) {
  const { setTriggerValue, parentElement } = component;
  const here = (parentElement.anjuLive ??= { wait: 1000, ended: false });
  here.tell = () => whenAtRest(here, () => setTriggerValue("moved", Date.now()));
  if (!here.socket) open(here);
  return () => {
    here.ended = true;
    clearTimeout(here.timer);
    clearTimeout(here.rest);
    here.socket?.close();
    delete parentElement.anjuLive;
  };
}

function open(here) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = (here.socket = new WebSocket(`${scheme}://${location.host}/live`));
  socket.onopen = () => { here.wait = 1000; };
  socket.onmessage = () => here.tell();
  socket.onclose = (event) => {
    if (here.ended || event.code === 4401) return;
    here.timer = setTimeout(() => open(here), here.wait);
    here.wait = Math.min(2 * here.wait, 30000);
  };
}

// A word in the middle of somebody's own deed would cut it short before it has said what it did, and what a hand is just
// changing would come back as it was: the word waits until the page and the hand are at rest.
const REST_MS = 900;
let touched = 0;
for (const kind of ["pointerdown", "keydown", "input", "change"]) {
  document.addEventListener(kind, () => { touched = performance.now(); }, { capture: true, passive: true });
}

function whenAtRest(here, then) {
  clearTimeout(here.rest);
  here.rest = setTimeout(() => {
    const running = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "running";
    if (running || performance.now() - touched < REST_MS) whenAtRest(here, then);
    else then();
  }, 250);
}
