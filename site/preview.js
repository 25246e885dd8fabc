// Of `antidotary entry preview` alone: loads the page again when the server says another version.
"use strict";
const shown = document.currentScript.dataset.version;
let events = null;

function listen() {
  events = new EventSource("/-/events");
  events.onmessage = (event) => {
    if (event.data === shown) return;
    events.close();
    location.reload();
  };
}

// A browser opens few connections to one server, so only the page that is looked at holds one.
function follow() {
  events?.close();
  if (!document.hidden) listen();
}
document.addEventListener("visibilitychange", follow);
follow();
