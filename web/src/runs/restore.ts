/** Makes an experiment what it was in a run, as one edit that can be undone. */
import { t } from '@lingui/core/macro'

import { read } from '../document/reading'
import { editor } from '../document/store'

export async function restore(experiment: string, document: string): Promise<void> {
  const then = read(document)
  const store = editor(experiment)
  await store.getState().load()
  const { status, failure } = store.getState()
  if (status !== 'ready') throw failure instanceof Error ? failure : new Error(String(failure))
  store.getState().apply(() => then, t`Restore from a run`)
  await store.getState().flush()
}
