// Asks the browser for a passkey, and sends what it answers with the form that asked. Nothing else needs JavaScript.
(() => {
  "use strict";

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const known = (passkeys) => (passkeys || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  const asked = (options) => ({
    ...options,
    challenge: toBytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
  });

  const answered = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = toText(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response };
  };

  const REASONS = { InvalidStateError: "known", SecurityError: "address" };

  const prepare = (form) => {
    const button = form.querySelector("button");
    const tell = (reason) => {
      for (const one of form.querySelectorAll("[data-reason]")) one.hidden = one.dataset.reason !== reason;
    };
    if (!window.PublicKeyCredential) return tell("unsupported");
    tell("none");
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      tell("none");
      button.disabled = true;
      try {
        const publicKey = asked(JSON.parse(form.dataset.options));
        const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
        form.querySelector("[name=passkey]").value = JSON.stringify(answered(credential));
        form.submit();
      } catch (error) {
        button.disabled = false;
        tell(REASONS[error.name] || "refused");
      }
    });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
})();
