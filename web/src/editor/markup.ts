/** What is told of a name, as elements of its text: nothing of a language server's is ever markup. */

export function explained(code: string, help: string): HTMLElement {
  const told = document.createElement('div')
  told.className = 'cm-told'
  if (code) told.append(part('pre', 'cm-told-code', shortened(code)))
  if (help) told.append(part('div', 'cm-told-help', help))
  return told
}

/** Types as people read them: what a language server left out of them is an ellipsis. */
export const shortened = (code: string) => code.replaceAll(/\.\.\. omitted \d+ [a-z ]+?(?=\]|\n|,|\)| =|$)/g, '…')

export function part(kind: string, name: string, text: string): HTMLElement {
  const made = document.createElement(kind)
  made.className = name
  made.textContent = text
  return made
}
