// Print or copy the recovery codes. Without JavaScript they can be downloaded, and the browser's own menu prints them.
(() => {
  "use strict";

  const print = document.querySelector("[data-print]");
  print.hidden = false;
  print.addEventListener("click", () => window.print());

  // Browsers give the clipboard to pages over HTTPS alone.
  if (!navigator.clipboard) return;
  const copy = document.querySelector("[data-copy]");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const codes = [...document.querySelectorAll(".codes code")].map((one) => one.textContent);
    const told = document.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(codes.join("\n"));
      told.textContent = "Copiés.";
    } catch {
      told.textContent = "La copie n'a pas marché : téléchargez les codes.";
    }
  });
})();
