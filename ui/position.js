export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const button = parentElement.querySelector(".ask");
  if (button.dataset.ready) return;
  button.dataset.ready = "yes";
  const told = (place) => {
    const { longitude, latitude, accuracy } = place.coords;
    button.textContent = data.found.replace("{m}", Math.round(accuracy)) + " · " + data.again;
    setStateValue("fix", { lon: longitude, lat: latitude, accuracy_m: accuracy });
  };
  const refused = () => { button.textContent = data.refused + " · " + data.again; };
  const ask = () => {
    button.textContent = data.asking;
    if (!navigator.geolocation) { refused(); return; }
    navigator.geolocation.getCurrentPosition(told, refused, { enableHighAccuracy: true, timeout: 15000, maximumAge: 20000 });
  };
  button.addEventListener("click", ask);
  ask();
}
