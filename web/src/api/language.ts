/** What the language server knows of a script while somebody types. Each question brings the whole text. */
import { api } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type Script = Schemas['Script']
export type Place = Pick<Schemas['ScriptAt'], 'line' | 'column'>
export type ScriptEdit = Schemas['ScriptEdit']
export type ScriptProblem = Schemas['ScriptProblem']
export type ScriptProblems = Schemas['ScriptProblems']
export type Conversion = Schemas['ConvertedScript']
export type ModuleRemedy = Schemas['ModuleRemedy']
export type Completion = Schemas['Completion']
export type Completions = Schemas['Completions']
export type Explanation = Schemas['Explanation']
export type Signature = Schemas['Signature']

const ask = <T>(question: string, body: unknown, signal?: AbortSignal) =>
  api<T>(`/v1/language/${question}`, { method: 'POST', body, signal })

export const language = {
  problems: (script: Script, signal?: AbortSignal) => ask<ScriptProblems>('problems', script, signal),
  completions: (script: Script, at: Place, signal?: AbortSignal) =>
    ask<Completions>('completions', { ...script, ...at }, signal),
  explanation: (script: Script, at: Place, signal?: AbortSignal) =>
    ask<Schemas['Explained']>('explanation', { ...script, ...at }, signal),
  signatures: (script: Script, at: Place, signal?: AbortSignal) =>
    ask<Schemas['Signatures']>('signatures', { ...script, ...at }, signal),
  /** How a module can be had that an environment lacks. */
  module: (module: string, environment: string, signal?: AbortSignal) => ask<ModuleRemedy>('module', { module, environment }, signal),
  /** A script of Python 2 as one of Python 3. */
  conversion: (text: string, signal?: AbortSignal) => ask<Conversion>('conversion', { text }, signal),
}
