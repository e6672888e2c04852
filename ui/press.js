// Markup from the page as it is; a tap on what carries data-press is told. What a person unfolded stays unfolded.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  if (root.anjuMarkup !== data.markup) {
    const open = new Set([...root.querySelectorAll("details[open][data-fold]")].map((one) => one.dataset.fold));
    const scroll = [...root.querySelectorAll("[data-scroll]")].map((one) => one.scrollTop);
    root.anjuMarkup = data.markup;
    root.innerHTML = data.markup;
    for (const one of root.querySelectorAll("details[data-fold]")) if (open.has(one.dataset.fold)) one.open = true;
    [...root.querySelectorAll("[data-scroll]")].forEach((one, at) => { one.scrollTop = scroll[at] ?? 0; });
  }
  root.onclick = (event) => {
    const hit = event.target.closest("[data-press]");
    if (!hit || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    for (const one of root.querySelectorAll(".pressed")) one.classList.remove("pressed");
    hit.classList.add("pressed");
    setTriggerValue("press", hit.dataset.press);
  };
}
