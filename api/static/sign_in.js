for (const button of document.querySelectorAll("[data-login]")) {
  button.addEventListener("click", () => {
    document.querySelector("input[name=login]").value = button.dataset.login;
    document.querySelector("input[name=password]").focus();
  });
}
