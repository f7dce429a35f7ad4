// Ask the browser for a passkey and send its answer with the form. No other page needs JavaScript.
(() => {
  "use strict";

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const toDescriptors = (passkeys) => (passkeys || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  // WebAuthn takes binary values; JSON carries them as base64url.
  const toPublicKey = (options) => ({
    ...options,
    challenge: toBytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: toDescriptors(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: toDescriptors(options.excludeCredentials) }),
  });

  const toAnswer = (credential) => {
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
    const showReason = (reason) => {
      for (const one of form.querySelectorAll("[data-reason]")) one.hidden = one.dataset.reason !== reason;
    };
    if (!window.PublicKeyCredential) return showReason("unsupported");
    showReason("none");
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      showReason("none");
      button.disabled = true;
      try {
        const publicKey = toPublicKey(JSON.parse(form.dataset.options));
        const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
        form.querySelector("[name=passkey]").value = JSON.stringify(toAnswer(credential));
        form.submit();
      } catch (error) {
        button.disabled = false;
        showReason(REASONS[error.name] || "refused");
      }
    });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
})();
