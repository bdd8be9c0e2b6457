// Enhances pages that are whole without it.
"use strict";
for (const form of document.querySelectorAll("form[data-most]")) {
  const most = Number(form.dataset.most);
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const limit = () => {
    const full = boxes.filter((box) => box.checked).length >= most;
    for (const box of boxes) box.disabled = full && !box.checked;
  };
  form.addEventListener("change", limit);
  limit();
}

for (const form of document.querySelectorAll("form[data-preview]")) {
  let waiting = 0;
  let running = null;
  const show = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form), signal: running.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const [here, there] = [document.getElementById("answers"), page.getElementById("answers")];
      if (here && there) here.replaceChildren(...there.childNodes);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    if (form.elements.title.value && form.elements.description.value) waiting = setTimeout(show, 600);
  });
}
