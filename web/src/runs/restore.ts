/** Makes an experiment what it was in a run, as one edit that can be undone. */
import { t } from '@lingui/core/macro'

import { read } from '../document/reading'
import { editor } from '../document/store'

export async function restore(experiment: string, document: string): Promise<void> {
  const then = read(document)
  const store = editor(experiment)
  await store.getState().load()
  store.getState().apply(() => then, t`Restore from a run`)
  await store.getState().flush()
}
