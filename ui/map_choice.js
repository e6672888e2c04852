// Which map program the phone is to open: kept in the browser, told to the page, never to anybody else.
const KEPT = "anju_map_app";

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const select = parentElement.querySelector("select");
  parentElement.querySelector("span").textContent = data.label;
  if (!select.dataset.ready) {
    select.dataset.ready = "yes";
    for (const [value, text] of data.options) select.append(new Option(text, value));
    let kept = null;
    try { kept = localStorage.getItem(KEPT); } catch { /* a browser that keeps nothing asks again next time */ }
    const known = data.options.some(([value]) => value === kept);
    select.value = known ? kept : data.chosen;
    if (known && kept !== data.chosen) setStateValue("app", kept);
  }
  select.onchange = () => {
    try { localStorage.setItem(KEPT, select.value); } catch { /* as above */ }
    setStateValue("app", select.value);
  };
}
