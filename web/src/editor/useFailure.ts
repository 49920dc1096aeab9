/** Where and why the script failed when it last ran. */
import { useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'

import { usePastRun } from '../api/runs'
import { keyFor } from '../document/catalogue'
import { read } from '../document/reading'
import { own } from '../document/types'
import type { NodeError, NodeState } from '../runs/state'
import type { Failure } from './failure'

const LONGEST_KIND = 100

/** Null where it did not, or where no line is known. */
export function useFailure({ error, run }: NodeState, node: string, title: string): Failure | null {
  const { t } = useLingui()
  const line = error?.line
  const message = error ? told(error) : ''
  const { data } = usePastRun(line === undefined ? null : (run ?? null))
  const words = t`Failed here in the last run`
  return useMemo(() => {
    const script = data && scriptIn(data.document, node, title)
    return line === undefined || script === undefined ? null : { line, message, title: words, script }
  }, [data, node, title, line, message, words])
}

/** The message with its kind, which Python writes into the last line of the traceback: of a KeyError the message is the key alone. */
export function told({ message, traceback }: NodeError): string {
  const last = traceback?.trimEnd().split('\n').at(-1)?.trim() ?? ''
  return message && last.includes(message) && last.length <= message.length + LONGEST_KIND ? last : message
}

/** The script of a node in a document; undefined where there is none. */
export function scriptIn(document: string, node: string, title: string): string | undefined {
  try {
    const parameters = own(read(document).nodes, node)?.parameters ?? {}
    const found = parameters[keyFor(parameters, 'script', title) ?? '']
    return typeof found === 'string' ? found : undefined
  } catch {
    return undefined
  }
}
