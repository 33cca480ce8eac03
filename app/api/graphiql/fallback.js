// The page without GraphiQL: what is in the form goes to /graphql, and what comes back is shown.

const form = document.querySelector("form");
const answer = document.querySelector("pre");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.textContent = "…";
  try {
    answer.textContent = await ask();
  } catch (problem) {
    answer.textContent = problem.message;
  }
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

async function ask() {
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: "include",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      ...json("headers"),
    },
    body: JSON.stringify({ query: form.elements.query.value, variables: json("variables") }),
  });
  return `${response.status} ${response.statusText}\n\n${pretty(await response.text())}`;
}

function json(name) {
  try {
    return JSON.parse(form.elements[name].value || "{}");
  } catch (problem) {
    throw new Error(`What is under ${name} is not JSON: ${problem.message}`);
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
