// What the words of the page mean, each text opened by a button beside its word.

const answer = await fetch("/about.html");
const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
document.body.append(...body.children);

export {};
