/** The languages of scripts, by the word that the module's schema has for them; each is fetched when it is wanted. */
import { StreamLanguage } from '@codemirror/language'
import type { Extension } from '@codemirror/state'

export type LanguageName = 'python' | 'sql' | 'r' | 'text'

export const languageOf = (code: string | undefined): LanguageName =>
  code === 'python' || code === 'sql' || code === 'r' ? code : code === 'R' ? 'r' : 'text'

/** Tables with their columns, which SQL completes. */
export type Schema = Readonly<Record<string, readonly string[]>>

const LOADERS: Readonly<Record<LanguageName, (schema: Schema) => Promise<Extension>>> = {
  python: async () => (await import('@codemirror/lang-python')).python(),
  sql: async (schema) => {
    const { sql, SQLite } = await import('@codemirror/lang-sql')
    return sql({ dialect: SQLite, schema })
  },
  r: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/r')).r),
  text: () => Promise.resolve([]),
}

export const loadLanguage = (name: LanguageName, schema: Schema): Promise<Extension> => LOADERS[name](schema)
