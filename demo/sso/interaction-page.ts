import type { Person } from './people.js';

/** The page of the provider where a person says who he is. It asks for no password: it is for this machine alone. */
export function interactionPage(action: string, people: readonly Person[]): string {
  const choices = people
    .map(
      ({ sub, name, roles, does }) =>
        `<p><button name="sub" value="${escaped(sub)}">${escaped(name)}</button> ${escaped(roles.join(', ') || 'no role')}: ${escaped(does)}</p>`,
    )
    .join('\n');
  return page(
    'Who are you?',
    `<form method="post" action="${escaped(action)}">${choices}
    <p><button name="sub" value="">Nobody: cancel</button></p></form>`,
  );
}

/** What a page of the provider looks like. `content` is markup. */
export function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>${escaped(title)}</title></head>
<body><main><h1>${escaped(title)}</h1>${content}<p>This is the OpenID provider of the demo.</p></main></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
