/** What may be an environment's name, and what each of those that come along is for. */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

import type { EnvironmentSummary } from '../api/environments'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const OF_A_SCRIPT = /^script-[0-9a-f]{12}$/

export const isName = (name: string): boolean => NAME.test(name)

/** The names that are taken; what could not be built has none yet. */
export const namesOf = (environments: readonly EnvironmentSummary[]): Set<string> =>
  new Set(environments.filter(({ state }) => state !== 'failed').map(({ name }) => name))

/** Whether a script asked for it in its own head, rather than somebody by name. */
export const isOfScript = (name: string): boolean => OF_A_SCRIPT.test(name)

/** What scripts run in where nothing else is said. */
export const DEFAULT = 'default'

/** What the server itself works with; these cannot be removed. */
export const NEEDED: readonly string[] = [DEFAULT, 'bottega']

const abouts: Readonly<Record<string, MessageDescriptor>> = {
  default: msg`Scripts run in it unless told otherwise: pandas and what goes with it`,
  bottega: msg`What the modules of the catalogue run in`,
  anaconda: msg`Some two hundred of the packages that are used most`,
  classic: msg`For scripts of old: an older pandas, with the names that libraries removed`,
}

export function aboutOf(name: string): MessageDescriptor | null {
  if (Object.hasOwn(abouts, name)) return abouts[name] ?? null
  return isOfScript(name) ? msg`Made for a script that lists its packages in its head` : null
}

/** The packages that a text of requirements names, as the index spells them. */
export function packagesIn(requirements: string): Set<string> {
  const names = requirements.split('\n').map((line) => /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(line)?.[1] ?? '')
  return new Set(names.filter(Boolean).map((name) => name.toLowerCase().replace(/[-_.]+/g, '-')))
}

/** Whether tables can reach its scripts as frames. */
export const hasFrames = (requirements: string): boolean => packagesIn(requirements).has('pandas')
