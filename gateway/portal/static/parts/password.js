// Advise on a new password while it is typed. The same checks run at identity once it is sent, and identity alone decides.

const PAUSE_MILLISECONDS = 500; // so that a screen reader is not interrupted at every key
const SHORTEST_WORD = 4;

/** As the server compares them: letters and digits without case and accents, and without digits at the ends. */
function core(text) {
  return text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/^[0-9]+|[0-9]+$/g, "");
}

function advice(password, { least, most, personal }) {
  const length = [...password.normalize("NFKC")].length;
  const missing = least - length;
  const words = JSON.parse(personal).map(core).filter(Boolean);
  const letters = core(password);
  if (length === 0) return ["", ""];
  if (missing > 0) return ["bad", `Trop court : encore ${missing} caractère${missing > 1 ? "s" : ""}.`];
  if (length > most) return ["bad", `Trop long : ${most} caractères au plus.`];
  if (words.includes(letters)) return ["bad", "C'est votre adresse ou votre nom : choisissez autre chose."];
  if (words.some((word) => word.length >= SHORTEST_WORD && letters.includes(word)))
    return ["wait", "Il contient votre adresse ou votre nom : il en est plus facile à deviner."];
  return ["done", "La longueur convient."];
}

for (const place of document.querySelectorAll("[data-password]")) {
  const field = document.getElementById(place.dataset.password);
  let pause;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      const [kind, sentence] = advice(field.value, place.dataset);
      place.dataset.kind = kind;
      if (place.textContent !== sentence) place.textContent = sentence;
    }, PAUSE_MILLISECONDS);
  });
}
