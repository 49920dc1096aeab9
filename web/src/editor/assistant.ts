/** What an editor asks the language server, and what it knows of the script's surroundings on the canvas. */
import type { Text } from '@codemirror/state'

import { ApiError } from '../api/client'
import { language, type Completions, type Explanation, type Script, type ScriptProblems, type Signature } from '../api/language'
import { type Column, type Frame, parametersOf } from './columns'
import { hasMetadata } from './metadata'
import { placeOf } from './places'

/** One entry a data port, in order. */
export interface TablePort {
  readonly isConnected: boolean
  /** Null where nobody knows them yet. */
  readonly columns: readonly Column[] | null
}

export interface Surroundings {
  /** The name of the environment that the run would take, were there nothing in the script about it. */
  readonly environment: string
  /** Whether the node itself names it, so that the script's own metadata do not count. */
  readonly isNamed: boolean
  /** Whether names that libraries removed are restored. */
  readonly oldNames: boolean
  readonly portMapping: 'connected' | 'slots'
  readonly tables: readonly TablePort[]
  readonly hasBundle: boolean
}

const NONE: Surroundings = {
  environment: 'default', isNamed: false, oldNames: false, portMapping: 'connected', tables: [], hasBundle: false,
}

/** Whether a script runs in an environment of its own, which its inline metadata name. */
export const bringsEnvironment = ({ isNamed }: Surroundings, script: string): boolean => !isNamed && hasMetadata(script)

const NOT_TO_BE_HAD = 424
const RETRY = 20_000

export class Assistant {
  private surroundings: Surroundings = NONE
  private readonly editor = `editor-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
  private silentUntil = 0
  private missing: string | null = null

  /** `tell` hears why there is no help, or null once there is. */
  constructor(private readonly tell: (missing: string | null) => void) {}

  /** What is around the script from now on. */
  surround(surroundings: Surroundings): void {
    this.surroundings = surroundings
  }

  problems(doc: Text, signal?: AbortSignal): Promise<ScriptProblems | null> {
    return this.asked(() => language.problems(this.script(doc), signal))
  }

  completions(doc: Text, at: number, signal?: AbortSignal): Promise<Completions | null> {
    return this.asked(() => language.completions(this.script(doc), placeOf(doc, at), signal))
  }

  explanation(doc: Text, at: number): Promise<Explanation | null> {
    return this.asked(async () => (await language.explanation(this.script(doc), placeOf(doc, at))).found)
  }

  signatures(doc: Text, at: number, signal?: AbortSignal): Promise<Signature[] | null> {
    return this.asked(async () => (await language.signatures(this.script(doc), placeOf(doc, at), signal)).signatures)
  }

  /** The columns that are known, by the script's parameters. */
  frames(doc: Text): Frame[] {
    const { tables, portMapping } = this.surroundings
    const given = portMapping === 'slots' ? tables : tables.filter(({ isConnected }) => isConnected)
    const names = parametersOf(doc.toString())
    return given.flatMap(({ columns }, index) => {
      const parameter = names[index]
      return columns && parameter !== undefined ? [{ parameter, columns }] : []
    })
  }

  private script(doc: Text): Script {
    const { environment, isNamed, oldNames, portMapping, tables, hasBundle } = this.surroundings
    return {
      editor: this.editor,
      text: doc.toString(),
      environment,
      inline: !isNamed,
      old_names: oldNames,
      tables: tables.map(({ isConnected }) => isConnected),
      port_mapping: portMapping,
      bundle: hasBundle,
    }
  }

  /** The answer; null where there is none now, and nothing is asked again for a while where no language server can be had. */
  private async asked<T>(question: () => Promise<T | null>): Promise<T | null> {
    if (Date.now() < this.silentUntil) return null
    try {
      const answer = await question()
      this.note(null)
      return answer
    } catch (error) {
      if (error instanceof ApiError && error.status === NOT_TO_BE_HAD && error.code === 'LanguageServerMissing') {
        this.silentUntil = Date.now() + RETRY
        this.note(error.message)
      }
      return null
    }
  }

  private note(missing: string | null): void {
    if (missing === this.missing) return
    this.missing = missing
    this.tell(missing)
  }
}
