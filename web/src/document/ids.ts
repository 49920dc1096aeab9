/** Ids of nodes and names beside them: readable, and none twice. */

const ID = /^[A-Za-z][A-Za-z0-9_-]{0,199}$/
const LONGEST = 200

export const isId = (text: string): boolean => ID.test(text)

/** An id like the wish that is not taken: `split`, `split2`, `split3`. */
export function freshId(wish: string, taken: (id: string) => boolean): string {
  return numbered(slug(wish), taken, '')
}

/** A name like the wish that is not taken, of any characters: `Notes`, `Notes 2`. */
export function freshName(wish: string, taken: (name: string) => boolean): string {
  return numbered(wish.trim().slice(0, LONGEST - 8) || 'Untitled', taken, ' ')
}

function numbered(base: string, taken: (name: string) => boolean, joint: string): string {
  if (!taken(base)) return base
  const stem = base.replace(/[-_ ]?\d+$/, '') || base
  for (let count = 2; ; count += 1) {
    const name = `${stem}${joint}${count}`
    if (!taken(name)) return name
  }
}

/** The nearest text that can be an id. */
export function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[̀-ͯ]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  return plain.slice(0, LONGEST - 8) || 'node'
}

/** What a new node of a module is called: short words people use, from the module's name. */
export function idOfModule(name: string): string {
  const short: Readonly<Record<string, string>> = {
    'execute-python-script': 'script',
    'execute-r-script': 'script',
    'apply-sql-transformation': 'sql',
    'select-columns-in-dataset': 'select-columns',
    'enter-data-manually': 'data',
    'saved-trained-model': 'model',
    'saved-transform': 'transform',
  }
  return short[name] ?? name.replace(/-(data|model|dataset)$/, '')
}
