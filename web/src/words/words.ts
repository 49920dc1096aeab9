/** What the server says in English, in the page's language: titles and categories of modules, and its numbered errors. */
export type Templates = Readonly<Record<string, readonly [message: string, advice: string]>>

export interface Words {
  titles: Readonly<Record<string, string>>
  errors: Templates
}

/** An error's sentence as the server makes it of a template, to find the facts in it again. */
interface Pattern {
  sentence: RegExp
  facts: readonly string[]
}

// `en.json` is what the server's catalogues hold: `sh scripts/web.sh words` makes it anew.
const files = import.meta.glob<Words>('./*.json', { import: 'default' })
const none: Words = { titles: {}, errors: {} }
let english = none
let words = none
const patterns = new Map<string, Pattern>()

/** Speak a language from here on; English where its words cannot be had now. */
export async function loadWords(language: string): Promise<void> {
  if (language === 'en') { setWords(none, none); return }
  try {
    const found = await Promise.all([files['./en.json']?.(), files[`./${language}.json`]?.()])
    setWords(found[0] ?? none, found[1] ?? none)
  } catch {
    setWords(none, none)
  }
}

export function setWords(source: Words, target: Words): void {
  english = source
  words = target
  patterns.clear()
}

/** A module's title, or the name of a category; one that nobody translated, as of a module of the user's own, stays. */
export function titleWords(title: string): string {
  return Object.hasOwn(words.titles, title) ? (words.titles[title] ?? title) : title
}

/** The path of a category, each name of it. */
export function categoryWords(category: string): string {
  return category.split('/').map(titleWords).join('/')
}

/** A sentence of the server's for an error's code, with the facts that stand in it; anything else stays as it is. */
export function errorWords(code: string, text: string): string {
  const padded = /^\d+$/.test(code) ? code.padStart(4, '0') : code
  const numbered = /^(\D{1,20} \d{4}: )([\s\S]*)$/.exec(text)
  const [number, told] = [numbered?.[1] ?? '', numbered?.[2] ?? text]
  for (const key of padded === '0003' ? [padded, 'parameter-missing'] : [padded]) {
    const facts = factsOf(key, told)
    const target = Object.hasOwn(words.errors, key) ? words.errors[key] : undefined
    if (facts && target) return number.replace('Error', titleWords('Error')) + sentence(target, facts)
  }
  return text
}

function factsOf(key: string, text: string): Map<string, string> | null {
  const template = Object.hasOwn(english.errors, key) ? english.errors[key] : undefined
  if (!template) return null
  let pattern = patterns.get(key)
  if (!pattern) patterns.set(key, (pattern = patternOf(template)))
  const found = pattern.sentence.exec(text)
  return found && new Map(pattern.facts.map((name, index) => [name, found[index + 1] ?? '']))
}

const FACT = /\{(\w+)\}/

function patternOf(template: readonly [string, string]): Pattern {
  const parts = ended(template).split(FACT) // texts, and between them the names
  const source = parts.map((part, index) => (index % 2 ? '([\\s\\S]*?)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')
  return { sentence: new RegExp(`^${source}$`, 'i'), facts: parts.filter((_, index) => index % 2 === 1) }
}

function sentence(template: readonly [string, string], facts: ReadonlyMap<string, string>): string {
  const text = ended(template).replace(new RegExp(FACT, 'g'), (whole, name: string) => facts.get(name) ?? whole)
  // As the server has it: the name of a file stays as it is spelled.
  const isName = template[0].startsWith('{path}') && /^\S*[./]/.test(text)
  return isName ? text : text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** Message and advice as sentences, as the server ends them. */
function ended(template: readonly [string, string]): string {
  return template
    .filter(Boolean)
    .map((each) => (/[.?!]$/.test(each) ? each : `${each}.`))
    .join(' ')
}
