import { Trans, useLingui } from '@lingui/react/macro'
import { Play } from 'lucide-react'
import { useState } from 'react'

import { ApiError } from '../api/client'
import type { SetUpRequest } from '../api/services'
import { editor } from '../document/store'
import { runStore } from '../runs/state'
import { Button, ErrorNote, Note, Select, toast } from '../ui'
import { isNotWhole } from './publishing'
import { trainersOf } from './trainers'

interface Props {
  experiment: string
  asked: SetUpRequest
  error: Error
  onAsk: (asked: SetUpRequest) => void
  onAgain: () => void
}

/** Why an experiment cannot be published as it stands, and what helps: a run of it, or the choice of a model. */
export function NotReady({ experiment, asked, error, onAsk, onAgain }: Props) {
  const { t } = useLingui()
  const [isPending, setPending] = useState(false)
  const trainers = trainersOf(editor(experiment).getState().document)
  const isOfTheExperiment = error instanceof ApiError && (error.status === 409 || error.code === 'usage')
  // That it has to run as a whole is told below.
  const isRunMissing = isOfTheExperiment && isNotWhole(runStore(experiment).getState().run)
  const run = async () => {
    setPending(true)
    try {
      await ranOf(experiment)
      onAgain()
    } catch (caught) {
      toast.error(caught)
    } finally {
      setPending(false)
    }
  }
  return (
    <>
      {!isRunMissing && <ErrorNote error={error} />}
      {isOfTheExperiment && trainers.length > 1 && (
        <Select
          label={t`The model that the service is to use`}
          placeholder={t`Choose…`}
          options={trainers.map((id) => ({ id, label: id }))}
          value={asked.model ?? null}
          onChange={(model) => onAsk({ ...asked, model })}
        />
      )}
      {isOfTheExperiment && (
        <Note
          actions={
            <Button icon={<Play />} isPending={isPending} onPress={() => void run()}>
              <Trans>Run it now</Trans>
            </Button>
          }
        >
          <Trans>A web service is made of a whole run of the experiment as it stands. What has not changed is reused.</Trans>
        </Note>
      )}
    </>
  )
}

/** Run the whole experiment, where everybody sees it run, to its end. */
async function ranOf(experiment: string): Promise<void> {
  const store = runStore(experiment)
  await store.getState().start()
  await new Promise<void>((resolve) => {
    const look = () => {
      const { run } = store.getState()
      if (run !== null && run.ended === null) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = store.subscribe(look)
    look()
  })
}
