/** An experiment as a web service: what is set up is shown before anything is written, then it is published. */
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { type Service, type SetUp, setUp, type SetUpRequest, useServices } from '../api/services'
import { editor } from '../document/store'
import { Button, Dialog, Loading } from '../ui'
import { NotReady } from './NotReady'
import { PublishDone } from './PublishDone'
import { PublishForm } from './PublishForm'
import { type Made, servicesOf } from './publishing'

interface Props {
  experiment: string
  onClose: () => void
}

export default function PublishDialog({ experiment, onClose }: Props) {
  const { t } = useLingui()
  const [asked, setAsked] = useState<SetUpRequest>({ kind: 'predictive' })
  const [made, setMade] = useState<Made | null>(null)
  const proposed = useProposal(experiment, asked)
  const mine = useMine(experiment)
  const title = t`Publish as a web service`
  if (made) return <PublishDone made={made} from={experiment} onClose={onClose} />
  const error = proposed.error ?? mine.error
  if (!error && proposed.data && mine.data) {
    const about = { title, experiment, asked, proposal: proposed.data, mine: mine.data }
    return <PublishForm {...about} isAsking={proposed.isPlaceholderData} onAsk={setAsked} onMade={setMade} onClose={onClose} />
  }
  const close = (
    <Button onPress={onClose}>
      <Trans>Close</Trans>
    </Button>
  )
  return (
    <Dialog title={title} size="large" isOpen onClose={onClose} actions={close}>
      {error ? (
        <NotReady experiment={experiment} asked={asked} error={error} onAsk={setAsked} onAgain={() => void proposed.refetch()} />
      ) : (
        <Loading />
      )}
    </Dialog>
  )
}

/** What would be set up, of the experiment as it is now. */
function useProposal(experiment: string, asked: SetUpRequest) {
  return useQuery<SetUp>({
    queryKey: ['set-up', experiment, asked],
    queryFn: async () => {
      await editor(experiment).getState().flush()
      return setUp(experiment, asked)
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
}

/** The web services that came of this experiment before. */
function useMine(experiment: string) {
  const all = useServices()
  const found = useQuery<Service[]>({
    queryKey: ['services', 'of', experiment, all.data?.map((each) => each.id)],
    queryFn: () => servicesOf(experiment, all.data ?? []),
    enabled: all.data !== undefined,
  })
  return { data: found.data, error: all.error ?? found.error }
}
